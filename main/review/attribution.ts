import type { RecordFill } from "../kernel/effects.ts";
import { MARKOUT_HORIZONS_US, MarkoutSchedule, type MarkoutSample } from "../kernel/accounting/markouts.ts";
import { invariant } from "../kernel/values/invariant.ts";
import type { MarketScale } from "../kernel/values/market-rules.ts";
import { money, signOf, type Money } from "../kernel/values/units.ts";

/** An execution as the reports see it; `midHalfTicks` is twice the mid at the fill in ticks, null = the book was not usable. */
export type ReviewFill = Pick<
  RecordFill,
  "atUs" | "tradeId" | "orderId" | "slot" | "side" | "priceTicks" | "sizeLots" | "liquidity" | "midHalfTicks"
>;

/** The market at a moment: twice its mid in ticks. */
export interface MidPoint {
  readonly atUs: number;
  readonly midHalfTicks: number;
}

/** Where the price result came from; exact, in quote currency. */
export interface Attribution {
  /** Sum over fills of (mid - price) x signed size, the mid being the fill's own, else the last one known; 0 without any. */
  readonly spreadCapture: Money;
  /** Sum over the mids of position at a mid (its fills included) x (next mid - mid). */
  readonly inventoryDrift: Money;
}

/** One thing after the other as it happened: the market was seen, or we traded. */
export type AttributionStep =
  | { readonly kind: "mid"; readonly mid: MidPoint }
  | { readonly kind: "fill"; readonly fill: ReviewFill };

/**
 * Splits a result into what the fills captured and what the position drifted, as things come. A fill at the moment of the last mid is held from it on,
 * a later one from the next mid; so with a mid before each fill nothing is left over. Source: reference, section M.
 */
export class Attributor {
  readonly #scale: MarketScale;
  // In half ticks x lots, which are whole numbers; a sum of them may leave the range of exact doubles
  #spread = 0n;
  #drift = 0n;
  #positionLots: number;
  #heldLots: number;
  #last: MidPoint | null = null;

  constructor(startPositionLots: number, scale: MarketScale) {
    this.#positionLots = startPositionLots;
    this.#heldLots = startPositionLots;
    this.#scale = scale;
  }

  mid(mid: MidPoint): void {
    if (this.#last !== null) {
      this.#drift += BigInt(mid.midHalfTicks - this.#last.midHalfTicks) * BigInt(this.#heldLots);
    }
    this.#last = mid;
    this.#heldLots = this.#positionLots;
  }

  fill(fill: Pick<ReviewFill, "atUs" | "side" | "priceTicks" | "sizeLots" | "midHalfTicks">): void {
    const signedLots = signOf(fill.side) * fill.sizeLots;
    const mid = fill.midHalfTicks ?? this.#last?.midHalfTicks ?? null;
    if (mid !== null) this.#spread += BigInt(mid - fill.priceTicks * 2) * BigInt(signedLots);
    this.#positionLots += signedLots;
    if (this.#last?.atUs === fill.atUs) this.#heldLots = this.#positionLots;
  }

  get result(): Attribution {
    const { tickLotMoney } = this.#scale;
    return {
      spreadCapture: money((this.#spread * tickLotMoney) / 2n),
      inventoryDrift: money((this.#drift * tickLotMoney) / 2n),
    };
  }
}

/** The same for a list. */
export function attribute(
  steps: readonly AttributionStep[],
  startPositionLots: number,
  scale: MarketScale,
): Attribution {
  const attributor = new Attributor(startPositionLots, scale);
  for (const step of steps) {
    if (step.kind === "mid") attributor.mid(step.mid);
    else attributor.fill(step.fill);
  }
  return attributor.result;
}

/** Fills and mids, each in order of time, as one; of the same moment the mid comes first. */
export function stepsByTime(fills: readonly ReviewFill[], mids: readonly MidPoint[]): readonly AttributionStep[] {
  const steps: AttributionStep[] = [];
  let next = 0;
  for (const fill of fills) {
    for (let mid = mids[next]; mid !== undefined && mid.atUs <= fill.atUs; mid = mids[next]) {
      steps.push({ kind: "mid", mid });
      next += 1;
    }
    steps.push({ kind: "fill", fill });
  }
  for (const mid of mids.slice(next)) steps.push({ kind: "mid", mid });
  return steps;
}

/** Markouts of fills, each by the last mid at or before its horizon that is at most `staleAfterUs` old. One sample a fill and horizon, missing ones with null. */
export function markoutsOf(steps: readonly AttributionStep[], staleAfterUs: number): readonly MarkoutSample[] {
  const schedule = new MarkoutSchedule();
  const samples: MarkoutSample[] = [];
  for (const step of steps) {
    if (step.kind === "mid") {
      samples.push(...schedule.bookHeard(step.mid.atUs, step.mid.midHalfTicks, staleAfterUs));
    } else {
      samples.push(...schedule.advance(step.fill.atUs, staleAfterUs));
      schedule.filled(markoutFill(step.fill));
    }
  }
  samples.push(...schedule.advance(Infinity, staleAfterUs));
  invariant(schedule.dropped === 0, `every fill must keep its markouts, were dropped: ${schedule.dropped}`);
  return samples;
}

/** What a markout schedule needs to know of a fill. */
export function markoutFill(fill: ReviewFill): MarkoutSample["fill"] {
  const { tradeId, orderId, side, slot, liquidity, priceTicks } = fill;
  return { tradeId, orderId, filledUs: fill.atUs, side, level: slot.level, liquidity, priceTicks };
}

/** "0.25 s", "30 s": the horizons as they are named everywhere. */
export const HORIZON_NAMES: readonly string[] = MARKOUT_HORIZONS_US.map((us) => `${us / 1_000_000} s`);
