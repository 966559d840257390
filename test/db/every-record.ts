import type { EncodedBlock, JournalEntry } from "../../db/journal-protocol.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { BlockEncoder } from "../../db/tape-codec.ts";
import { lots, micros, money, ticks } from "../../main/kernel/values/units.ts";
import { alert, decision, entry, fill, sample } from "./journal-builders.ts";

const slot = { side: "buy", level: 0 } as const;

function snapshot(name: string, bound: number) {
  // Settings are JSON to the journal
  return { name, revision: 1, hash: `${name}-hash`, settings: { spreadMultiplier: bound } as unknown as Settings };
}

/** One record of every kind, caused by the event of `seq`. */
export function everyRecord(seq: number): JournalEntry[] {
  const atUs = micros(1_723_075_200_000_000 + seq);
  const order = { orderId: seq, slot, side: "buy", priceTicks: ticks(600_001) } as const;
  const records: JournalEntry[] = [
    decision(seq),
    fill(seq),
    alert(seq),
    sample(seq),
    entry(seq, {
      type: "record-order",
      atUs,
      ...order,
      sizeLots: lots(3),
      filledLots: lots(0),
      status: "in-flight",
      reason: null,
    }),
    entry(seq, {
      type: "record-regime-change",
      atUs,
      from: "CALM",
      to: "NORMAL",
      measured: true,
      shortVolBps: 1.5,
      mediumVolBps: null,
    }),
    entry(seq, {
      type: "record-profile-change",
      atUs,
      commandId: `c${seq}`,
      by: "operator",
      before: snapshot("legacy", 1),
      after: snapshot("crypto", 1.5),
    }),
    entry(seq, {
      type: "record-operator-command",
      atUs,
      commandId: `p${seq}`,
      command: "pause",
      by: "operator",
      outcome: "applied",
    }),
    entry(seq, {
      type: "record-risk-event",
      atUs,
      control: "circuit-breaker",
      happening: "tripped",
      detail: "loss",
      reading: 5.5,
      bound: 5,
      by: null,
    }),
    entry(seq, {
      type: "record-markout",
      atUs,
      ...order,
      tradeId: `t${seq}`,
      liquidity: "maker",
      filledUs: atUs,
      horizonUs: 1_000_000,
      midHalfTicks: 1_200_003,
      markoutBps: 0.25,
    }),
  ];
  return records.map((record, index) => ({ ...record, index }));
}

/** A block with one execution of an order: what the venue told before the kernel made the fill of it. */
export function filledBlock(seq: number, tradeId = `t${seq}`, orderId = seq): EncodedBlock | null {
  const encoder = new BlockEncoder();
  const at = micros(1_723_075_200_000_000 + seq);
  encoder.add({
    type: "order-filled",
    seq,
    tsEvent: at,
    tsInit: at,
    orderId,
    tradeId,
    priceTicks: ticks(600_001),
    sizeLots: lots(2),
    liquidity: "maker",
    fee: money(1n),
  });
  return encoder.finish();
}
