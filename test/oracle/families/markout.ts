import { FillQuality } from "../../../main/kernel/accounting/fill-quality.ts";
import { markoutBps, MARKOUT_HORIZONS_US, type MarkoutHorizon } from "../../../main/kernel/accounting/markouts.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { micros as microsUnit, ticks } from "../../../main/kernel/values/units.ts";
import { flag, number, numberOrNull, record, records, settingsOf, side, text } from "../case-inputs.ts";
import type { Check, Family } from "../oracle-case.ts";

const HORIZONS: ReadonlyMap<string, MarkoutHorizon> = new Map([
  ["250ms", 0],
  ["1s", 1],
  ["5s", 2],
  ["30s", 3],
  ["2m", 4],
]);

/** Each step is a fill, or one fill seen again at a horizon with the book of that moment. */
export const markout: Family = ({ inputs, expected }) => {
  const settings = settingsOf(inputs);
  const wanted = record(expected);
  const steps = records(inputs["steps"]);
  const perUnit = new Decimal(10).pow(finestDecimals(steps));
  const toTicks = (step: Record<string, unknown>, key: string): number =>
    new Decimal(text(step, key)).mul(perUnit).toNumber();
  const quality = new FillQuality();
  const checks: Check[] = [];
  const widened = wanted["widen_calls_per_step"];
  if (!Array.isArray(widened)) throw new TypeError("widen_calls_per_step must be a list");
  for (const [index, step] of steps.entries()) {
    const hasBook = step["best_bid"] !== null && step["best_ask"] !== null;
    const midHalfTicks = hasBook ? toTicks(step, "best_bid") + toTicks(step, "best_ask") : null;
    const priceTicks = ticks(toTicks(step, "fill_price"));
    const level = number(step, "level");
    let isWidening = false;
    if (text(step, "op") === "fill") {
      const lifetimeMs = numberOrNull(step, "quote_lifetime_ms");
      quality.filled(side(step), level, priceTicks, midHalfTicks, lifetimeMs === null ? null : lifetimeMs * 1000);
    } else {
      const fill = {
        tradeId: String(index),
        orderId: index,
        filledUs: microsUnit(0),
        side: side(step),
        level,
        liquidity: flag(step, "is_taker") ? ("taker" as const) : ("maker" as const),
        priceTicks,
      };
      const horizon = HORIZONS.get(text(step, "horizon"));
      if (horizon === undefined) throw new TypeError(`horizon must be one of ours, was ${text(step, "horizon")}`);
      const bps = midHalfTicks === null ? null : markoutBps(fill.side, priceTicks, midHalfTicks);
      isWidening = quality.markedOut(MARKOUT_HORIZONS_US[horizon], { fill, horizon, midHalfTicks, bps }, settings);
    }
    checks.push({
      field: `widen_calls_per_step[${index}]`,
      expected: widened[index],
      got: isWidening ? 1 : 0,
      comparison: "equal",
    });
  }
  return { kind: "checked", checks: [...checks, ...summaryChecks(quality, wanted)] };
};

function summaryChecks(quality: FillQuality, wanted: Record<string, unknown>): Check[] {
  const checks: Check[] = [];
  const add = (field: string, expected: unknown, got: unknown): void => {
    checks.push({ field, expected, got, comparison: "continuous" });
  };
  for (const [name, of] of Object.entries(record(wanted["levels"]))) {
    const [sideName, level] = name.split("_L");
    const slot = quality.slot(sideName === "BUY" ? "buy" : "sell", Number(level));
    add(`levels.${name}.sample_count`, record(of)["sample_count"], slot?.fills);
    add(`levels.${name}.avg_edge_bps`, record(of)["avg_edge_bps"], slot?.averageEdgeBps);
    add(`levels.${name}.avg_markout_1s`, record(of)["avg_markout_1s"], slot?.average1sBps);
    add(`levels.${name}.avg_markout_5s`, record(of)["avg_markout_5s"], slot?.average5sBps);
    add(`levels.${name}.adverse_fill_pct`, record(of)["adverse_fill_pct"], (slot?.adverseShare ?? Number.NaN) * 100);
  }
  for (const [name, horizon] of HORIZONS) {
    const of = record(record(wanted["segmented"])[name]);
    for (const liquidity of ["maker", "taker", null] as const) {
      const total = quality.average(horizon, null, liquidity);
      add(`${name}.count_${liquidity ?? "all"}`, of[`count_${liquidity ?? "all"}`], total.count);
      add(`${name}.avg_${liquidity ?? "all"}`, of[`avg_${liquidity ?? "all"}`], total.averageBps);
      for (const ofSide of ["buy", "sell"] as const) {
        const key = `avg_${ofSide}${liquidity === null ? "" : `_${liquidity}`}`;
        add(`${name}.${key}`, of[key], quality.average(horizon, ofSide, liquidity).averageBps);
      }
    }
  }
  add("quote_lifetime_count", wanted["quote_lifetime_count"], quality.lifetimeCount);
  add("quote_lifetime_avg_ms", wanted["quote_lifetime_avg_ms"], quality.averageLifetimeUs / 1000);
  return checks;
}

function finestDecimals(steps: readonly Record<string, unknown>[]): number {
  const prices = steps.flatMap((step) => [step["fill_price"], step["best_bid"], step["best_ask"]]);
  return Math.max(0, ...prices.map((price) => (typeof price === "string" ? new Decimal(price).decimalPlaces() : 0)));
}
