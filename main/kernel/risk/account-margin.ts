import type { Money } from "../values/units.ts";
import type { MarginSnapshot } from "./margin-guard.ts";

/** Balance fields of one message of the account; null = the message does not say. */
export interface BalanceReport {
  readonly availableForTrade: Money | null;
  readonly equity: Money | null;
  readonly initialMargin: Money | null;
}

/** A venue's word on our position; prices in quote currency as doubles, for ratios only, never for money. */
export interface PositionReport {
  /** Signed; 0 = closed. */
  readonly positionLots: number;
  readonly markPrice: number | null;
  readonly liquidationPrice: number | null;
}

/**
 * What the venue says of the account, last word by last word. Position and result of our own are the ledger's; this is what margin is judged by.
 *
 * A balance field or a mark that a message leaves out keeps its value. A liquidation price belongs to one position only: a message without it takes the
 * old one away, as a closed position takes both. Source: reference, section G.
 */
export class AccountMargin {
  private _balance: BalanceReport = { availableForTrade: null, equity: null, initialMargin: null };
  private _balanceAtUs: number | null = null;
  private _positionLots = 0;
  private _markPrice: number | null = null;
  private _liquidationPrice: number | null = null;

  get balance(): BalanceReport {
    return this._balance;
  }

  get positionLots(): number {
    return this._positionLots;
  }

  get markPrice(): number | null {
    return this._markPrice;
  }

  get liquidationPrice(): number | null {
    return this._liquidationPrice;
  }

  balanceReported(nowUs: number, report: BalanceReport): void {
    this._balanceAtUs = nowUs;
    this._balance = {
      availableForTrade: report.availableForTrade ?? this._balance.availableForTrade,
      equity: report.equity ?? this._balance.equity,
      initialMargin: report.initialMargin ?? this._balance.initialMargin,
    };
  }

  positionReported(report: PositionReport): void {
    this._positionLots = report.positionLots;
    const isFlat = report.positionLots === 0;
    this._markPrice = isFlat ? null : (report.markPrice ?? this._markPrice);
    this._liquidationPrice = isFlat ? null : report.liquidationPrice;
  }

  /** Time since the balance was last heard of, in microseconds; null = never. */
  balanceAgeUs(nowUs: number): number | null {
    return this._balanceAtUs === null ? null : nowUs - this._balanceAtUs;
  }

  snapshot(): MarginSnapshot {
    const hasPosition = this._positionLots !== 0;
    return {
      ...this._balance,
      hasPosition,
      liquidationDistanceBps: hasPosition ? liquidationDistanceBps(this._markPrice, this._liquidationPrice) : null,
    };
  }
}

/** |mark - liquidation| / mark in bps; null when a price is missing or not positive. */
export function liquidationDistanceBps(markPrice: number | null, liquidationPrice: number | null): number | null {
  if (markPrice === null || liquidationPrice === null || markPrice <= 0 || liquidationPrice <= 0) return null;
  return (Math.abs(markPrice - liquidationPrice) / markPrice) * 10_000;
}
