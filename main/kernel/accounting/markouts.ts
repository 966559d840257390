import { signOf, type Liquidity, type Micros, type OrderSide, type Ticks } from "../values/units.ts";

/** Times after a fill at which the market is looked at again: 0.25, 1, 5, 30 and 120 s. */
export const MARKOUT_HORIZONS_US = [250_000, 1_000_000, 5_000_000, 30_000_000, 120_000_000] as const;

/** A place in `MARKOUT_HORIZONS_US`. */
export type MarkoutHorizon = 0 | 1 | 2 | 3 | 4;

const HORIZONS: readonly MarkoutHorizon[] = [0, 1, 2, 3, 4];

/** Fills of the last two minutes that are remembered; beyond it the oldest lose what is not due yet, and are counted. */
const CAPACITY = 4096;

/** One execution, as markouts are told apart. */
export interface MarkoutFill {
  readonly tradeId: string;
  readonly orderId: number;
  readonly filledUs: Micros;
  readonly side: OrderSide;
  /** 0 = innermost; -1 = an order of no level. */
  readonly level: number;
  readonly liquidity: Liquidity;
  readonly priceTicks: Ticks;
}

export interface MarkoutSample {
  readonly fill: MarkoutFill;
  readonly horizon: MarkoutHorizon;
  /** Positive is good for us; null = the book was stale or unusable at that moment. */
  readonly bps: number | null;
}

const NONE: readonly MarkoutSample[] = [];

/** side x (mid - fill price) / fill price, in bps; the mid is given twice, in ticks. */
export function markoutBps(side: OrderSide, fillTicks: number, midHalfTicks: number): number {
  return ((signOf(side) * (midHalfTicks - fillTicks * 2)) / (fillTicks * 2)) * 10_000;
}

/**
 * Takes each fill's markouts as time passes, each with the last mid at or before fill time plus horizon. Times are microseconds and never run backwards.
 *
 * A horizon is judged by the first call after it, so that every mid of its own moment has been heard. Constant memory, O(1) for an event with
 * nothing due. Invariant: the next fill of a longer horizon is never a later one than that of a shorter.
 */
export class MarkoutSchedule {
  readonly #fills: (MarkoutFill | null)[] = Array.from({ length: CAPACITY }, () => null);
  readonly #next: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  #tail = 0;
  #nextDueUs = Infinity;
  #midHalfTicks: number | null = null;
  #heardUs = 0;
  #dropped = 0;

  /** Fills that lost markouts because too many came within two minutes. */
  get dropped(): number {
    return this.#dropped;
  }

  filled(fill: MarkoutFill): void {
    if (this.#tail - this.#next[4] >= CAPACITY) {
      this.#dropped += 1;
      const oldest = this.#next[4];
      for (const horizon of HORIZONS) this.#next[horizon] = Math.max(this.#next[horizon], oldest + 1);
    }
    this.#fills[this.#tail % CAPACITY] = fill;
    this.#tail += 1;
    this.#nextDueUs = Math.min(this.#nextDueUs, fill.filledUs + MARKOUT_HORIZONS_US[0]);
  }

  /**
   * The book was heard of: twice its mid in ticks, or null when it cannot be used. Returns the markouts that fell due before, valued at the mid
   * that stood until now; those are missing whose moment lies more than `staleAfterUs` after the book was last heard of.
   */
  bookHeard(nowUs: number, midHalfTicks: number | null, staleAfterUs: number): readonly MarkoutSample[] {
    const samples = this.advance(nowUs, staleAfterUs);
    this.#midHalfTicks = midHalfTicks;
    this.#heardUs = nowUs;
    return samples;
  }

  /** Time has passed without word of the book. */
  advance(nowUs: number, staleAfterUs: number): readonly MarkoutSample[] {
    if (nowUs <= this.#nextDueUs) return NONE;
    const samples: MarkoutSample[] = [];
    this.#nextDueUs = Infinity;
    for (const horizon of HORIZONS) this.#takeDue(horizon, nowUs, staleAfterUs, samples);
    return samples;
  }

  #takeDue(horizon: MarkoutHorizon, nowUs: number, staleAfterUs: number, samples: MarkoutSample[]): void {
    for (; this.#next[horizon] < this.#tail; this.#next[horizon] += 1) {
      const place = this.#next[horizon] % CAPACITY;
      const fill = this.#fills[place];
      if (fill === null || fill === undefined) continue;
      const dueUs = fill.filledUs + MARKOUT_HORIZONS_US[horizon];
      if (dueUs >= nowUs) {
        this.#nextDueUs = Math.min(this.#nextDueUs, dueUs);
        return;
      }
      const isKnown = this.#midHalfTicks !== null && dueUs - this.#heardUs <= staleAfterUs;
      const mid = isKnown ? this.#midHalfTicks : null;
      samples.push({ fill, horizon, bps: mid === null ? null : markoutBps(fill.side, fill.priceTicks, mid) });
      if (horizon === 4) this.#fills[place] = null;
    }
  }
}
