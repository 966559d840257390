import type { Effect, PnlParts } from "../../main/kernel/effects.ts";
import { MARKOUT_HORIZONS_US } from "../../main/kernel/accounting/markouts.ts";
import type { KernelEvent } from "../../main/kernel/events.ts";
import { formatLots, formatMoney, type MarketScale } from "../../main/kernel/values/market-rules.ts";

/** What one run came to, as the table shows it. */
export interface EngineFigures {
  readonly uptimeShare: number;
  readonly fills: number;
  readonly parts: PnlParts;
  /** Mean markout in bps at each horizon; null = none could be taken. */
  readonly markoutsBps: readonly (number | null)[];
  /** Position at 5, 50 and 95 % of the session's seconds, in lots. */
  readonly inventoryLots: readonly [number, number, number];
  readonly cancelsPerFill: number | null;
  /** Share of the innermost slots' time spent paused by the toxicity guard or the regime. */
  readonly toxicityShare: number;
  /** Mean distance of placed level-0 quotes from their own best, in bps. */
  readonly meanOffsetBps: number | null;
}

/** Listens to a session and keeps what the table needs, in memory that grows only with the seconds of it. */
export class EngineFigureKeeper {
  readonly #positions: number[] = [];
  readonly #markouts = MARKOUT_HORIZONS_US.map(() => ({ sum: 0, count: 0 }));
  readonly #pausedSinceUs = new Map<string, number>();
  #pausedUs = 0;
  #firstUs: number | null = null;
  #lastUs = 0;
  #fills = 0;
  #cancels = 0;
  #parts: PnlParts | null = null;
  #offsetSumBps = 0;
  #offsets = 0;

  take(event: KernelEvent, effects: readonly Effect[]): void {
    this.#firstUs ??= event.tsInit;
    this.#lastUs = Math.max(this.#lastUs, event.tsInit);
    for (const effect of effects) this.#takeEffect(effect);
  }

  figures(uptimeShare: number): EngineFigures {
    for (const sinceUs of this.#pausedSinceUs.values()) this.#pausedUs += this.#lastUs - sinceUs;
    this.#pausedSinceUs.clear();
    const spanUs = this.#lastUs - (this.#firstUs ?? 0);
    if (this.#parts === null) throw new Error("a run must have at least one sample");
    return {
      uptimeShare,
      fills: this.#fills,
      parts: this.#parts,
      markoutsBps: this.#markouts.map(({ sum, count }) => (count === 0 ? null : sum / count)),
      inventoryLots: [percentile(this.#positions, 5), percentile(this.#positions, 50), percentile(this.#positions, 95)],
      cancelsPerFill: this.#fills === 0 ? null : this.#cancels / this.#fills,
      toxicityShare: spanUs > 0 ? this.#pausedUs / (2 * spanUs) : 0,
      meanOffsetBps: this.#offsets === 0 ? null : this.#offsetSumBps / this.#offsets,
    };
  }

  #takeEffect(effect: Effect): void {
    switch (effect.type) {
      case "record-sample":
        this.#positions.push(effect.positionLots);
        this.#parts = effect.pnl;
        return;
      case "record-fill":
        this.#fills += 1;
        this.#parts = effect.pnl;
        return;
      case "record-order":
        if (effect.status === "cancelled") this.#cancels += 1;
        return;
      case "record-markout": {
        const horizon = this.#markouts[MARKOUT_HORIZONS_US.findIndex((us) => us === effect.horizonUs)];
        if (horizon === undefined || effect.markoutBps === null) return;
        horizon.sum += effect.markoutBps;
        horizon.count += 1;
        return;
      }
      case "record-decision":
        this.#takeDecision(effect.decision);
        return;
      default:
    }
  }

  #takeDecision({ slot, code, atUs, buildUp }: Extract<Effect, { type: "record-decision" }>["decision"]): void {
    if (slot.level !== 0) return;
    const sinceUs = this.#pausedSinceUs.get(slot.side);
    if (code === "skip_toxicity") {
      if (sinceUs === undefined) this.#pausedSinceUs.set(slot.side, atUs);
      return;
    }
    if (sinceUs !== undefined) {
      this.#pausedUs += atUs - sinceUs;
      this.#pausedSinceUs.delete(slot.side);
    }
    if (code !== "place_initial" || buildUp === null || buildUp.finalTicks === null) return;
    this.#offsetSumBps += (Math.abs(buildUp.anchorTicks - buildUp.finalTicks) / buildUp.anchorTicks) * 10_000;
    this.#offsets += 1;
  }
}

/** Nearest rank; 0 of nothing. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((share / 100) * sorted.length) - 1))] ?? 0;
}

export const TABLE_HEAD = [
  "market",
  "profile",
  "uptime",
  "toxicity pause",
  "mean distance, bps",
  "fills",
  "cancels a fill",
  "spread capture",
  "inventory",
  "fees",
  "funding",
  "net",
  "markout bps at 0.25 / 1 / 5 / 30 / 120 s",
  "position 5 / 50 / 95 %",
] as const;

/** One line of the table. */
export function tableRow(market: string, profile: string, scale: MarketScale, figures: EngineFigures): string {
  const { parts } = figures;
  const money = (value: bigint): string => Number(formatMoney(value as PnlParts["net"])).toFixed(2);
  const cells = [
    market,
    profile,
    percent(figures.uptimeShare),
    percent(figures.toxicityShare),
    figures.meanOffsetBps?.toFixed(2) ?? "-",
    String(figures.fills),
    figures.cancelsPerFill?.toFixed(1) ?? "-",
    money(parts.spreadCapture),
    money(parts.inventory),
    money(parts.fees),
    money(parts.funding),
    money(parts.net),
    figures.markoutsBps.map((bps) => bps?.toFixed(2) ?? "-").join(" / "),
    figures.inventoryLots.map((lots) => formatLots(scale, lots)).join(" / "),
  ];
  return `| ${cells.join(" | ")} |`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
