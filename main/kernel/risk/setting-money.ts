import { Decimal } from "../values/decimal.ts";
import { parseMoney } from "../values/market-rules.ts";
import { MONEY_DECIMALS, type Money } from "../values/units.ts";

/** A setting in quote currency as money; what is finer than money is cut off. */
export function settingMoney(usd: number): Money {
  return parseMoney(new Decimal(usd).toDecimalPlaces(MONEY_DECIMALS, Decimal.ROUND_DOWN).toFixed());
}
