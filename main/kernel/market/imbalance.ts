import { HISTORY_US } from "./mid-history.ts";
import { TimedRing } from "./timed-ring.ts";

/** After so many samples have left the window its running sum is taken anew, so that rounding cannot pile up. */
const REBUILD_AFTER = 256;

/** Signed imbalance of the best sizes, -1 (all on the ask) to 1 (all on the bid); null when there is no size. */
export function topImbalance(bidLots: number, askLots: number): number | null {
  const sum = bidLots + askLots;
  return sum > 0 ? (bidLots - askLots) / sum : null;
}

/** What a level shows of others: its size without our own resting size. */
export function othersLots(levelLots: number, ownLots: number): number {
  return Math.max(0, levelLots - ownLots);
}

/** Plain mean of the imbalance over a sliding window of at most `historyUs`; samples with time >= now - window count. */
export class ImbalanceMean {
  private readonly _ring: TimedRing;
  private _windowUs: number;
  private _first = 0;
  private _sum = 0;
  private _leftSinceRebuild = 0;

  constructor(windowUs: number, historyUs = HISTORY_US) {
    this._ring = new TimedRing(historyUs);
    this._windowUs = windowUs;
  }

  /** Changes the window and fills it from what is remembered. */
  setWindow(windowUs: number): void {
    this._windowUs = windowUs;
    this._first = this._ring.head;
    this._rebuild();
  }

  append(nowUs: number, imbalance: number): void {
    this._advance(nowUs, this._ring.isAtLimit ? this._ring.head + 1 : this._ring.head);
    this._ring.append(nowUs, imbalance);
    this._sum += imbalance;
  }

  /** Mean over the window; null when it is empty. */
  mean(nowUs: number): number | null {
    if (!(this._windowUs > 0)) return null;
    this._advance(nowUs, this._ring.head);
    const count = this._ring.tail - this._first;
    return count > 0 ? this._sum / count : null;
  }

  reset(): void {
    this._ring.reset();
    this._first = 0;
    this._sum = 0;
    this._leftSinceRebuild = 0;
  }

  get capacity(): number {
    return this._ring.capacity;
  }

  private _advance(nowUs: number, least: number): void {
    const ring = this._ring;
    const oldestUs = nowUs - Math.min(this._windowUs, ring.horizonUs);
    const before = this._first;
    while (this._first < ring.tail && (this._first < least || ring.timeAt(this._first) < oldestUs)) {
      this._sum -= ring.valueAt(this._first);
      this._first += 1;
    }
    this._leftSinceRebuild += this._first - before;
    // Amortised: a rebuild costs no more than the samples that have left since the last one
    if (this._first > before && this._leftSinceRebuild > Math.max(REBUILD_AFTER, ring.tail - this._first))
      this._rebuild();
    else if (this._first === ring.tail) this._sum = 0;
  }

  private _rebuild(): void {
    this._leftSinceRebuild = 0;
    this._sum = 0;
    for (let i = this._first; i < this._ring.tail; i += 1) this._sum += this._ring.valueAt(i);
  }
}
