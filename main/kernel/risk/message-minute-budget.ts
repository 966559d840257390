import { SlidingTally } from "./sliding-tally.ts";

const MINUTE_US = 60_000_000;

/**
 * Placements and amends of any minute that ends now, against `MM_MAX_MESSAGES_PER_MIN`. Cancels never ask it and are never counted.
 *
 * A sliding minute and not a bucket: no 60 seconds, wherever they begin, hold more than the limit. Source: RTS 6 article 15(1)(d).
 */
export class MessageMinuteBudget {
  private readonly _sent = new SlidingTally();

  /** Counts one message; false, and nothing counted, when the minute is full. */
  take(nowUs: number, maxPerMinute: number): boolean {
    this._sent.forgetBefore(oldestUs(nowUs));
    if (this.used(nowUs) >= maxPerMinute) return false;
    this._sent.add(nowUs);
    return true;
  }

  /** Messages of the minute that ends now. */
  used(nowUs: number): number {
    return this._sent.since(oldestUs(nowUs));
  }

  /** Microseconds until a message may leave; 0 when one may now, `Infinity` with a limit of none. */
  waitUs(nowUs: number, maxPerMinute: number): number {
    if (this.used(nowUs) < maxPerMinute) return 0;
    const blockingUs = this._sent.timeOfNewest(maxPerMinute);
    return blockingUs === null ? Infinity : blockingUs + MINUTE_US - nowUs;
  }
}

/** What was sent a whole minute ago no longer counts. */
function oldestUs(nowUs: number): number {
  return nowUs - MINUTE_US + 1;
}
