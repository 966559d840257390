import { MARKOUT_HORIZONS_US, type MarkoutSample } from "../../../main/kernel/accounting/markouts.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { formatMoney, marketScale, parseMoney } from "../../../main/kernel/values/market-rules.ts";
import { lots, micros as asMicros, ticks } from "../../../main/kernel/values/units.ts";
import {
  attribute,
  markoutsOf,
  stepsByTime,
  type MidPoint,
  type ReviewFill,
} from "../../../main/review/attribution.ts";
import { diagnose } from "../../../main/review/diagnosis.ts";
import { bucketInventory, summarizeInventory } from "../../../main/review/inventory-series.ts";
import { summarizeMarkouts } from "../../../main/review/markout-summary.ts";
import { scorecard } from "../../../main/review/scorecard.ts";
import { flag, micros, number, numberOrNull, record, records, side, text } from "../case-inputs.ts";
import type { Check, Family } from "../oracle-case.ts";

/** A mid counts for this long in the reference's reports. */
const STALE_AFTER_US = 300_000_000;
const HORIZON_NAMES = ["250ms", "1s", "5s", "30s", "2m"] as const;

/** Fills and mids of a journal: spread capture, inventory drift, and markouts at five horizons. */
export const journalAttribution: Family = ({ inputs, expected }) => {
  const wanted = record(expected);
  const fillInputs = records(inputs["fills"]);
  const midInputs = pairs(inputs["mid_series"]);
  const perPrice = perUnit([
    ...midInputs.map(([, mid]) => mid),
    ...fillInputs.flatMap((of) => [of["price"], of["mid"]]),
  ]);
  const perSize = perUnit([inputs["start_position"], ...fillInputs.map((of) => of["qty"])]);
  const ticksOf = (price: string): number => new Decimal(price).mul(perPrice).toNumber();
  const scale = marketScale({
    market: "CASE",
    venue: "oracle",
    baseCurrency: "CASE",
    quoteCurrency: "USD",
    tickSize: new Decimal(1).div(perPrice).toFixed(),
    lotSize: new Decimal(1).div(perSize).toFixed(),
    minOrderLots: 1,
    minNotional: "0",
    fundingIntervalS: 3600,
  });
  const mids: MidPoint[] = midInputs.map(([at, mid]) => ({ atUs: micros(at), midHalfTicks: ticksOf(mid) * 2 }));
  const fills: ReviewFill[] = fillInputs.map((of, index) => ({
    atUs: asMicros(micros(text(of, "ts"))),
    tradeId: String(index),
    orderId: index,
    slot: { side: side(of), level: 0 },
    side: side(of),
    priceTicks: ticks(ticksOf(text(of, "price"))),
    sizeLots: lots(new Decimal(text(of, "qty")).mul(perSize).toNumber()),
    liquidity: flag(of, "is_taker") ? "taker" : "maker",
    midHalfTicks: of["mid"] === null ? null : ticksOf(text(of, "mid")) * 2,
  }));
  const start = new Decimal(text(inputs, "start_position")).mul(perSize).toNumber();
  const steps = stepsByTime(fills, mids);
  const found = attribute(steps, start, scale);
  const samples = markoutsOf(steps, STALE_AFTER_US);
  return {
    kind: "checked",
    checks: [
      continuous("spread_capture_usd", wanted["spread_capture_usd"], formatMoney(found.spreadCapture)),
      continuous("inventory_drift_usd", wanted["inventory_drift_usd"], formatMoney(found.inventoryDrift)),
      ...markoutChecks(samples, record(wanted["markouts"])),
    ],
  };
};

function markoutChecks(samples: readonly MarkoutSample[], wanted: Record<string, unknown>): Check[] {
  return MARKOUT_HORIZONS_US.flatMap((_us, horizon) => {
    const name = HORIZON_NAMES[horizon] ?? "";
    const of = record(wanted[name]);
    const here = samples.filter((sample) => sample.horizon === horizon);
    const makers = (bySide: "buy" | "sell"): MarkoutSample[] =>
      here.filter(({ fill }) => fill.liquidity === "maker" && fill.side === bySide);
    const checks = summaryChecks(name, of, here);
    checks.push(continuous(`${name}.toxicity_share`, of["toxicity_share"], shareOf(here)));
    if (!("maker_buy" in of)) return checks;
    return [
      ...checks,
      ...summaryChecks(`${name}.maker_buy`, record(of["maker_buy"]), makers("buy")),
      ...summaryChecks(`${name}.maker_sell`, record(of["maker_sell"]), makers("sell")),
    ];
  });
}

function summaryChecks(name: string, of: Record<string, unknown>, samples: readonly MarkoutSample[]): Check[] {
  const summary = summarizeMarkouts(samples.map(({ bps }) => bps));
  return [
    equal(`${name}.count`, of["count"], summary.count),
    continuous(`${name}.mean_bps`, of["mean_bps"], summary.meanBps),
    continuous(`${name}.median_bps`, of["median_bps"], summary.medianBps),
  ];
}

function shareOf(samples: readonly MarkoutSample[]): number | null {
  return summarizeMarkouts(samples.map(({ bps }) => bps)).adverseShare;
}

const FINDING_NAMES = {
  "too-wide": "too_wide",
  toxic: "toxic",
  "inventory-risk": "inventory_risk",
  "funding-drag": "funding_drag",
  "over-churn": "over_churn",
} as const;

export const diagnosis: Family = ({ inputs, expected }) => {
  const wanted = record(expected);
  const moneyOrNull = (key: string) => (inputs[key] === null ? null : parseMoney(text(inputs, key)));
  const found = diagnose({
    fills: number(inputs, "fills_count"),
    placements: number(inputs, "orders_sent"),
    isZeroFill: flag(inputs, "zero_fill_flag"),
    markout250msBps: numberOrNull(inputs, "markout_250ms_mean"),
    toxicShare250ms: numberOrNull(inputs, "toxicity_share_250ms"),
    lifetimeP10Ms: numberOrNull(inputs, "lifetime_p10_ms"),
    spreadCapture: moneyOrNull("spread_capture_usd"),
    inventoryDrift: moneyOrNull("inventory_drift_usd"),
    funding: moneyOrNull("funding_usd"),
    churn: numberOrNull(inputs, "churn_ratio"),
  });
  const names = found.findings.map(({ kind }) => FINDING_NAMES[kind]);
  return {
    kind: "checked",
    checks: [
      equal("severity", wanted["severity"], found.severity),
      // The reference's word for no finding is a finding of its own
      equal("findings", JSON.stringify(wanted["findings"]), JSON.stringify(names.length === 0 ? ["none"] : names)),
    ],
  };
};

export const scorecardVerdict: Family = ({ inputs, expected }) => {
  const found = scorecard({
    net: numberOrNull(inputs, "market_pnl"),
    adversePct: numberOrNull(inputs, "adverse_pct"),
    uptimePct: numberOrNull(inputs, "uptime_pct"),
    peakUtilizationPct: numberOrNull(inputs, "peak_util_pct"),
    negativeEdgePct: numberOrNull(inputs, "negative_edge_pct"),
  });
  return { kind: "checked", checks: [equal("verdict", record(expected)["verdict"], found.verdict)] };
};

export const inventoryTimeseries: Family = ({ inputs, expected }) => {
  const rows = records(inputs["rows"]);
  const cap = inputs["max_position_size"] === null ? null : text(inputs, "max_position_size");
  const perSize = perUnit([cap, ...rows.map((row) => row["position"])]);
  const lotsOf = (size: string): number => new Decimal(size).mul(perSize).toNumber();
  const points = rows.map((row) => ({ atUs: micros(text(row, "ts")), positionLots: lotsOf(text(row, "position")) }));
  const bands = {
    warn: number(inputs, "warn_pct"),
    critical: number(inputs, "critical_pct"),
    hard: number(inputs, "hard_pct"),
  };
  const found = summarizeInventory(points, cap === null ? null : lotsOf(cap), bands);
  const buckets = bucketInventory(points, number(inputs, "bucket_seconds") * 1_000_000);
  const size = (sizeLots: number | null) => (sizeLots === null ? null : new Decimal(sizeLots).div(perSize).toString());
  const seconds = (us: number | null) => (us === null ? null : us / 1_000_000);
  const share = (sizeLots: number | null) =>
    sizeLots === null || cap === null ? null : (sizeLots / lotsOf(cap)) * 100;
  const wanted = record(record(expected)["summary"]);
  const got = {
    observations: found.observations,
    duration_s: seconds(found.durationUs),
    final_position: size(found.finalLots),
    max_abs_position: size(found.maxAbsLots),
    p95_abs_position: size(found.p95AbsLots),
    p95_utilization_pct: share(found.p95AbsLots),
    time_nonflat_s: seconds(found.nonflatUs),
    // The reference prints six decimals
    nonflat_ratio: found.nonflatShare === null ? null : found.nonflatShare.toFixed(6),
    longest_drift_s: seconds(found.longestSameSideUs),
    time_above_warn_s: seconds(found.aboveWarnUs),
    time_above_critical_s: seconds(found.aboveCriticalUs),
    time_above_hard_s: seconds(found.aboveHardUs),
  };
  const checks = Object.entries(got).map(([name, value]) => continuous(`summary.${name}`, wanted[name], value));
  const wantedBuckets = records(record(expected)["buckets"]);
  checks.push(equal("buckets", wantedBuckets.length, buckets.length));
  for (const [index, bucket] of buckets.entries()) {
    const of = wantedBuckets[index] ?? {};
    const place = `buckets[${index}]`;
    checks.push(
      equal(`${place}.bucket_ts`, of["bucket_ts"], seconds(bucket.startUs)),
      equal(`${place}.samples`, of["samples"], bucket.observations),
      equal(`${place}.position_open`, of["position_open"], size(bucket.openLots)),
      equal(`${place}.position_close`, of["position_close"], size(bucket.closeLots)),
      equal(`${place}.abs_position_max`, of["abs_position_max"], size(bucket.maxAbsLots)),
      continuous(`${place}.utilization_close_pct`, of["utilization_close_pct"], share(Math.abs(bucket.closeLots))),
      continuous(`${place}.utilization_max_pct`, of["utilization_max_pct"], share(bucket.maxAbsLots)),
    );
  }
  return { kind: "checked", checks };
};

function continuous(field: string, expected: unknown, got: unknown): Check {
  return { field, expected, got, comparison: "continuous" };
}

function equal(field: string, expected: unknown, got: unknown): Check {
  return { field, expected, got, comparison: "equal" };
}

function pairs(value: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(value)) throw new TypeError(`mid_series must be a list, was ${JSON.stringify(value)}`);
  return value.map((pair: unknown) => {
    if (!Array.isArray(pair)) throw new TypeError(`a mid must be a pair, was ${JSON.stringify(pair)}`);
    return [String(pair[0]), String(pair[1])] as const;
  });
}

/** 10 to the number of decimals that holds every one of the decimal strings. */
function perUnit(values: readonly unknown[]): Decimal {
  const decimals = values.map((value) => (typeof value === "string" ? new Decimal(value).decimalPlaces() : 0));
  return new Decimal(10).pow(Math.max(0, ...decimals));
}
