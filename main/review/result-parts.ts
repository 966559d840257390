import type { PnlParts } from "../kernel/effects.ts";
import { formatMoney } from "../kernel/values/market-rules.ts";
import { money, ZERO_MONEY, type Money } from "../kernel/values/units.ts";

/** The parts of a result as exact decimal strings in quote currency; the first four add up to `net`. */
export interface PartsText {
  readonly spreadCapture: string;
  readonly inventory: string;
  readonly fees: string;
  readonly funding: string;
  readonly net: string;
}

export const NO_PARTS: PnlParts = {
  spreadCapture: ZERO_MONEY,
  inventory: ZERO_MONEY,
  fees: ZERO_MONEY,
  funding: ZERO_MONEY,
  net: ZERO_MONEY,
};

export function addParts(one: PnlParts, other: PnlParts): PnlParts {
  return combine(one, other, (a, b) => money(a + b));
}

export function subtractParts(from: PnlParts, what: PnlParts): PnlParts {
  return combine(from, what, (a, b) => money(a - b));
}

export function partsText(parts: PnlParts): PartsText {
  return {
    spreadCapture: formatMoney(parts.spreadCapture),
    inventory: formatMoney(parts.inventory),
    fees: formatMoney(parts.fees),
    funding: formatMoney(parts.funding),
    net: formatMoney(parts.net),
  };
}

/** Money as the nearest double, for pictures and ratios only. */
export function moneyNumber(value: Money): number {
  return Number(value) / 1e18;
}

function combine(one: PnlParts, other: PnlParts, by: (a: Money, b: Money) => Money): PnlParts {
  return {
    spreadCapture: by(one.spreadCapture, other.spreadCapture),
    inventory: by(one.inventory, other.inventory),
    fees: by(one.fees, other.fees),
    funding: by(one.funding, other.funding),
    net: by(one.net, other.net),
  };
}
