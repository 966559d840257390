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
  readonly #vpin: Vpin;
  readonly #barLots: number;
  readonly #changes = new Float64Array(DEVIATION_BARS);
  #count = 0;
  #sum = 0;
  #squares = 0;
  #openLots = 0;
  #lastTicks: number | null = null;

  constructor(vpin: Vpin, barLots: number) {
    this.#vpin = vpin;
    this.#barLots = barLots;
  }

  record(priceTicks: number, sizeLots: number): void {
    this.#lastTicks ??= priceTicks;
    this.#openLots += sizeLots;
    if (this.#openLots < this.#barLots) return;
    const change = priceTicks - this.#lastTicks;
    this.#remember(Math.max(-LARGEST_CHANGE, Math.min(LARGEST_CHANGE, change)));
    const deviation = this.deviationTicks;
    const buyLots = Math.round(
      deviation === null ? this.#openLots / 2 : bulkBuyVolume(this.#openLots, change, deviation),
    );
    this.#vpin.add(buyLots, this.#openLots - buyLots);
    this.#openLots = 0;
    this.#lastTicks = priceTicks;
  }

  /** Standard deviation of the remembered changes, in ticks; null with fewer than two. */
  get deviationTicks(): number | null {
    const count = Math.min(this.#count, DEVIATION_BARS);
    if (count < 2) return null;
    return Math.sqrt(Math.max(0, this.#squares - (this.#sum * this.#sum) / count) / (count - 1));
  }

  /** After a gap in the trades: the open bar has a hole, and the next change would span it. */
  reset(): void {
    this.#openLots = 0;
    this.#lastTicks = null;
    this.#count = 0;
    this.#sum = 0;
    this.#squares = 0;
    this.#changes.fill(0);
  }

  #remember(change: number): void {
    const at = this.#count % DEVIATION_BARS;
    const oldest = this.#changes[at] ?? 0;
    this.#sum += change - oldest;
    this.#squares += change * change - oldest * oldest;
    this.#changes[at] = change;
    this.#count += 1;
  }
}
