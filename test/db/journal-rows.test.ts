import fc from "fast-check";
import { expect, test } from "vitest";
import { DECISION_CODES } from "../../main/kernel/decision.ts";
import type { JournalRecord } from "../../main/kernel/effects.ts";
import type { JournalEntry } from "../../db/journal-protocol.ts";
import { batch, manifest } from "./journal-builders.ts";
import { readJournal, startJournal, temporaryFolder } from "./journal-harness.ts";

// SQLite keeps one zero, and JSON too
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const whole = fc.maxSafeInteger();
const micros = fc.nat({ max: 2 ** 53 - 1 });
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const side = fc.constantFrom("buy", "sell");
const slot = fc.record({ side, level: fc.nat({ max: 9 }) }, { noNullPrototype: true });
const money = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
const pnl = fc.record(
  { spreadCapture: money, inventory: money, fees: money, funding: money, net: money },
  { noNullPrototype: true },
);
const setting = fc.oneof(whole, fc.boolean(), text, fc.record({ a: real, b: whole }, { noNullPrototype: true }));
const settings = fc.record(
  { spreadMultiplier: real, enabled: fc.boolean(), marketName: text, cadence: setting, extra: setting },
  { noNullPrototype: true, requiredKeys: ["spreadMultiplier"] },
);
const snapshot = fc.record({ name: text, revision: fc.nat(), hash: text, settings }, { noNullPrototype: true });
const buildUp = fc.record(
  {
    anchorTicks: whole,
    offsetBps: real,
    regimeBps: real,
    regimeScale: real,
    skewBps: real,
    trendBps: real,
    fundingBps: real,
    extraBps: real,
    rawTicks: real,
    targetTicks: whole,
    finalTicks: fc.option(whole),
    clamp: fc.constantFrom("none", "crossing", "post-only"),
  },
  { noNullPrototype: true },
);
const reading = fc.option(real);
const levels = fc.array(whole, { maxLength: 10 });
const fillSnapshot = fc.record(
  {
    spreadBps: reading,
    volatilityBps: reading,
    driftBps: reading,
    imbalance: reading,
    orderFlowLots: fc.array(fc.option(whole), { minLength: 3, maxLength: 3 }),
    micropriceDivergenceBps: reading,
    vpin: reading,
    isStale: fc.boolean(),
    bookAgeUs: fc.option(micros),
    bids: levels,
    asks: levels,
  },
  { noNullPrototype: true },
);
const regime = fc.constantFrom("CALM", "NORMAL", "ELEVATED", "EXTREME");

function record(type: JournalRecord["type"], fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> {
  return fc.record({ type: fc.constant(type), ...fields }, { noNullPrototype: true });
}

const decision = fc.record(
  {
    atUs: micros,
    slot,
    code: fc.constantFrom(...DECISION_CODES),
    detail: fc.option(text),
    reading: fc.option(real),
    bound: fc.option(real),
    buildUp: fc.option(buildUp),
    restingTicks: fc.option(whole),
    restingLots: fc.option(whole),
    sizeLots: fc.option(whole),
    dueUs: fc.option(micros),
  },
  { noNullPrototype: true },
);

const execution = { orderId: whole, slot, side, priceTicks: whole };
const order = { ...execution, sizeLots: whole };
const records = fc.oneof(
  record("record-decision", { decision }),
  record("record-order", {
    ...order,
    atUs: micros,
    filledLots: whole,
    status: fc.constantFrom("in-flight", "resting", "unresolved", "denied"),
    reason: fc.option(text),
  }),
  record("record-fill", {
    ...order,
    atUs: micros,
    tradeId: text,
    liquidity: fc.constantFrom("maker", "taker"),
    fee: money,
    midHalfTicks: fc.option(whole),
    bestBidTicks: fc.option(whole),
    bestAskTicks: fc.option(whole),
    positionLots: whole,
    pnl,
    quoteLifetimeUs: micros,
    snapshot: fc.option(fillSnapshot, { nil: undefined }),
  }),
  record("record-regime-change", {
    atUs: micros,
    from: regime,
    to: regime,
    measured: fc.boolean(),
    shortVolBps: fc.option(real),
    mediumVolBps: fc.option(real),
  }),
  record("record-profile-change", { atUs: micros, commandId: text, by: text, before: snapshot, after: snapshot }),
  record("record-operator-command", {
    atUs: micros,
    commandId: text,
    command: fc.constantFrom("pause", "kill"),
    by: text,
    outcome: text,
  }),
  record("record-alert", {
    atUs: micros,
    kind: fc.constantFrom("book-gapped", "journal-behind"),
    severity: fc.constantFrom("info", "warning", "critical"),
    message: text,
  }),
  record("record-risk-event", {
    atUs: micros,
    control: fc.constantFrom("circuit-breaker", "rate-limit", "drawdown", "latency-sla", "reconciliation"),
    happening: fc.constantFrom("tripped", "cleared", "changed"),
    detail: text,
    reading: fc.option(real),
    bound: fc.option(real),
    by: fc.option(text),
  }),
  // A markout is known exactly where its mid is
  fc.option(fc.record({ midHalfTicks: whole, markoutBps: real }, { noNullPrototype: true })).chain((known) =>
    record("record-markout", {
      ...execution,
      atUs: micros,
      tradeId: text,
      liquidity: fc.constantFrom("maker", "taker"),
      filledUs: micros,
      horizonUs: micros,
      midHalfTicks: fc.constant(known?.midHalfTicks ?? null),
      markoutBps: fc.constant(known?.markoutBps ?? null),
    }),
  ),
  record("record-sample", {
    atUs: micros,
    midHalfTicks: fc.option(whole),
    positionLots: whole,
    pnl,
    openOrders: fc.nat(),
  }),
) as fc.Arbitrary<JournalRecord>;

/** Only runs of decisions and alerts are folded; every other record stands for itself. */
function entryOf(seq: number, index: number, one: JournalRecord, count: number, lastAtUs: number): JournalEntry {
  if (one.type === "record-decision" || one.type === "record-alert")
    return { seq, index, record: one, count, lastAtUs };
  return { seq, index, record: one, count: 1, lastAtUs: one.atUs };
}

const entries = fc
  .array(fc.tuple(fc.array(records, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 1e9 }), micros), {
    maxLength: 12,
  })
  .map((events) =>
    events.flatMap(([made, count, lastAtUs], event) =>
      made.map((one, index) => entryOf(event * 3 + 1, index, one, count, lastAtUs)),
    ),
  );

test("whatever the kernel records is read back to the bit, in the kernel's order", () => {
  const dataDir = temporaryFolder();
  const { client } = startJournal({ dataDir });
  const reader = readJournal(dataDir);
  let run = 0;
  fc.assert(
    fc.property(entries, (written) => {
      const sessionId = `session-${(run += 1)}`;
      client.begin(manifest({ sessionId }));
      client.append(batch(1_000, written, { sessionId, isUrgent: true }));
      expect(client.failure).toBeNull();
      expect([...reader.entries(sessionId)]).toEqual(written);
      void client.end({ endedAtUs: 1, endedHow: "ended", effectHash: "", events: 1, resultJson: "{}" });
    }),
    { numRuns: 60 },
  );
});
