import type { JournalEntry } from "../../db/journal-protocol.ts";
import type { StoredSession } from "../../db/stored-session.ts";
import { Ledger } from "../../main/kernel/accounting/ledger.ts";
import type { JournalRecord, RecordFill } from "../../main/kernel/effects.ts";
import { defaultSettings } from "../../main/kernel/settings/settings-schema.ts";
import { marketScale } from "../../main/kernel/values/market-rules.ts";
import { lots, micros, money, ticks, type Liquidity, type OrderSide } from "../../main/kernel/values/units.ts";
import { sessionReport, type ReportSources, type SessionReport } from "../../main/review/session-report.ts";
import { manifest } from "../db/journal-builders.ts";

export const scale = marketScale(manifest().rules);
export const START_US = manifest().sessionStartUs;

/** What happens in a made-up session: a fill, funding, or a second that passes with the market somewhere. */
export type Happening =
  | {
      readonly kind: "fill";
      readonly side: OrderSide;
      readonly priceTicks: number;
      readonly sizeLots: number;
      /** In millionths of the quote currency; negative = a rebate. */
      readonly feeMicros: number;
      readonly liquidity: Liquidity;
      /** Null = the book was not usable. */
      readonly midHalfTicks: number | null;
      readonly level?: number;
      readonly lifetimeUs?: number;
    }
  | { readonly kind: "funding"; readonly amountMicros: number }
  | { readonly kind: "second"; readonly midHalfTicks: number | null; readonly count?: number };

const MICRO_MONEY = 1_000_000_000_000n;

/** The entries that a kernel would have journaled, by its own ledger. */
export function journalOf(happenings: readonly Happening[]): JournalEntry[] {
  const ledger = new Ledger(scale);
  const entries: JournalEntry[] = [];
  let nowUs = START_US;
  const add = (record: JournalRecord): void => {
    entries.push({ seq: entries.length + 1, index: 0, record, count: 1, lastAtUs: nowUs });
  };
  for (const [index, of] of happenings.entries()) {
    if (of.kind === "funding") {
      ledger.applyFunding(money(BigInt(of.amountMicros) * MICRO_MONEY));
      continue;
    }
    nowUs += of.kind === "second" ? 1_000_000 * (of.count ?? 1) : 1000;
    const { midHalfTicks } = of;
    if (of.kind === "second") {
      if (midHalfTicks !== null) ledger.mark(midHalfTicks);
      const pnl = ledger.parts(null);
      const { positionLots } = ledger;
      add({ type: "record-sample", atUs: micros(nowUs), midHalfTicks, positionLots, pnl, openOrders: 0 });
      continue;
    }
    add(fillOf(of, index, nowUs, ledger));
  }
  return entries;
}

function fillOf(of: Happening & { readonly kind: "fill" }, index: number, nowUs: number, ledger: Ledger): RecordFill {
  const { side, liquidity, midHalfTicks } = of;
  const priceTicks = ticks(of.priceTicks);
  const sizeLots = lots(of.sizeLots);
  const fee = money(BigInt(of.feeMicros) * MICRO_MONEY);
  ledger.applyFill({ side, priceTicks, sizeLots, fee, midHalfTicks }, liquidity === "maker");
  return {
    type: "record-fill",
    atUs: micros(nowUs),
    orderId: index,
    tradeId: `trade-${index}`,
    slot: { side, level: of.level ?? 0 },
    side,
    priceTicks,
    sizeLots,
    liquidity,
    fee,
    midHalfTicks,
    bestBidTicks: null,
    bestAskTicks: null,
    positionLots: ledger.positionLots,
    pnl: ledger.parts(null),
    quoteLifetimeUs: of.lifetimeUs ?? 500_000,
  };
}

export function storedSession(change: Partial<StoredSession> = {}): StoredSession {
  return {
    manifest: manifest(),
    endedAtUs: START_US + 60_000_000,
    endedHow: "ended",
    effectHash: "effect-hash",
    events: 10,
    resultJson: '{"uptime":0.75}',
    durableSeq: 10,
    ...change,
  };
}

/** The report of made-up entries, without a tape. */
export function reportOf(entries: readonly JournalEntry[], change: Partial<ReportSources> = {}): SessionReport {
  return sessionReport({
    stored: storedSession(),
    settings: { ...defaultSettings("legacy"), maxPositionSize: 0.01 },
    entries,
    lateFills: [],
    openTape: () => null,
    compareTape: false,
    ...change,
  });
}
