import { Ledger } from "../../../main/kernel/accounting/ledger.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { formatMoney, marketScale, parseMoney, type MarketScale } from "../../../main/kernel/values/market-rules.ts";
import { lots, ticks } from "../../../main/kernel/values/units.ts";
import { flag, record, records, side, text } from "../case-inputs.ts";
import type { Check, Family } from "../oracle-case.ts";

/**
 * Fills and funding through the ledger: the correct ledger's position, entry, parts and net, the counters, and the reference's spread capture, which
 * differs from ours by a factor: it is a share of the mid times the notional at the fill's price.
 */
export const pnlAttribution: Family = ({ inputs, expected }) => {
  const steps = records(inputs["steps"]);
  const scale = scaleOf(steps);
  const ledger = new Ledger(scale);
  const ticksOf = (price: string): number => new Decimal(price).div(scale.rules.tickSize).toNumber();
  const checks: Check[] = [];
  let referenceSpread = new Decimal(0);
  for (const [index, step] of steps.entries()) {
    const wanted = record(records(record(expected)["steps"])[index]);
    const before = ledger.parts(null).spreadCapture;
    if (text(step, "op") === "funding") {
      ledger.applyFunding(parseMoney(text(step, "amount_usd")));
    } else {
      const mid = step["mid_price"] === null ? null : text(step, "mid_price");
      const fill = {
        side: side(step),
        priceTicks: ticks(ticksOf(text(step, "price"))),
        sizeLots: lots(new Decimal(text(step, "qty")).div(scale.rules.lotSize).toNumber()),
        fee: parseMoney(text(step, "fee")),
        midHalfTicks: mid === null ? null : ticksOf(mid) * 2,
      };
      ledger.applyFill(fill, !flag(step, "is_taker"));
      const own = new Decimal(formatMoney(ledger.parts(null).spreadCapture)).sub(formatMoney(before));
      if (mid !== null) referenceSpread = referenceSpread.add(own.mul(text(step, "price")).div(mid));
      checks.push({
        field: `steps[${index}].spread_capture_usd`,
        expected: wanted["spread_capture_usd"],
        got: referenceSpread.toString(),
        comparison: "continuous",
      });
    }
    const markAt = step["snapshot_mid"] === null ? null : ticksOf(text(step, "snapshot_mid")) * 2;
    checks.push(...checksOf(ledger, scale, markAt, wanted, `steps[${index}]`));
  }
  return { kind: "checked", checks };
};

function checksOf(
  ledger: Ledger,
  scale: MarketScale,
  markHalfTicks: number | null,
  wanted: Record<string, unknown>,
  place: string,
): Check[] {
  const truth = record(wanted["true"]);
  const parts = ledger.parts(markHalfTicks);
  const entry = ledger.averageEntryTicks();
  const fees = new Decimal(formatMoney(parts.fees)).add(formatMoney(parts.funding));
  const realized = new Decimal(formatMoney(ledger.realized));
  // Without a mid the vector counts the open position as worth its cost
  const unrealized = markHalfTicks === null ? "0" : formatMoney(ledger.unrealized(markHalfTicks));
  const position = new Decimal(ledger.positionLots).mul(scale.rules.lotSize);
  const entryPrice = entry === null ? "0" : new Decimal(entry).mul(scale.rules.tickSize).toString();
  const continuous = (field: string, expected: unknown, got: Decimal | string): Check => ({
    field: `${place}.${field}`,
    expected,
    got: got.toString(),
    comparison: "continuous",
  });
  const equal = (field: string, got: number): Check => ({
    field: `${place}.${field}`,
    expected: wanted[field],
    got,
    comparison: "equal",
  });
  return [
    { field: `${place}.true.position`, expected: truth["position"], got: position.toFixed(), comparison: "equal" },
    continuous("true.avg_entry", truth["avg_entry"] ?? "0", entryPrice),
    continuous("true.realised_usd", truth["realised_usd"], realized),
    continuous("true.unrealised_usd", truth["unrealised_usd"], unrealized),
    continuous("true.net_usd", truth["net_usd"], realized.add(unrealized).add(fees)),
    continuous("fee_pnl_usd", wanted["fee_pnl_usd"], formatMoney(parts.fees)),
    continuous("funding_pnl_usd", wanted["funding_pnl_usd"], formatMoney(parts.funding)),
    equal("maker_fill_count", ledger.makerFills),
    equal("taker_fill_count", ledger.takerFills),
  ];
}

/** A tick and a lot that are fine enough for every price, mid and size of the case. */
function scaleOf(steps: readonly Record<string, unknown>[]): MarketScale {
  const decimalsOf = (keys: readonly string[]): number =>
    Math.max(
      0,
      ...steps.flatMap((step) =>
        keys.map((key) => (typeof step[key] === "string" ? new Decimal(step[key]).decimalPlaces() : 0)),
      ),
    );
  const unit = (decimals: number): string => new Decimal(10).pow(-decimals).toFixed();
  return marketScale({
    market: "CASE",
    venue: "oracle",
    baseCurrency: "CASE",
    quoteCurrency: "USD",
    tickSize: unit(decimalsOf(["price", "mid_price", "snapshot_mid"])),
    lotSize: unit(decimalsOf(["qty"])),
    minOrderLots: 1,
    minNotional: "0",
    fundingIntervalS: 3600,
  });
}
