import type { OrderSide } from "../values/units.ts";
import { TimedRing } from "./timed-ring.ts";

/** The windows that trade flow is measured over, longest last. */
export const TRADE_FLOW_WINDOWS_US = [1_000_000, 5_000_000, 15_000_000] as const;

interface FlowWindow {
  readonly lengthUs: number;
  first: number;
  buyLots: number;
  sellLots: number;
}

/** Volume bought and sold by aggressors over 1, 5 and 15 s, in whole lots and therefore exact. Windows are named by their place in `TRADE_FLOW_WINDOWS_US`. */
export class TradeFlow {
  private readonly _ring = new TimedRing(TRADE_FLOW_WINDOWS_US[2]);
  private readonly _windows: readonly FlowWindow[] = TRADE_FLOW_WINDOWS_US.map((lengthUs) => ({
    lengthUs,
    first: 0,
    buyLots: 0,
    sellLots: 0,
  }));

  record(nowUs: number, aggressor: OrderSide, sizeLots: number): void {
    const least = this._ring.isAtLimit ? this._ring.head + 1 : this._ring.head;
    for (const window of this._windows) this._advance(window, nowUs, least);
    this._ring.append(nowUs, aggressor === "buy" ? sizeLots : -sizeLots);
    for (const window of this._windows) {
      if (aggressor === "buy") window.buyLots += sizeLots;
      else window.sellLots += sizeLots;
    }
  }

  buyLots(window: number, nowUs: number): number {
    return this._at(window, nowUs).buyLots;
  }

  sellLots(window: number, nowUs: number): number {
    return this._at(window, nowUs).sellLots;
  }

  /** (buys - sells) / (buys + sells), -1 to 1; null when nothing was traded. */
  imbalance(window: number, nowUs: number): number | null {
    const { buyLots, sellLots } = this._at(window, nowUs);
    const sum = buyLots + sellLots;
    return sum > 0 ? (buyLots - sellLots) / sum : null;
  }

  reset(): void {
    this._ring.reset();
    for (const window of this._windows) {
      window.first = 0;
      window.buyLots = 0;
      window.sellLots = 0;
    }
  }

  private _at(index: number, nowUs: number): FlowWindow {
    const window = this._windows[index];
    if (window === undefined) throw new RangeError(`window must be below ${this._windows.length}, was ${index}`);
    this._advance(window, nowUs, this._ring.head);
    return window;
  }

  private _advance(window: FlowWindow, nowUs: number, least: number): void {
    const ring = this._ring;
    const oldestUs = nowUs - window.lengthUs;
    while (window.first < ring.tail && (window.first < least || ring.timeAt(window.first) < oldestUs)) {
      const signedLots = ring.valueAt(window.first);
      if (signedLots > 0) window.buyLots -= signedLots;
      else window.sellLots += signedLots;
      window.first += 1;
    }
  }
}
