import { BookSignals, MID_WINDOW } from "../../../main/kernel/market/book-signals.ts";
import { FeedFreshness } from "../../../main/kernel/market/feed-freshness.ts";
import { spreadBps } from "../../../main/kernel/market/spread-ema.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { micros, number, record, records, text } from "../case-inputs.ts";
import type { Check, Family, OracleCase } from "../oracle-case.ts";

type Event = Record<string, unknown>;

/** The kernel's memory of one book, seen through each of the case's windows. */
interface Market {
  readonly freshness: FeedFreshness;
  /** By window, as the case writes it. */
  readonly signals: ReadonlyMap<string, BookSignals>;
  /** Prices are whole numbers of the finest decimal of the case. */
  readonly perUnit: Decimal;
  bid: Event | null;
  ask: Event | null;
}

export const signals: Family = (oracleCase) => {
  const events = records(oracleCase.inputs["events"]);
  if (events.some((event) => event["kind"] === "gap")) {
    return { kind: "skipped", reason: "a gap empties our histories" };
  }
  const market = newMarket(oracleCase, events);
  const wantedChecks = records(record(oracleCase.expected)["checks"]);
  const thresholdUs = micros(text(oracleCase.inputs, "staleness_threshold_s"));
  const checks: Check[] = [];
  let next = 0;
  for (const [index, wanted] of wantedChecks.entries()) {
    for (; next <= number(wanted, "after_event"); next += 1) {
      feed(market, events[next] ?? {});
      if (isCrossed(market)) return { kind: "skipped", reason: "a crossed or locked book feeds no history of ours" };
    }
    for (const check of readings(market, wanted, thresholdUs)) {
      checks.push({ ...check, field: `checks[${index}].${check.field}` });
    }
  }
  return { kind: "checked", checks };
};

function newMarket(oracleCase: OracleCase, events: readonly Event[]): Market {
  const windows = oracleCase.inputs["windows_s"] as readonly string[];
  const decimals = events
    .filter((event) => typeof event["price"] === "string")
    .map((event) => new Decimal(text(event, "price")).decimalPlaces());
  return {
    freshness: new FeedFreshness(),
    signals: new Map(windows.map((window) => [window, signalsOver(Number(window))])),
    perUnit: new Decimal(10).pow(Math.max(0, ...decimals)),
    bid: null,
    ask: null,
  };
}

/** The reference remembers two minutes, whatever its windows ask for. */
const REFERENCE_HISTORY_US = 120_000_000;

function signalsOver(seconds: number): BookSignals {
  const windows = {
    microVolWindowS: seconds,
    microDriftWindowS: seconds,
    volRegimeShortWindowS: seconds,
    volRegimeMediumWindowS: seconds,
    volRegimeLongWindowS: seconds,
    imbalanceWindowS: seconds,
  };
  return new BookSignals(windows, REFERENCE_HISTORY_US);
}

function ticks(market: Market, event: Event): number {
  return new Decimal(text(event, "price")).mul(market.perUnit).toNumber();
}

function isCrossed(market: Market): boolean {
  return market.bid !== null && market.ask !== null && ticks(market, market.bid) >= ticks(market, market.ask);
}

/** A change of either best price stands for a whole update of the book. */
function feed(market: Market, event: Event): void {
  const nowUs = micros(text(event, "t"));
  const kind = text(event, "kind");
  if (kind === "snapshot") return;
  market.freshness.heard(nowUs);
  if (kind === "bid") market.bid = event;
  else if (kind === "ask") market.ask = event;
  else return;
  const { bid, ask } = market;
  if (bid === null || ask === null) return;
  for (const memory of market.signals.values()) {
    memory.update(nowUs, ticks(market, bid), number(bid, "size"), ticks(market, ask), number(ask, "size"));
  }
}

function readings(market: Market, wanted: Record<string, unknown>, thresholdUs: number): readonly Check[] {
  const nowUs = micros(text(wanted, "t"));
  const { bid, ask, freshness } = market;
  const isStale = freshness.isStale(nowUs, thresholdUs);
  const ageUs = freshness.ageUs(nowUs);
  const spread = isStale || bid === null || ask === null ? null : spreadBps(ticks(market, bid), ticks(market, ask));
  const checks: Check[] = [
    { field: "stale", expected: wanted["stale"], got: isStale, comparison: "equal" },
    { field: "has_data", expected: wanted["has_data"], got: bid !== null && ask !== null, comparison: "equal" },
    {
      field: "seconds_since_update",
      expected: wanted["seconds_since_update"],
      got: ageUs === null ? null : ageUs / 1_000_000,
      comparison: "equal",
    },
    { field: "spread_bps", expected: wanted["spread_bps"], got: spread, comparison: "continuous" },
  ];
  for (const [window, memory] of market.signals) {
    checks.push(
      ...[
        ["mid_count", memory.mids.count(MID_WINDOW.microVol, nowUs)] as const,
        ["micro_vol_bps", memory.mids.rangeBps(MID_WINDOW.microVol, nowUs)] as const,
        ["micro_drift_bps", memory.mids.driftBps(MID_WINDOW.microDrift, nowUs)] as const,
        ["imbalance", memory.imbalance.mean(nowUs)] as const,
      ].map(([field, got]) => ({
        field: `${field}[${window}]`,
        expected: record(wanted[field])[window],
        got,
        comparison: "continuous" as const,
      })),
      {
        field: "spread_ema_bps",
        expected: wanted["spread_ema_bps"],
        got: memory.spreadEma.valueBps,
        comparison: "continuous",
      },
    );
  }
  return checks;
}
