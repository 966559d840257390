import type { VenueThrottled } from "../../kernel/events.ts";
import type { Parsed } from "../../kernel/values/market-rules.ts";
import { SeededRandom } from "./seeded-random.ts";

/** What a rough venue does. Shares are chances from 0 to 1; all 0 is a venue without a fault. */
export interface VenueFaults {
  /** Any safe integer; the same seed and the same requests meet the same faults. */
  readonly seed: number;
  /** Placements answered with 429: `venue-throttled` and a rejection. */
  readonly rateLimited: number;
  /** Placements answered with 503. */
  readonly maintenance: number;
  /** Placements and cancels that never arrive; `order-unresolved` after the timeout. */
  readonly lostRequests: number;
  /** Placements and cancels that arrive and whose answer does not; `order-unresolved` after the timeout. */
  readonly lostResponses: number;
  /** Reports of acceptance, rejection, fill and cancel that the stream loses. Lost fills are told again when the venue is asked. */
  readonly lostReports: number;
  /** Reports that come twice. */
  readonly duplicateReports: number;
  /** Reports that come late, by up to `lateByUs`, and so out of order. */
  readonly lateReports: number;
  readonly lateByUs: number;
  /** Cancels refused without a reason; the order keeps resting. */
  readonly refusedCancels: number;
  /** Own orders that the venue takes back by itself, a minute of venue time. */
  readonly venueCancelsPerMin: number;
}

const NO_FAULTS: VenueFaults = {
  seed: 1,
  rateLimited: 0,
  maintenance: 0,
  lostRequests: 0,
  lostResponses: 0,
  lostReports: 0,
  duplicateReports: 0,
  lateReports: 0,
  lateByUs: 500_000,
  refusedCancels: 0,
  venueCancelsPerMin: 0,
};

/** A bad day that a console must live through. */
const ROUGH_VENUE: VenueFaults = {
  ...NO_FAULTS,
  rateLimited: 0.002,
  maintenance: 0.0005,
  lostRequests: 0.002,
  lostResponses: 0.002,
  lostReports: 0.002,
  duplicateReports: 0.01,
  lateReports: 0.01,
  refusedCancels: 0.005,
  venueCancelsPerMin: 1,
};

const SHARES: Readonly<Record<string, keyof VenueFaults>> = {
  "rate-limited": "rateLimited",
  maintenance: "maintenance",
  "lost-requests": "lostRequests",
  "lost-responses": "lostResponses",
  "lost-reports": "lostReports",
  "duplicate-reports": "duplicateReports",
  "late-reports": "lateReports",
  "refused-cancels": "refusedCancels",
};
const EXPECTED = `"rough", or NAME=VALUE,...: ${Object.keys(SHARES).join(", ")} (0 to 1), late-ms (1 to 60000), cancels-per-min (0 to 600), seed`;

/** Parses `rough`, `rough,seed=3`, `lost-reports=0.05,late-reports=0.1,late-ms=800`. */
export function parseVenueFaults(text: string): Parsed<VenueFaults> {
  let faults = NO_FAULTS;
  for (const part of text.split(",").map((one) => one.trim())) {
    const change = part === "rough" ? ROUGH_VENUE : changeOf(part);
    if (change === null) return { ok: false, message: `venue faults must be ${EXPECTED}, was "${part}"` };
    faults = { ...faults, ...change };
  }
  return { ok: true, value: faults };
}

function changeOf(part: string): Partial<VenueFaults> | null {
  const [, name = "", digits = ""] = /^([a-z-]+)=(\d{1,15}(?:\.\d{1,9})?)$/.exec(part) ?? [];
  const value = digits === "" ? Number.NaN : Number(digits);
  const share = SHARES[name];
  if (share !== undefined) return value <= 1 ? { [share]: value } : null;
  if (name === "late-ms") return value >= 1 && value <= 60_000 ? { lateByUs: Math.round(value * 1_000) } : null;
  if (name === "cancels-per-min") return value <= 600 ? { venueCancelsPerMin: value } : null;
  return name === "seed" && Number.isSafeInteger(value) ? { seed: value } : null;
}

/** What becomes of one request on its way. */
export type RequestFate = "answered" | "lost-request" | "lost-response" | VenueThrottled["cause"] | "refused";
/** What becomes of one report on its way. */
export type ReportFate = "on-time" | "lost" | "twice" | "late";

const US_PER_MIN = 60_000_000;

/** Throws the dice of a rough venue. Every question takes its own draws, so that one fault's chance does not shift the others' moments. */
export class FaultDice {
  readonly #faults: VenueFaults;
  readonly #requests: SeededRandom;
  readonly #reports: SeededRandom;
  readonly #cancels: SeededRandom;
  #nextCancelUs: number | null = null;

  constructor(faults: VenueFaults) {
    this.#faults = faults;
    this.#requests = new SeededRandom(faults.seed);
    this.#reports = new SeededRandom(faults.seed ^ 0x5bd1e995);
    this.#cancels = new SeededRandom(faults.seed ^ 0x27d4eb2f);
  }

  requestFate(request: "place" | "cancel"): RequestFate {
    const { rateLimited, maintenance, lostRequests, lostResponses, refusedCancels } = this.#faults;
    const isPlacement = request === "place";
    const at = this.#requests.uniform();
    return pick(
      at,
      [
        ["lost-request", lostRequests],
        ["lost-response", lostResponses],
        ["rate-limited", isPlacement ? rateLimited : 0],
        ["maintenance", isPlacement ? maintenance : 0],
        ["refused", isPlacement ? 0 : refusedCancels],
      ],
      "answered",
    );
  }

  reportFate(): ReportFate {
    const { lostReports, duplicateReports, lateReports } = this.#faults;
    const at = this.#reports.uniform();
    return pick(
      at,
      [
        ["lost", lostReports],
        ["twice", duplicateReports],
        ["late", lateReports],
      ],
      "on-time",
    );
  }

  /** Extra delay of a late report, 1 to `lateByUs`. */
  lateUs(): number {
    return 1 + this.#reports.below(this.#faults.lateByUs);
  }

  /** Which of `count` resting orders the venue takes back at this venue time; null = none. */
  cancelledByVenue(nowUs: number, count: number): number | null {
    const { venueCancelsPerMin } = this.#faults;
    if (venueCancelsPerMin === 0) return null;
    const gapUs = (): number => (this.#cancels.exponential() * US_PER_MIN) / venueCancelsPerMin;
    this.#nextCancelUs ??= nowUs + gapUs();
    if (nowUs < this.#nextCancelUs) return null;
    this.#nextCancelUs = nowUs + gapUs();
    return count === 0 ? null : this.#cancels.below(count);
  }
}

function pick<F extends string>(at: number, shares: readonly (readonly [F, number])[], otherwise: NoInfer<F> | F): F {
  let upTo = 0;
  for (const [fate, share] of shares) {
    upTo += share;
    if (at < upTo) return fate;
  }
  return otherwise;
}
