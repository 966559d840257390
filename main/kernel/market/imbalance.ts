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

/** Plain mean of the imbalance over a sliding window of at most 120 s; samples with time >= now - window count. */
export class ImbalanceMean {
  readonly #ring = new TimedRing(HISTORY_US);
  #windowUs: number;
  #first = 0;
  #sum = 0;
  #leftSinceRebuild = 0;

  constructor(windowUs: number) {
    this.#windowUs = windowUs;
  }

  /** Changes the window and fills it from what is remembered. */
  setWindow(windowUs: number): void {
    this.#windowUs = windowUs;
    this.#first = this.#ring.head;
    this.#rebuild();
  }

  append(nowUs: number, imbalance: number): void {
    this.#advance(nowUs, this.#ring.isAtLimit ? this.#ring.head + 1 : this.#ring.head);
    this.#ring.append(nowUs, imbalance);
    this.#sum += imbalance;
  }

  /** Mean over the window; null when it is empty. */
  mean(nowUs: number): number | null {
    if (!(this.#windowUs > 0)) return null;
    this.#advance(nowUs, this.#ring.head);
    const count = this.#ring.tail - this.#first;
    return count > 0 ? this.#sum / count : null;
  }

  reset(): void {
    this.#ring.reset();
    this.#first = 0;
    this.#sum = 0;
    this.#leftSinceRebuild = 0;
  }

  get capacity(): number {
    return this.#ring.capacity;
  }

  #advance(nowUs: number, least: number): void {
    const ring = this.#ring;
    const oldestUs = nowUs - Math.min(this.#windowUs, HISTORY_US);
    const before = this.#first;
    while (this.#first < ring.tail && (this.#first < least || ring.timeAt(this.#first) < oldestUs)) {
      this.#sum -= ring.valueAt(this.#first);
      this.#first += 1;
    }
    this.#leftSinceRebuild += this.#first - before;
    // Amortised: a rebuild costs no more than the samples that have left since the last one
    if (this.#first > before && this.#leftSinceRebuild > Math.max(REBUILD_AFTER, ring.tail - this.#first))
      this.#rebuild();
    else if (this.#first === ring.tail) this.#sum = 0;
  }

  #rebuild(): void {
    this.#leftSinceRebuild = 0;
    this.#sum = 0;
    for (let i = this.#first; i < this.#ring.tail; i += 1) this.#sum += this.#ring.valueAt(i);
  }
}
