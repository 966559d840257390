import type { OrderDesk } from "../orders/order-desk.ts";
import type { OrderManager } from "../orders/order-manager.ts";
import { inventoryBand, inventoryNorm } from "../pricing/inventory-skew.ts";
import { Decimal } from "../values/decimal.ts";
import { formatLots, formatTicks } from "../values/market-rules.ts";
import { lots, secondsToUs, type Micros, type OrderSide } from "../values/units.ts";
import type { CloseOutView } from "./close-out.ts";
import { withinCollar } from "./close-price.ts";
import { flattenPlan } from "./flatten.ts";
import type { Halts } from "./halts.ts";
import { leastOrderLots } from "./limits.ts";
import type { PlacementBudget } from "./placement-budget.ts";
import type { Taker } from "./taker.ts";
import type { TradingState } from "./trading-state.ts";

/** A hedge that has not ended by then did not take. */
const RESTS_AT_MOST_US = 2_000_000;

/**
 * Takes the position back to a share of its limit when it has reached the HARD band, where the operator has asked for that. It only reduces, within
 * the collar and its own slippage, and not more often than its interval; what own resting orders would reduce anyway is left to them.
 */
export class HardHedge {
  private readonly _orders: OrderManager;
  private readonly _desk: OrderDesk;
  private readonly _taker: Taker;
  private readonly _budget: PlacementBudget;
  private readonly _state: TradingState;
  private readonly _halts: Halts;
  private _nextUs = 0;

  constructor(
    orders: OrderManager,
    desk: OrderDesk,
    taker: Taker,
    budget: PlacementBudget,
    state: TradingState,
    halts: Halts,
  ) {
    this._orders = orders;
    this._desk = desk;
    this._taker = taker;
    this._budget = budget;
    this._state = state;
    this._halts = halts;
  }

  /** Hedges when it is due. Best prices that are not to be believed hedge nothing. */
  advance(view: CloseOutView): void {
    const { nowUs, settings, limits, positionLots } = view;
    this._recall(nowUs);
    if (!settings.hardHedgeEnabled || positionLots === 0 || nowUs < this._nextUs || !this._state.mayPlace) return;
    if (view.bestBidTicks === null || view.bestAskTicks === null) return;
    if (inventoryBand(inventoryNorm(positionLots, limits.maxPositionLots), settings) !== "HARD") return;
    const side: OrderSide = positionLots > 0 ? "sell" : "buy";
    if (this._taker.live(side) !== null) return;
    const sizeLots = this._sizeLots(view, side);
    const midHalfTicks = view.bestBidTicks + view.bestAskTicks;
    if (sizeLots < leastOrderLots(limits, midHalfTicks)) return;
    this._send(view, side, sizeLots, midHalfTicks);
  }

  /** An order that takes must not rest. */
  private _recall(nowUs: Micros): void {
    for (const side of ["buy", "sell"] as const) {
      const order = this._taker.live(side);
      if (order?.purpose === "hedge" && order.status === "resting" && nowUs - order.placedUs >= RESTS_AT_MOST_US)
        this._desk.cancel(order, "hard", nowUs);
    }
  }

  private _sizeLots({ settings, limits, positionLots }: CloseOutView, side: OrderSide): number {
    const keptLots = Math.floor(limits.maxPositionLots * settings.hardHedgeTargetPct);
    const heldLots = Math.abs(positionLots);
    return Math.min(heldLots - keptLots, heldLots - this._orders.reservedLots(side, -1));
  }

  private _send(view: CloseOutView, side: OrderSide, sizeLots: number, midHalfTicks: number): void {
    const { nowUs, settings, limits, positionLots } = view;
    const slippageBps = new Decimal(settings.hardHedgeMaxSlippageBps);
    const plan = flattenPlan({ ...view, minOrderLots: limits.minOrderLots, slippageBps });
    if (plan.kind !== "order") return;
    if (!this._budget.take(nowUs)) return;
    this._nextUs = nowUs + secondsToUs(settings.hardHedgeMinIntervalS);
    const priceTicks = withinCollar(plan.priceTicks, midHalfTicks, limits.collarBps);
    const taking = { purpose: "hedge", side, priceTicks, sizeLots: lots(sizeLots) } as const;
    const denied = this._taker.send(taking, limits, positionLots, midHalfTicks, nowUs);
    const what = `${side} ${formatLots(limits.scale, sizeLots)} at ${formatTicks(limits.scale, priceTicks)}`;
    this._halts.tell("hedge", "changed", nowUs, {
      detail: denied === null ? "sent" : `denied: ${denied}`,
      reading: Math.abs(inventoryNorm(positionLots, limits.maxPositionLots)),
      bound: settings.inventoryHardPct,
      message: `hedge of a position in the HARD band: ${what}${denied === null ? "" : `, denied: ${denied}`}`,
      severity: "warning",
    });
  }
}
