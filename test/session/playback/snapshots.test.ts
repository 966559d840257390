import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { micros } from "../../../main/kernel/values/units.ts";
import { StateSaver } from "../../../main/session/kernel-state/save-state.ts";
import { SnapshotBuilder, SnapshotMismatchError } from "../../../main/session/playback/build-snapshots.ts";
import { goToDecision, markFrom } from "../../../main/session/playback/jumps.ts";
import type { SessionCursor } from "../../../main/session/playback/session-cursor.ts";
import { ShownSession } from "../../../main/session/playback/shown-session.ts";
import { SnapshotFile, snapshotKey, SnapshotFileWriter } from "../../../main/session/playback/snapshot-file.ts";
import { MARK_KINDS, rowsAt } from "../../../main/session/playback/timeline.ts";
import { temporaryFolder } from "../import-fixture.ts";
import {
  buildSnapshots,
  cursorOn,
  EVERY_EVENTS,
  sourceOf,
  storeSession,
  straightRun,
  type StoredSession,
} from "./stored-session.ts";

let stored: StoredSession;
let path: string;
let cursors: SessionCursor[] = [];

beforeAll(() => {
  stored = storeSession();
  path = buildSnapshots(stored);
});
afterEach(() => {
  for (const cursor of cursors) cursor.close();
  cursors = [];
  vi.restoreAllMocks();
});

function cursorAtBeginning(of = path): SessionCursor {
  const cursor = cursorOn(stored, of);
  cursors.push(cursor);
  return cursor;
}

function bytesOf(kernel: object): Uint8Array {
  return new StateSaver(sourceOf(stored).classes).save(kernel);
}

const lastSeq = (): number => stored.events.at(-1)?.seq ?? 0;

describe("snapshots along a tape", () => {
  test("stand at even distances, with the whole session's effect hash and what happened on the way", () => {
    const { contents } = cursorAtBeginning().source.snapshots;
    expect(contents.entries.map(({ events }) => events)).toEqual(
      Array.from({ length: Math.ceil(stored.events.length / EVERY_EVENTS) - 1 }, (_, at) => (at + 1) * EVERY_EVENTS),
    );
    expect(contents.effectHash).toBe(stored.effectHash);
    expect(contents.events).toBe(stored.events.length);
    const kinds = new Set(contents.timeline.marks.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(expect.arrayContaining(["fill", "gap", "halt", "profile"]));
    const filled = stored.events.filter(({ type }) => type === "order-filled").length;
    expect(contents.timeline.fills).toHaveLength(filled);
  });

  test("a snapshot that does not go on as the straight run did is found out", () => {
    const original = ShownSession.restored.bind(ShownSession);
    vi.spyOn(ShownSession, "restored").mockImplementation((as, saved) => {
      const session = original(as, saved);
      const at = micros(session.kernel.nowUs);
      session.kernel.handle({ type: "feed-disconnected", reason: "wrong", seq: 1, tsEvent: at, tsInit: at });
      return session;
    });
    const source = sourceOf(stored);
    const writer = new SnapshotFileWriter(`${temporaryFolder()}/x.replay`, source.key);
    const builder = new SnapshotBuilder(source, writer, EVERY_EVENTS);
    expect(() => {
      while (builder.step(1000) === null);
    }).toThrow(SnapshotMismatchError);
    builder.abandon();
    source.tape.close();
  });

  test("a seek anywhere ends in the very state of a straight run", () => {
    const cursor = cursorAtBeginning();
    const seqs = fc.sample(fc.integer({ min: 0, max: lastSeq() }), 20);
    const straight = straightRun(
      stored,
      seqs.toSorted((one, other) => one - other),
      ({ kernel }) => bytesOf(kernel),
    );
    for (const seq of seqs) {
      cursor.seekSeq(seq);
      expect(cursor.seq).toBe(seq);
      expect(Buffer.compare(bytesOf(cursor.session.kernel), straight.get(seq) ?? new Uint8Array())).toBe(0);
    }
  });

  test("what the views show after a seek is what they show after a straight run", () => {
    const straight = cursorAtBeginning();
    const cursor = cursorAtBeginning();
    for (const share of [0.9, 0.2, 0.21, 1]) {
      const seq = Math.floor(lastSeq() * share);
      straight.seekSeq(0);
      while (straight.seq < seq) straight.step();
      cursor.seekSeq(seq);
      expect(cursor.session.decisionRows().slice(-100)).toEqual(straight.session.decisionRows().slice(-100));
      expect(cursor.session.trendRows()).toEqual(straight.session.trendRows());
      const shown = (of: SessionCursor) =>
        of.session.feed.updates(0).filter(({ name }) => ["ladder", "slots", "result", "signals"].includes(name));
      expect(shown(cursor)).toEqual(shown(straight));
    }
  });

  test("rows of fills and alerts are those of that moment", () => {
    const cursor = cursorAtBeginning();
    const { timeline } = cursor.source.snapshots.contents;
    const fills: unknown[] = [];
    while (cursor.seq < lastSeq()) {
      cursor.step();
      fills.push(...cursor.session.feed.fills.take());
      if (cursor.seq % 500 === 0) expect(rowsAt(timeline.fills, cursor.seq, 1000)).toEqual(fills);
    }
    expect(fills.length).toBeGreaterThan(3);
  });

  test("a seek to a time ends behind the last event at or before it", () => {
    const cursor = cursorAtBeginning();
    const { startUs, endUs } = cursor.source.snapshots.contents;
    fc.assert(
      fc.property(fc.integer({ min: startUs - 10, max: endUs + 10 }), (us) => {
        cursor.seekTime(us);
        expect(cursor.seq).toBe(stored.events.findLast(({ tsInit }) => tsInit <= us)?.seq ?? 0);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a file of snapshots", () => {
  test("of another tape, program or kernel is of no use", () => {
    const { tape, classes, key } = sourceOf(stored);
    expect(SnapshotFile.open(path, key)).not.toBeNull();
    expect(SnapshotFile.open(path, snapshotKey("another tape", "build", classes.names))).toBeNull();
    expect(SnapshotFile.open(path, snapshotKey(tape.lastHash, "another build", classes.names))).toBeNull();
    expect(SnapshotFile.open(path, snapshotKey(tape.lastHash, "build", [...classes.names, "Another"]))).toBeNull();
    expect(SnapshotFile.open(`${path}.none`, key)).toBeNull();
  });

  test("whatever byte of it changes, a seek still ends in the right state, or the file is made anew", () => {
    const bytes = readFileSync(path);
    const copy = `${temporaryFolder()}/x.replay`;
    const seq = Math.floor(lastSeq() * 0.8);
    const right = straightRun(stored, [seq], ({ kernel }) => bytesOf(kernel)).get(seq) ?? new Uint8Array();
    let anew = 0;
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
        writeFileSync(copy, changed);
        const source = sourceOf(stored);
        const snapshots = SnapshotFile.open(copy, source.key);
        source.tape.close();
        if (snapshots === null) {
          anew += 1;
          return;
        }
        snapshots.close();
        const cursor = cursorOn(stored, copy);
        cursor.seekSeq(seq);
        expect(Buffer.compare(bytesOf(cursor.session.kernel), right)).toBe(0);
        cursor.close();
      }),
      {
        numRuns: 25,
        examples: [
          [bytes.length - 1, 1],
          [0, 1],
          [60, 255],
        ],
      },
    );
    expect(anew).toBeGreaterThan(0);
    copyFileSync(path, copy);
    writeFileSync(copy, bytes.subarray(0, bytes.length - 1));
    expect(SnapshotFile.open(copy, sourceOf(stored).key)).toBeNull();
  });
});

describe("jumps", () => {
  /** Every decision that says something else of its slot than the one before, by one straight walk. */
  function begun(): { readonly seq: number; readonly codes: ReadonlySet<string> }[] {
    const cursor = cursorAtBeginning();
    const found: { seq: number; codes: Set<string> }[] = [];
    for (;;) {
      const codes = new Set<string>();
      if (!cursor.step((code) => codes.add(code))) return found;
      if (codes.size > 0) found.push({ seq: cursor.seq, codes });
    }
  }

  test("go to the next and the last decision of a code, and stay where there is none", () => {
    const all = begun();
    const cursor = cursorAtBeginning();
    const codes = [...new Set(all.flatMap((each) => [...each.codes])), null, "no_such_code"];
    fc.assert(
      fc.property(
        fc.constantFrom(...codes),
        fc.constantFrom<(1 | -1)[]>(1, -1),
        fc.integer({ min: 0, max: lastSeq() }),
        (code, direction, seq) => {
          const matching = all.filter((each) => code === null || each.codes.has(code)).map((each) => each.seq);
          const wanted =
            direction === 1 ? matching.find((each) => each > seq) : matching.findLast((each) => each < seq);
          cursor.seekSeq(seq);
          expect(goToDecision(cursor, code, direction)).toBe(wanted !== undefined);
          expect(cursor.seq).toBe(wanted ?? seq);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("go to the next and the last mark of a kind", () => {
    const { marks } = cursorAtBeginning().source.snapshots.contents.timeline;
    fc.assert(
      fc.property(fc.constantFrom(...MARK_KINDS), fc.nat({ max: lastSeq() }), (kind, seq) => {
        const ofKind = marks.filter((mark) => mark.kind === kind);
        expect(markFrom(marks, kind, seq, 1)).toBe(ofKind.find((mark) => mark.seq > seq) ?? null);
        expect(markFrom(marks, kind, seq, -1)).toBe(ofKind.findLast((mark) => mark.seq < seq) ?? null);
      }),
    );
  });
});
