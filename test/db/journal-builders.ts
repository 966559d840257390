import type {
  JournalRecord,
  RecordAlert,
  RecordDecision,
  RecordFill,
  RecordMarkout,
  RecordRiskEvent,
  RecordSample,
} from "../../main/kernel/effects.ts";
import type { MarketRules } from "../../main/kernel/values/market-rules.ts";
import { lots, micros, money, ticks } from "../../main/kernel/values/units.ts";
import type { JournalBatch, JournalEntry, SessionManifest, SessionSummary } from "../../db/journal-protocol.ts";
import { BlockEncoder } from "../../db/tape-codec.ts";

const START_US = 1_723_075_200_000_000;

const rules: MarketRules = {
  market: "BTCUSDT",
  venue: "sim",
  baseCurrency: "BTC",
  quoteCurrency: "USDT",
  tickSize: "0.1",
  lotSize: "0.001",
  minOrderLots: 1,
  minNotional: "100",
  fundingIntervalS: 28_800,
};

export function manifest(change: Partial<SessionManifest> = {}): SessionManifest {
  return {
    sessionId: "session-1",
    appVersion: "0.1.0",
    buildHash: "build",
    mode: "paper",
    venue: "sim",
    rules,
    rulesHash: "rules-hash",
    profileName: "legacy",
    profileText: "MM_SPREAD_MULTIPLIER=1.5 # half more\n",
    profileHash: "profile-hash",
    overrides: ["MM_MAX_POSITION_SIZE=0.5"],
    source: { kind: "generated", market: "btc", seed: 7, real: false, note: null },
    startedAtUs: START_US,
    sessionStartUs: START_US + 1,
    ...change,
  };
}

export function summary(change: Partial<SessionSummary> = {}): SessionSummary {
  return {
    endedAtUs: START_US + 60_000_000,
    endedHow: "ended",
    effectHash: "effect-hash",
    events: 10,
    resultJson: '{"fills":{"maker":1,"taker":0}}',
    ...change,
  };
}

export function entry(seq: number, record: JournalRecord, index = 0): JournalEntry {
  return { seq, index, record, count: 1, lastAtUs: START_US + seq };
}

const pnl = {
  spreadCapture: money(1_500_000_000_000_000_001n),
  inventory: money(-2_000_000_000_000_000_000n),
  fees: money(-20_000_000_000_000n),
  funding: money(0n),
  net: money(-500_019_999_999_999_999n),
};

export function fill(seq: number, change: Partial<RecordFill> = {}): JournalEntry {
  return entry(seq, {
    type: "record-fill",
    atUs: micros(START_US + seq),
    orderId: seq,
    tradeId: `t${seq}`,
    slot: { side: "buy", level: 0 },
    side: "buy",
    priceTicks: ticks(600_001),
    sizeLots: lots(3),
    liquidity: "maker",
    fee: money(20_000_000_000_000n),
    midHalfTicks: 1_200_003,
    bestBidTicks: ticks(600_001),
    bestAskTicks: ticks(600_002),
    positionLots: 3,
    pnl,
    quoteLifetimeUs: 1_250_000,
    ...change,
  });
}

export function decision(seq: number, change: Partial<RecordDecision["decision"]> = {}): JournalEntry {
  return entry(seq, {
    type: "record-decision",
    decision: {
      atUs: micros(START_US + seq),
      slot: { side: "sell", level: 1 },
      code: "hold_within_tolerance",
      detail: null,
      reading: 1.25,
      bound: 2,
      buildUp: {
        anchorTicks: 600_002,
        offsetBps: 1.7,
        regimeBps: 0.1,
        regimeScale: 1.05,
        skewBps: -0.3,
        trendBps: 0,
        fundingBps: 0,
        extraBps: 0,
        extraParts: null,
        rawTicks: 600_092.000_000_1,
        targetTicks: ticks(600_093),
        finalTicks: ticks(600_093),
        clamp: "none",
      },
      restingTicks: ticks(600_093),
      restingLots: lots(5),
      sizeLots: lots(5),
      dueUs: micros(START_US + seq + 400_000),
      ...change,
    },
  });
}

export function alert(seq: number, change: Partial<RecordAlert> = {}): JournalEntry {
  return entry(seq, {
    type: "record-alert",
    atUs: micros(START_US + seq),
    kind: "book-gapped",
    severity: "warning",
    message: `gap at ${seq}`,
    ...change,
  });
}

export function sample(seq: number, change: Partial<RecordSample> = {}): JournalEntry {
  return entry(seq, {
    type: "record-sample",
    atUs: micros(START_US + seq),
    midHalfTicks: 1_200_003,
    positionLots: 3,
    pnl,
    openOrders: 2,
    ...change,
  });
}

export function riskEvent(seq: number, change: Partial<RecordRiskEvent> = {}): JournalEntry {
  return entry(seq, {
    type: "record-risk-event",
    atUs: micros(START_US + seq),
    control: "circuit-breaker",
    happening: "tripped",
    detail: "consecutive failures",
    reading: 5,
    bound: 5,
    by: null,
    ...change,
  });
}

export function markout(seq: number, change: Partial<RecordMarkout> = {}): JournalEntry {
  return entry(seq, {
    type: "record-markout",
    atUs: micros(START_US + seq),
    orderId: seq,
    tradeId: `t${seq}`,
    slot: { side: "buy", level: 0 },
    side: "buy",
    liquidity: "maker",
    filledUs: micros(START_US),
    horizonUs: 1_000_000,
    priceTicks: ticks(600_001),
    midHalfTicks: 1_200_004,
    markoutBps: 0.016,
    ...change,
  });
}

/** A batch that completes `throughSeq`, with the timer events `fromSeq` to `throughSeq` as its tape block. */
export function batch(
  throughSeq: number,
  entries: readonly JournalEntry[],
  change: Partial<JournalBatch> & { readonly fromSeq?: number } = {},
): JournalBatch {
  const { fromSeq = throughSeq, ...rest } = change;
  const encoder = new BlockEncoder();
  for (let seq = fromSeq; seq <= throughSeq; seq += 1) {
    const at = micros(START_US + seq);
    encoder.add({ type: "timer-fired", seq, tsEvent: at, tsInit: at, timerId: seq });
  }
  return {
    type: "batch",
    sessionId: "session-1",
    block: encoder.finish(),
    entries,
    throughSeq,
    isUrgent: false,
    ...rest,
  };
}
