import { WindowSums } from "./window-sums.ts";

/** The windows that liquidations are summed over, in microseconds, longest last. */
export const LIQUIDATION_WINDOWS_US = [15_000_000, 60_000_000, 300_000_000] as const;

/** The position that was liquidated: a long one is sold, a short one bought. */
export type LiquidatedPosition = "long" | "short";

/**
 * Liquidations that the venue tells of, in whole lots by the position that was closed. Venues may leave some out (Binance tells at most one a second and market), so that
 * the figure is a lower bound. Windows are named by their place in `LIQUIDATION_WINDOWS_US`.
 */
export class LiquidationIntensity {
  private readonly _longs = new WindowSums(LIQUIDATION_WINDOWS_US);
  private readonly _shorts = new WindowSums(LIQUIDATION_WINDOWS_US);

  record(nowUs: number, position: LiquidatedPosition, sizeLots: number): void {
    (position === "long" ? this._longs : this._shorts).add(nowUs, sizeLots);
  }

  lots(position: LiquidatedPosition, window: number, nowUs: number): number {
    return (position === "long" ? this._longs : this._shorts).sum(window, nowUs);
  }

  /** Both together, per second over the whole length of the window. */
  lotsPerSecond(window: number, nowUs: number): number {
    return (this.lots("long", window, nowUs) + this.lots("short", window, nowUs)) / this._longs.lengthS(window);
  }

  reset(): void {
    this._longs.reset();
    this._shorts.reset();
  }
}
