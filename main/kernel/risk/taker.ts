import type { OrderDesk } from "../orders/order-desk.ts";
import type { Order, OrderManager } from "../orders/order-manager.ts";
import type { Lots, Micros, OrderSide, Ticks } from "../values/units.ts";
import type { Limits } from "./limits.ts";
import { takingDenialOf, type DeniedLimit } from "./risk-manager.ts";
import type { TradingState } from "./trading-state.ts";

/** A taking order about to leave. */
export interface Taking {
  readonly purpose: "close" | "hedge";
  readonly side: OrderSide;
  readonly priceTicks: Ticks;
  readonly sizeLots: Lots;
}

/** Level of the slots that taking orders have for themselves, one a side, behind all the quotes' ones. */
const TAKING_LEVEL = -1;

/** Sends orders that take, past the last word and nothing else. */
export class Taker {
  private readonly _orders: OrderManager;
  private readonly _desk: OrderDesk;
  private readonly _state: TradingState;
  private readonly _firstSlotIndex: number;

  /** `firstSlotIndex` and the one behind it belong to the taking orders alone. */
  constructor(orders: OrderManager, desk: OrderDesk, state: TradingState, firstSlotIndex: number) {
    this._orders = orders;
    this._desk = desk;
    this._state = state;
    this._firstSlotIndex = firstSlotIndex;
  }

  /** The taking order of a side that is still live. */
  live(side: OrderSide): Order | null {
    return this._orders.inSlot(this._slotIndex(side));
  }

  /** Sends it, or returns the limit that denies it. */
  send(
    taking: Taking,
    limits: Limits,
    positionLots: number,
    midHalfTicks: number | null,
    nowUs: Micros,
  ): DeniedLimit | null {
    const { purpose, side, priceTicks, sizeLots } = taking;
    const slotIndex = this._slotIndex(side);
    const live = this._orders.live();
    const proposal = { side, priceTicks, sizeLots, slotIndex };
    const denied = takingDenialOf(proposal, purpose, this._state, limits, positionLots, live, midHalfTicks);
    if (denied !== null) return denied;
    this._desk.take(purpose, { side, level: TAKING_LEVEL }, slotIndex, priceTicks, sizeLots, nowUs);
    return null;
  }

  private _slotIndex(side: OrderSide): number {
    return this._firstSlotIndex + (side === "buy" ? 0 : 1);
  }
}
