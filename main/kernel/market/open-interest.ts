import { TimedRing } from "./timed-ring.ts";

/** The windows that changes of open interest are measured over, in microseconds, longest last. */
export const OPEN_INTEREST_WINDOWS_US = [60_000_000, 300_000_000, 900_000_000] as const;

/** Longer than the longest window, so that a venue that is asked only now and then still has a value at its start. */
const REMEMBERED_US = 1_800_000_000;

/**
 * Open interest as the venue tells it, in lots, and its change: the latest value less the last one at or before the start of the window. Rising with the price new
 * longs push, falling with it shorts are closing. Windows are named by their place in `OPEN_INTEREST_WINDOWS_US`.
 */
export class OpenInterest {
  private readonly _ring = new TimedRing(REMEMBERED_US);
  /** Per window, index of the last sample at or before its start; may run behind the ring's head. */
  private readonly _bases = OPEN_INTEREST_WINDOWS_US.map(() => 0);

  update(nowUs: number, openLots: number): void {
    this._ring.append(nowUs, openLots);
  }

  /** Latest value, in lots; null before the first. */
  get latestLots(): number | null {
    const { head, tail } = this._ring;
    return tail > head ? this._ring.valueAt(tail - 1) : null;
  }

  /** Change over a window, in lots; null when what was known at its start is not remembered. */
  changeLots(window: number, nowUs: number): number | null {
    const baseLots = this._baseLots(window, nowUs);
    const { latestLots } = this;
    return baseLots === null || latestLots === null ? null : latestLots - baseLots;
  }

  /** The same as a fraction of the value at the window's start; null also when that was 0. */
  changeShare(window: number, nowUs: number): number | null {
    const baseLots = this._baseLots(window, nowUs);
    const { latestLots } = this;
    return baseLots === null || latestLots === null || baseLots === 0 ? null : (latestLots - baseLots) / baseLots;
  }

  /** Forgets everything: after a reconnect that may have lost hours. A gap of the book does not touch it. */
  reset(): void {
    this._ring.reset();
    this._bases.fill(0);
  }

  private _baseLots(window: number, nowUs: number): number | null {
    const lengthUs = OPEN_INTEREST_WINDOWS_US[window];
    if (lengthUs === undefined)
      throw new RangeError(`window must be below ${OPEN_INTEREST_WINDOWS_US.length}, was ${window}`);
    const ring = this._ring;
    const startUs = nowUs - lengthUs;
    let base = Math.max(this._bases[window] ?? 0, ring.head);
    while (base + 1 < ring.tail && ring.timeAt(base + 1) <= startUs) base += 1;
    this._bases[window] = base;
    return base < ring.tail && ring.timeAt(base) <= startUs ? ring.valueAt(base) : null;
  }
}
