import { expect, it } from "vitest";
import type { JournalBatch } from "../../db/journal-protocol.ts";
import type { Effect } from "../../main/kernel/effects.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { SessionRecorder } from "../../main/session/session-recorder.ts";
import { generatedSettings } from "../support/kernel-session.ts";
import { snapshotOf } from "../support/kernel-harness.ts";

const decision: Effect = {
  type: "record-decision",
  decision: {
    atUs: micros(1),
    slot: { side: "buy", level: 0 },
    code: "skip_warming",
    detail: null,
    reading: null,
    bound: null,
    buildUp: null,
    restingTicks: null,
    restingLots: null,
    sizeLots: null,
    dueUs: null,
  },
};

function changed(journalRepriceDecisions: boolean): Effect {
  const before = snapshotOf(generatedSettings({}));
  const after = snapshotOf(generatedSettings({ changes: { journalRepriceDecisions } }));
  return { type: "record-profile-change", atUs: micros(1), commandId: "c", by: "operator", before, after };
}

function written(keepsDecisions: boolean, ...effects: readonly Effect[]): string[] {
  const batches: JournalBatch[] = [];
  const recorder = new SessionRecorder("s", { append: (batch) => batches.push(batch) }, keepsDecisions);
  recorder.effects(1, 1, effects);
  recorder.finish();
  return batches.flatMap(({ entries }) => entries.map(({ record }) => record.type));
}

it("keeps decisions unless the profile says not to, from the change on", () => {
  expect(written(true, decision)).toEqual(["record-decision"]);
  expect(written(false, decision)).toEqual([]);
  expect(written(false, changed(true), decision)).toEqual(["record-profile-change", "record-decision"]);
  expect(written(true, changed(false), decision)).toEqual(["record-profile-change"]);
});
