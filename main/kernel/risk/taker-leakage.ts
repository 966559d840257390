import type { OrderPurpose } from "../effects.ts";
import type { Liquidity, Micros } from "../values/units.ts";
import type { Halts } from "./halts.ts";
import { SlidingTally } from "./sliding-tally.ts";

/** Span that fills are counted over, and least time between two alerts (reference, section J). */
const WINDOW_US = 60_000_000;
const TOLD_EVERY_US = 30_000_000;

export interface LeakageReading {
  /** Quotes' fills of the last minute that took. */
  readonly count: number;
  /** Share of their notional in that of all quotes' fills, 0 to 1; null = there were none. */
  readonly share: number | null;
}

/**
 * Quotes that took: they are post-only, so that any such fill is a mistake, ours or the venue's, and pays the taker's fee. Orders that close or hedge take on
 * purpose and do not count.
 *
 * It gates nothing. Told at once, then at most every 30 s while more come, and once when the last minute is clean again. Notional is in tick-lots.
 */
export class TakerLeakage {
  private readonly _halts: Halts;
  private readonly _takes = new SlidingTally();
  private readonly _taken = new SlidingTally();
  private readonly _traded = new SlidingTally();
  private _isLeaking = false;
  private _untold = 0;
  private _toldUs = -Infinity;

  constructor(halts: Halts) {
    this._halts = halts;
  }

  filled(purpose: OrderPurpose, liquidity: Liquidity, tickLots: number, nowUs: Micros): void {
    if (purpose !== "quote") return;
    this._forget(nowUs);
    this._traded.add(nowUs, tickLots);
    if (liquidity !== "taker") return;
    this._takes.add(nowUs);
    this._taken.add(nowUs, tickLots);
    this._untold += 1;
    this._tellIfDue(nowUs);
  }

  /** To be called about every second. */
  review(nowUs: Micros): void {
    this._forget(nowUs);
    this._tellIfDue(nowUs);
    if (!this._isLeaking || this._takes.since(nowUs - WINDOW_US) > 0) return;
    this._isLeaking = false;
    const message = "no quote has taken for a minute";
    this._halts.tell("taker-leakage", "cleared", nowUs, { detail: "none", reading: 0, message, severity: "info" });
  }

  /** Looking changes nothing. */
  reading(nowUs: number): LeakageReading {
    const fromUs = nowUs - WINDOW_US;
    const traded = this._traded.since(fromUs);
    const share = traded > 0 ? Math.min(1, this._taken.since(fromUs) / traded) : null;
    return { count: this._takes.since(fromUs), share };
  }

  private _tellIfDue(nowUs: Micros): void {
    if (this._untold === 0 || nowUs - this._toldUs < TOLD_EVERY_US) return;
    const happening = this._isLeaking ? "changed" : "tripped";
    this._isLeaking = true;
    this._untold = 0;
    this._toldUs = nowUs;
    const { count, share } = this.reading(nowUs);
    const percent = ((share ?? 0) * 100).toFixed(1);
    const message = `${count} fills of quotes in the last minute took liquidity, ${percent} % of what was traded: a quote must never take`;
    const found = { detail: `${count} fills`, reading: share ?? 0, bound: 0, message, severity: "warning" } as const;
    this._halts.tell("taker-leakage", happening, nowUs, found);
  }

  private _forget(nowUs: number): void {
    for (const tally of [this._takes, this._taken, this._traded]) tally.forgetBefore(nowUs - WINDOW_US);
  }
}
