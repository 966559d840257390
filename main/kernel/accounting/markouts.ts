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
  /** Twice the mid behind it, in ticks; null with `bps`. */
  readonly midHalfTicks: number | null;
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
  /** A ring that grows to its capacity as fills come. */
  private readonly _fills: (MarkoutFill | null)[] = [];
  private readonly _next: [number, number, number, number, number] = [0, 0, 0, 0, 0];
  private _tail = 0;
  private _nextDueUs = Infinity;
  private _midHalfTicks: number | null = null;
  private _heardUs = 0;
  private _dropped = 0;

  /** Fills that lost markouts because too many came within two minutes. */
  get dropped(): number {
    return this._dropped;
  }

  filled(fill: MarkoutFill): void {
    if (this._tail - this._next[4] >= CAPACITY) {
      this._dropped += 1;
      const oldest = this._next[4];
      for (const horizon of HORIZONS) this._next[horizon] = Math.max(this._next[horizon], oldest + 1);
    }
    this._fills[this._tail % CAPACITY] = fill;
    this._tail += 1;
    this._nextDueUs = Math.min(this._nextDueUs, fill.filledUs + MARKOUT_HORIZONS_US[0]);
  }

  /**
   * The book was heard of: twice its mid in ticks, or null when it cannot be used. Returns the markouts that fell due before, valued at the mid
   * that stood until now; those are missing whose moment lies more than `staleAfterUs` after the book was last heard of.
   */
  bookHeard(nowUs: number, midHalfTicks: number | null, staleAfterUs: number): readonly MarkoutSample[] {
    const samples = this.advance(nowUs, staleAfterUs);
    this._midHalfTicks = midHalfTicks;
    this._heardUs = nowUs;
    return samples;
  }

  /** Time has passed without word of the book. */
  advance(nowUs: number, staleAfterUs: number): readonly MarkoutSample[] {
    if (nowUs <= this._nextDueUs) return NONE;
    const samples: MarkoutSample[] = [];
    this._nextDueUs = Infinity;
    for (const horizon of HORIZONS) this._takeDue(horizon, nowUs, staleAfterUs, samples);
    return samples;
  }

  /** Nothing is heard any more: returns all that is left, in order of horizon. What has not fallen due by `nowUs` is missing. */
  close(nowUs: number, staleAfterUs: number): readonly MarkoutSample[] {
    const samples: MarkoutSample[] = [];
    for (const horizon of HORIZONS) {
      for (let next = this._next[horizon]; next < this._tail; next += 1) {
        const fill = this._fills[next % CAPACITY];
        if (fill !== null && fill !== undefined) samples.push(this._sample(fill, horizon, nowUs, staleAfterUs));
      }
      this._next[horizon] = this._tail;
    }
    this._fills.length = 0;
    this._nextDueUs = Infinity;
    return samples;
  }

  private _takeDue(horizon: MarkoutHorizon, nowUs: number, staleAfterUs: number, samples: MarkoutSample[]): void {
    for (; this._next[horizon] < this._tail; this._next[horizon] += 1) {
      const place = this._next[horizon] % CAPACITY;
      const fill = this._fills[place];
      if (fill === null || fill === undefined) continue;
      const dueUs = fill.filledUs + MARKOUT_HORIZONS_US[horizon];
      if (dueUs >= nowUs) {
        this._nextDueUs = Math.min(this._nextDueUs, dueUs);
        return;
      }
      samples.push(this._sample(fill, horizon, nowUs, staleAfterUs));
      if (horizon === 4) this._fills[place] = null;
    }
  }

  private _sample(fill: MarkoutFill, horizon: MarkoutHorizon, nowUs: number, staleAfterUs: number): MarkoutSample {
    const dueUs = fill.filledUs + MARKOUT_HORIZONS_US[horizon];
    const isKnown = this._midHalfTicks !== null && dueUs <= nowUs && dueUs - this._heardUs <= staleAfterUs;
    const mid = isKnown ? this._midHalfTicks : null;
    return { fill, horizon, midHalfTicks: mid, bps: mid === null ? null : markoutBps(fill.side, fill.priceTicks, mid) };
  }
}
