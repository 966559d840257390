import { FLOW_WINDOWS_US, WindowSums } from "./window-sums.ts";

/** Best price and size of both sides; prices in ticks, sizes in lots. */
export interface Touch {
  readonly bidTicks: number;
  readonly bidLots: number;
  readonly askTicks: number;
  readonly askLots: number;
}

/**
 * Contribution of one change of the touch to the order flow imbalance, in lots; positive = demand.
 *
 * `e = 1{Pb >= Pb'} qb - 1{Pb <= Pb'} qb' - 1{Pa <= Pa'} qa + 1{Pa >= Pa'} qa'`, primes are the previous state (Cont, Kukanov and Stoikov, "The price
 * impact of order book events", arXiv 1011.6402v3). An unchanged price takes part in both terms of its side and leaves the change in size.
 */
export function touchFlowLots(
  before: Touch,
  bidTicks: number,
  bidLots: number,
  askTicks: number,
  askLots: number,
): number {
  let flowLots = 0;
  if (bidTicks >= before.bidTicks) flowLots += bidLots;
  if (bidTicks <= before.bidTicks) flowLots -= before.bidLots;
  if (askTicks <= before.askTicks) flowLots -= askLots;
  if (askTicks >= before.askTicks) flowLots += before.askLots;
  return flowLots;
}

/**
 * Order flow imbalance, the sum of `touchFlowLots` over 1, 5 and 15 s, in whole lots and therefore exact. Windows are named by their place in
 * `FLOW_WINDOWS_US`.
 *
 * A crossed or locked book feeds nothing: the next good touch is held against the last good one. Sizes are those of others.
 */
export class OrderFlowImbalance {
  private readonly _sums = new WindowSums(FLOW_WINDOWS_US);
  private readonly _last = { bidTicks: 0, bidLots: 0, askTicks: 0, askLots: 0 };
  private _isKnown = false;

  /** Takes in the touch after one whole update of the book. */
  update(nowUs: number, bidTicks: number, bidLots: number, askTicks: number, askLots: number): void {
    if (!(askTicks > bidTicks)) return;
    const last = this._last;
    if (this._isKnown) {
      const flowLots = touchFlowLots(last, bidTicks, bidLots, askTicks, askLots);
      if (flowLots !== 0) this._sums.add(nowUs, flowLots);
    }
    last.bidTicks = bidTicks;
    last.bidLots = bidLots;
    last.askTicks = askTicks;
    last.askLots = askLots;
    this._isKnown = true;
  }

  /** Sum over a window, in lots; 0 when nothing flowed; null before the first touch. */
  sumLots(window: number, nowUs: number): number | null {
    return this._isKnown ? this._sums.sum(window, nowUs) : null;
  }

  /** Forgets everything: after a gap or a reconnect. */
  reset(): void {
    this._sums.reset();
    this._isKnown = false;
  }
}
