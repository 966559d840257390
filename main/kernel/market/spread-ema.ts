/** Weight of a new spread, per whole book update (reference, section B). */
const ALPHA = 0.15;

/** Spread over mid in bps, bid and ask in one unit; null where the bid is not positive. */
export function spreadBps(bidTicks: number, askTicks: number): number | null {
  return bidTicks > 0 ? ((askTicks - bidTicks) / ((askTicks + bidTicks) / 2)) * 10_000 : null;
}

/** Exponential mean of the spread over whole book updates, in bps; null before the first. */
export class SpreadEma {
  private _valueBps: number | null = null;

  get valueBps(): number | null {
    return this._valueBps;
  }

  /** Takes in one update of a book that is neither crossed nor locked; without a positive bid it changes nothing. */
  update(bidTicks: number, askTicks: number): void {
    const rawBps = spreadBps(bidTicks, askTicks);
    if (rawBps === null) return;
    this._valueBps = this._valueBps === null ? rawBps : ALPHA * rawBps + (1 - ALPHA) * this._valueBps;
  }

  reset(): void {
    this._valueBps = null;
  }
}
