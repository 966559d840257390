import { normalCdf } from "./normal-cdf.ts";
import type { Vpin } from "./vpin.ts";

/** Bars that the deviation of price changes is taken from. */
const DEVIATION_BARS = 50;

/** Larger changes of price enter the deviation as this many ticks: the sum of squares stays below 2^53 and exact. */
const LARGEST_CHANGE = 2 ** 23;

/**
 * Buys among a volume whose aggressors are unknown: `Vb = V Phi(dP / sigma)` (Easley, Lopez de Prado and O'Hara, bulk volume classification). Volume in any unit, the
 * change of price and its deviation in one unit. A deviation of 0 tells nothing of how large a change is, only where it went.
 */
export function bulkBuyVolume(volume: number, priceChange: number, deviation: number): number {
  if (priceChange === 0) return volume / 2;
  return volume * normalCdf(deviation > 0 ? priceChange / deviation : priceChange * Number.POSITIVE_INFINITY);
}

/**
 * Feeds a `Vpin` from trades without an aggressor flag: trades are gathered into bars of at least `barLots`, and the change of price from bar to bar splits each bar's
 * volume, rounded to whole lots. The deviation is that of the last 50 changes, this bar's among them; until there are two a bar is split in half.
 */
export class BulkVolume {
  private readonly _vpin: Vpin;
  private _barLots: number;
  private readonly _changes = new Float64Array(DEVIATION_BARS);
  private _count = 0;
  private _sum = 0;
  private _squares = 0;
  private _openLots = 0;
  private _lastTicks: number | null = null;

  constructor(vpin: Vpin, barLots: number) {
    this._vpin = vpin;
    this._barLots = barLots;
  }

  /** Changes the least volume of a bar, also of the open one. */
  setBarLots(barLots: number): void {
    this._barLots = barLots;
  }

  record(priceTicks: number, sizeLots: number): void {
    this._lastTicks ??= priceTicks;
    this._openLots += sizeLots;
    if (this._openLots < this._barLots) return;
    const change = priceTicks - this._lastTicks;
    this._remember(Math.max(-LARGEST_CHANGE, Math.min(LARGEST_CHANGE, change)));
    const deviation = this.deviationTicks;
    const buyLots = Math.round(
      deviation === null ? this._openLots / 2 : bulkBuyVolume(this._openLots, change, deviation),
    );
    this._vpin.add(buyLots, this._openLots - buyLots);
    this._openLots = 0;
    this._lastTicks = priceTicks;
  }

  /** Standard deviation of the remembered changes, in ticks; null with fewer than two. */
  get deviationTicks(): number | null {
    const count = Math.min(this._count, DEVIATION_BARS);
    if (count < 2) return null;
    return Math.sqrt(Math.max(0, this._squares - (this._sum * this._sum) / count) / (count - 1));
  }

  /** After a gap in the trades: the open bar has a hole, and the next change would span it. */
  reset(): void {
    this._openLots = 0;
    this._lastTicks = null;
    this._count = 0;
    this._sum = 0;
    this._squares = 0;
    this._changes.fill(0);
  }

  private _remember(change: number): void {
    const at = this._count % DEVIATION_BARS;
    const oldest = this._changes[at] ?? 0;
    this._sum += change - oldest;
    this._squares += change * change - oldest * oldest;
    this._changes[at] = change;
    this._count += 1;
  }
}
