import { AccountMargin } from "../../../main/kernel/risk/account-margin.ts";
import { balanceClipped, balanceRulesOf } from "../../../main/kernel/risk/balance-sizing.ts";
import { DrawdownStop, drawdownThreshold } from "../../../main/kernel/risk/drawdown-stop.ts";
import { flattenPlan, flattenSlippageBps } from "../../../main/kernel/risk/flatten.ts";
import { limitsOf } from "../../../main/kernel/risk/limits.ts";
import { marginReasons } from "../../../main/kernel/risk/margin-guard.ts";
import { allowedSize } from "../../../main/kernel/risk/order-sizing.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { formatMoney, marketScale, parseMoney, type MarketScale } from "../../../main/kernel/values/market-rules.ts";
import { signOf, type Money } from "../../../main/kernel/values/units.ts";
import { numberOrNull, priceOf, record, records, settingsOf, side, text, ticksOrNull } from "../case-inputs.ts";
import type { Check, Comparison, Family } from "../oracle-case.ts";

type Inputs = Record<string, unknown>;

function check(field: string, expected: unknown, got: unknown, comparison: Comparison): Check {
  return { field, expected, got, comparison };
}

function moneyOrNull(inputs: Inputs, key: string): Money | null {
  return inputs[key] === null || inputs[key] === undefined ? null : parseMoney(text(inputs, key));
}

export const marginGuard: Family = ({ inputs, expected }) => {
  const wanted = record(expected);
  const snapshot = {
    availableForTrade: moneyOrNull(inputs, "available_for_trade"),
    equity: moneyOrNull(inputs, "equity"),
    initialMargin: moneyOrNull(inputs, "initial_margin"),
    hasPosition: Number(text(inputs, "position")) !== 0,
    liquidationDistanceBps: numberOrNull(inputs, "liq_distance_bps"),
  };
  const reasons = marginReasons(snapshot, settingsOf(inputs));
  return {
    kind: "checked",
    checks: [
      check("breached", wanted["breached"], reasons.length > 0, "equal"),
      check("reasons", JSON.stringify(wanted["reasons"]), JSON.stringify(reasons), "equal"),
    ],
  };
};

export const drawdownStop: Family = ({ inputs, expected }) => {
  const settings = settingsOf(inputs);
  const stop = new DrawdownStop();
  const wanted = record(expected);
  const wantedSteps = records(wanted["steps"]);
  const checks = [
    check("threshold_usd", wanted["threshold_usd"], formatMoney(drawdownThreshold(settings)), "continuous"),
  ];
  const results = inputs["session_pnl"];
  if (!Array.isArray(results)) throw new TypeError("session_pnl must be a list");
  for (const [index, net] of results.entries()) {
    const reading = stop.read(parseMoney(String(net)), settings);
    const of = wantedSteps[index];
    checks.push(
      check(`steps[${index}].peak_pnl`, of?.["peak_pnl"], formatMoney(reading.peak), "continuous"),
      check(`steps[${index}].drawdown`, of?.["drawdown"], formatMoney(reading.drawdown), "continuous"),
      check(`steps[${index}].triggered`, of?.["triggered"], reading.isTripping, "equal"),
      check(`steps[${index}].tripped`, of?.["tripped"], reading.isTripped, "equal"),
    );
  }
  return { kind: "checked", checks };
};

const REASON_OF = { order: "submitted", already_flat: "already_flat" } as const;

export const flatten: Family = ({ inputs, expected }) => {
  const wanted = record(expected);
  const step = text(inputs, "size_step");
  const slippageBps = flattenSlippageBps(Number(inputs["attempt"]), settingsOf(inputs));
  const lastMid = inputs["last_known_mid"] === null ? null : text(inputs, "last_known_mid");
  const plan = flattenPlan({
    positionLots: new Decimal(text(inputs, "position")).div(step).toNumber(),
    minOrderLots: new Decimal(text(inputs, "min_order_size")).div(step).toNumber(),
    bestBidTicks: ticksOrNull(inputs, "best_bid"),
    bestAskTicks: ticksOrNull(inputs, "best_ask"),
    lastMidHalfTicks: lastMid === null ? null : new Decimal(lastMid).mul(2).div(text(inputs, "tick_size")).toNumber(),
    slippageBps,
  });
  const isOrder = plan.kind === "order";
  const isFlat = plan.kind === "already_flat";
  const size = isFlat ? null : new Decimal(plan.sizeLots).mul(step).toFixed();
  const reason = plan.kind === "order" || plan.kind === "already_flat" ? REASON_OF[plan.kind] : plan.kind;
  return {
    kind: "checked",
    checks: [
      check("slippage_bps", wanted["slippage_bps"], slippageBps.toFixed(), "equal"),
      check("side", wanted["side"], isFlat ? null : plan.side.toUpperCase(), "equal"),
      check("size", wanted["size"], size, "equal"),
      check("price", wanted["price"], isOrder ? priceOf(inputs, plan.priceTicks) : null, "equal"),
      check("attempted", wanted["attempted"], isOrder, "equal"),
      check("reason", wanted["reason"], reason, "equal"),
    ],
  };
};

/** Position and margin fields; the result is our own ledger's and not judged here. */
export const sessionPnl: Family = ({ inputs, expected }) => {
  const account = new AccountMargin();
  const steps = records(inputs["steps"]);
  const sizes = steps.map((step) => new Decimal(step["size"] === undefined ? 0 : text(step, "size")));
  const perUnit = new Decimal(10).pow(Math.max(0, ...sizes.map((size) => size.decimalPlaces())));
  const wantedSteps = records(record(expected)["steps"]);
  const checks: Check[] = [];
  for (const [index, step] of steps.entries()) {
    report(account, step, perUnit);
    const snapshot = account.snapshot();
    const wanted = wantedSteps[index] ?? {};
    const equity = snapshot.equity !== null && snapshot.equity > 0n ? snapshot.equity : null;
    const ratioOf = (part: Money | null): string | null =>
      part === null || equity === null ? null : new Decimal(part.toString()).div(equity.toString()).toString();
    const text_ = (value: Money | null): string | null => (value === null ? null : formatMoney(value));
    const answers = {
      position: new Decimal(account.positionLots).div(perUnit).toFixed(),
      available_for_trade: text_(snapshot.availableForTrade),
      equity: text_(snapshot.equity),
      initial_margin: text_(snapshot.initialMargin),
      available_ratio: ratioOf(snapshot.availableForTrade),
      margin_utilization: ratioOf(snapshot.initialMargin),
      mark_price: account.markPrice,
      liquidation_price: account.liquidationPrice,
      liq_distance_bps: snapshot.liquidationDistanceBps,
    };
    for (const [field, got] of Object.entries(answers))
      checks.push(check(`steps[${index}].${field}`, wanted[field], got, "continuous"));
  }
  return { kind: "checked", checks };
};

function report(account: AccountMargin, step: Inputs, perUnit: Decimal): void {
  switch (text(step, "op")) {
    case "balance":
      account.balanceReported(0, {
        availableForTrade: moneyOrNull(step, "available_for_trade"),
        equity: moneyOrNull(step, "equity"),
        initialMargin: moneyOrNull(step, "initial_margin"),
      });
      break;
    case "close":
      account.positionReported({ positionLots: 0, markPrice: null, liquidationPrice: null });
      break;
    case "position": {
      const size = new Decimal(text(step, "size")).mul(perUnit).toNumber();
      account.positionReported({
        positionLots: text(step, "side") === "SHORT" ? -size : size,
        markPrice: numberOrNull(step, "mark_price"),
        liquidationPrice: numberOrNull(step, "liquidation_price"),
      });
      break;
    }
    default:
    // Another market's word is not ours
  }
}

/** The chain of sizing and balance, where no part of the order reduces the position. */
export const allowedOrderSize: Family = ({ inputs, expected }) => {
  const settings = settingsOf(inputs);
  const prices = ["best_bid", "best_ask", "reference_price"].filter((key) => inputs[key] !== null);
  const scale = scaleOf(inputs, prices);
  const toLots = (key: string): number => new Decimal(text(inputs, key)).div(scale.rules.lotSize).toNumber();
  const toward = signOf(side(inputs)) * Number(text(inputs, "position"));
  if (toward < 0) return { kind: "skipped", reason: "a part that reduces the position" };
  const midHalfTicks = referenceHalfTicks(inputs, scale);
  if (midHalfTicks === null || midHalfTicks <= 0) return { kind: "skipped", reason: "no usable price" };
  const ageUs = numberOrNull(inputs, "balance_age_s");
  const rules = balanceRulesOf(settings);
  const isStale = rules.stalenessUs > 0 && (ageUs === null || ageUs * 1_000_000 > rules.stalenessUs);
  if (rules.isEnabled && isStale && rules.staleAction === "reduce")
    return { kind: "skipped", reason: "reduce on a stale balance" };
  const openUsd = new Decimal(text(inputs, "reserved_open_notional_usd")).add(text(inputs, "inflight_notional_usd"));
  const exposure = {
    positionLots: toLots("position"),
    reservedLots: toLots("reserved_same_side_qty"),
    openLots: openUsd
      .div(new Decimal(midHalfTicks).div(2).mul(scale.rules.tickSize))
      .div(scale.rules.lotSize)
      .toNumber(),
  };
  const limits = limitsOf(settings, scale);
  const chain = allowedSize(limits, side(inputs), toLots("requested_size"), exposure, midHalfTicks, false);
  const reading = {
    availableForTrade: moneyOrNull(inputs, "available_for_trade"),
    ageUs: ageUs === null ? null : ageUs * 1_000_000,
    openNotional: parseMoney(openUsd.toFixed()),
  };
  const { lots } = balanceClipped(rules, scale, chain.lots, 0, reading, midHalfTicks);
  const got = new Decimal(lots).mul(scale.rules.lotSize).toFixed();
  return { kind: "checked", checks: [check("allowed", record(expected)["allowed"], got, "continuous")] };
};

/** Twice the price that the chain values sizes at, in ticks; null without one. */
function referenceHalfTicks(inputs: Inputs, scale: MarketScale): number | null {
  const ofTick = (price: Decimal): number => price.div(scale.rules.tickSize).toNumber();
  switch (text(inputs, "book_state")) {
    case "fresh":
      return ofTick(new Decimal(text(inputs, "best_bid")).add(text(inputs, "best_ask")));
    case "stale":
      return null;
    default:
      return ofTick(new Decimal(text(inputs, "reference_price")).mul(2));
  }
}

/** A tick for every price of the case, and the finest lot in which its largest size is still a whole double. */
function scaleOf(inputs: Inputs, prices: readonly string[]): MarketScale {
  const decimals = Math.max(0, ...prices.map((key) => new Decimal(text(inputs, key)).decimalPlaces()));
  const sizes = [
    "max_position_size",
    "max_long_position_size",
    "max_short_position_size",
    "requested_size",
    "position",
  ];
  const largest = Decimal.max(1, ...sizes.map((key) => new Decimal(text(inputs, key)).abs()));
  const lotDecimals = Math.min(17 - decimals, 14 - largest.e);
  return marketScale({
    market: "CASE",
    venue: "oracle",
    baseCurrency: "CASE",
    quoteCurrency: "USD",
    tickSize: new Decimal(10).pow(-decimals).toFixed(),
    lotSize: new Decimal(10).pow(-lotDecimals).toFixed(),
    minOrderLots: 1,
    minNotional: "0",
    fundingIntervalS: 3600,
  });
}
