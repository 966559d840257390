import { MARKOUT_HORIZONS_US, type MarkoutHorizon } from "../kernel/accounting/markouts.ts";
import type { RecordFill } from "../kernel/effects.ts";
import { formatMoney, type MarketScale } from "../kernel/values/market-rules.ts";
import { money, signOf, ZERO_MONEY, type Money } from "../kernel/values/units.ts";
import { HORIZON_NAMES } from "./attribution.ts";
import { meanOf } from "./distribution.ts";
import { levelName } from "./fill-figures.ts";
import { summarizeMarkouts, type MarkoutSummary } from "./markout-summary.ts";
import { moneyNumber } from "./result-parts.ts";

/** A fill seen again at a horizon; both null = the book was stale then, or the session was over. */
export interface MarkoutReading {
  readonly tradeId: string;
  readonly horizon: MarkoutHorizon;
  readonly midHalfTicks: number | null;
  readonly bps: number | null;
}

/** Markouts of one kind of fill over the horizons. */
export interface MarkoutRow {
  readonly name: string;
  readonly horizons: readonly MarkoutSummary[];
}

/** What moved against us between the fill and a horizon: what the mid took back of the edge. Positive = a cost. */
export interface AdverseSelection {
  readonly horizon: string;
  /** Fills with a mid at the fill and at the horizon. */
  readonly fills: number;
  /** Exact, in quote currency. */
  readonly total: string;
  /** In quote currency a fill; null of none. */
  readonly meanPerFill: number | null;
  /** In bps of the mid at the fill; null of none. */
  readonly meanBps: number | null;
}

export interface MarkoutFigures {
  readonly horizons: readonly string[];
  /** All fills, buy, sell, maker, taker, then each level. */
  readonly rows: readonly MarkoutRow[];
  readonly adverseSelection: readonly AdverseSelection[];
}

/** Markouts by horizon, side, level and liquidity. A fill without a reading at a horizon counts as missing there. */
export function markoutFigures(
  fills: readonly RecordFill[],
  readings: readonly MarkoutReading[],
  scale: MarketScale,
): MarkoutFigures {
  const byFill = indexReadings(readings);
  const levels = [...new Set(fills.map(({ slot }) => slot.level))].sort((a, b) => a - b);
  const row = (name: string, holds: (fill: RecordFill) => boolean): MarkoutRow => {
    const chosen = fills.filter(holds);
    return {
      name,
      horizons: MARKOUT_HORIZONS_US.map((_us, horizon) =>
        summarizeMarkouts(chosen.map(({ tradeId }) => byFill.get(tradeId)?.[horizon]?.bps ?? null)),
      ),
    };
  };
  return {
    horizons: HORIZON_NAMES,
    rows: [
      row("all", () => true),
      row("buy", ({ side }) => side === "buy"),
      row("sell", ({ side }) => side === "sell"),
      row("maker", ({ liquidity }) => liquidity === "maker"),
      row("taker", ({ liquidity }) => liquidity === "taker"),
      ...levels.map((level) => row(levelName(level), ({ slot }) => slot.level === level)),
    ],
    adverseSelection: MARKOUT_HORIZONS_US.map((_us, horizon) => adverseSelection(fills, byFill, horizon, scale)),
  };
}

type ByHorizon = readonly (MarkoutReading | undefined)[];

/** Each fill's readings by horizon. */
export function indexReadings(readings: readonly MarkoutReading[]): ReadonlyMap<string, ByHorizon> {
  const byFill = new Map<string, MarkoutReading[]>();
  for (const reading of readings) {
    const known = byFill.get(reading.tradeId) ?? [];
    known[reading.horizon] = reading;
    byFill.set(reading.tradeId, known);
  }
  return byFill;
}

/** Side x (mid at the fill - mid at the horizon) x size, summed. */
function adverseSelection(
  fills: readonly RecordFill[],
  byFill: ReadonlyMap<string, ByHorizon>,
  horizon: number,
  scale: MarketScale,
): AdverseSelection {
  let total: Money = ZERO_MONEY;
  const bps: number[] = [];
  for (const { tradeId, side, sizeLots, midHalfTicks } of fills) {
    const then = byFill.get(tradeId)?.[horizon]?.midHalfTicks ?? null;
    if (midHalfTicks === null || then === null) continue;
    const against = signOf(side) * (midHalfTicks - then);
    total = money(total + (BigInt(against) * BigInt(sizeLots) * scale.tickLotMoney) / 2n);
    bps.push((against / midHalfTicks) * 10_000);
  }
  return {
    horizon: HORIZON_NAMES[horizon] ?? "",
    fills: bps.length,
    total: formatMoney(total),
    meanPerFill: bps.length === 0 ? null : moneyNumber(total) / bps.length,
    meanBps: meanOf(bps),
  };
}

/** How far two sources of the same markouts agree. */
export interface MarkoutAgreement {
  readonly same: number;
  readonly different: number;
  readonly firstDifference: string | null;
}

/**
 * Compares every fill and horizon of two sources; one that could not be taken and one that is not there are the same.
 *
 * @param isJournalWhole false = the session was cut short: what its journal does not have is lacking, not different
 */
export function compareMarkouts(
  fills: readonly RecordFill[],
  journaled: readonly MarkoutReading[],
  fromTape: readonly MarkoutReading[],
  isJournalWhole: boolean,
): MarkoutAgreement {
  const one = indexReadings(journaled);
  const other = indexReadings(fromTape);
  let same = 0;
  let different = 0;
  let firstDifference: string | null = null;
  for (const { tradeId } of fills) {
    for (const horizon of MARKOUT_HORIZONS_US.keys()) {
      const journal = one.get(tradeId)?.[horizon];
      if (journal === undefined && !isJournalWhole) continue;
      const here = journal?.bps ?? null;
      const there = other.get(tradeId)?.[horizon]?.bps ?? null;
      if (here === there) {
        same += 1;
        continue;
      }
      different += 1;
      firstDifference ??= `trade ${tradeId} after ${HORIZON_NAMES[horizon]}: journal ${here ?? "none"}, tape ${there ?? "none"}`;
    }
  }
  return { same, different, firstDifference };
}
