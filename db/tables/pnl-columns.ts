import type { PnlParts } from "../../main/kernel/effects.ts";
import { formatMoney, parseMoney } from "../../main/kernel/values/market-rules.ts";

/** The parts of the result, exact decimals in quote currency. */
export interface PnlColumns {
  readonly pnl_spread_capture: string;
  readonly pnl_inventory: string;
  readonly pnl_fees: string;
  readonly pnl_funding: string;
  readonly pnl_net: string;
}

export function pnlColumns(pnl: PnlParts): PnlColumns {
  return {
    pnl_spread_capture: formatMoney(pnl.spreadCapture),
    pnl_inventory: formatMoney(pnl.inventory),
    pnl_fees: formatMoney(pnl.fees),
    pnl_funding: formatMoney(pnl.funding),
    pnl_net: formatMoney(pnl.net),
  };
}

export function pnlParts(row: PnlColumns): PnlParts {
  return {
    spreadCapture: parseMoney(row.pnl_spread_capture),
    inventory: parseMoney(row.pnl_inventory),
    fees: parseMoney(row.pnl_fees),
    funding: parseMoney(row.pnl_funding),
    net: parseMoney(row.pnl_net),
  };
}
