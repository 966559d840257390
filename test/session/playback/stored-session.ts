import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openTape } from "../../../db/tape-reader.ts";
import { TAPE_FORMAT } from "../../../db/tape-header.ts";
import { TapeWriter } from "../../../db/tape-writer.ts";
import type { KernelEvent } from "../../../main/kernel/events.ts";
import { Kernel } from "../../../main/kernel/kernel.ts";
import { kernelClassesOf } from "../../../main/session/kernel-state/kernel-classes.ts";
import { SnapshotBuilder } from "../../../main/session/playback/build-snapshots.ts";
import { SessionCursor } from "../../../main/session/playback/session-cursor.ts";
import { ShownSession } from "../../../main/session/playback/shown-session.ts";
import { SnapshotFile, snapshotKey, SnapshotFileWriter } from "../../../main/session/playback/snapshot-file.ts";
import { loadSessionProfile, prepareSession } from "../../../main/session/session-factory.ts";
import type { SimulatedSession } from "../../../main/session/simulated-session.ts";
import { kernelConfigOf } from "../../../main/session/stored-kernel.ts";
import { toSnapshot } from "../../../main/profiles/loader.ts";
import { temporaryFolder } from "../import-fixture.ts";
import { PACED } from "../engine-harness.ts";

const SECOND_US = 1_000_000;
/** Snapshots this close make a short session as good as a long one. */
export const EVERY_EVENTS = 400;

/** Quotes at the touch and leaves itself no guard, so that much is filled. */
const EAGER = [
  "MM_OFFSET_MODE=fixed",
  "MM_PRICE_OFFSET_PER_LEVEL_PERCENT=0.00002",
  "MM_MICRO_VOL_MAX_BPS=0",
  "MM_MICRO_DRIFT_MAX_BPS=0",
];

/** A session of 45 s with fills, holes in the feed, a profile flip, a pause and a kill, stored in a data folder of its own. */
export interface StoredSession {
  readonly dataDir: string;
  readonly sessionId: string;
  readonly path: string;
  readonly events: readonly KernelEvent[];
  readonly effectHash: string;
}

export function storeSession(watch?: (session: SimulatedSession) => void): StoredSession {
  const dataDir = temporaryFolder();
  mkdirSync(join(dataDir, "tapes"));
  let tape: TapeWriter | null = null;
  const spec = {
    ...PACED,
    source: { kind: "generated", market: "btc", seed: 5, scenario: "gaps" },
    overrides: EAGER,
    speed: null,
  } as const;
  const outcome = prepareSession(spec, {
    append: ({ block }) => {
      if (block !== null) tape?.append(block);
    },
  });
  if (!outcome.ok) throw new Error(outcome.message);
  const { session, recorder, manifest, startUs } = outcome.prepared;
  const { rules, sessionId } = manifest;
  const path = join(dataDir, "tapes", `${sessionId}.tape`);
  const clock = { offsetUs: 0, note: "clock of the session" };
  const header = {
    format: TAPE_FORMAT,
    kind: "session",
    rules,
    createdBy: "test",
    clock,
    manifest,
    import: null,
  } as const;
  tape = TapeWriter.create(path, header);
  watch?.(session);
  const until = (second: number): void => {
    while (!session.advance(startUs + second * SECOND_US, 100_000));
  };
  until(15);
  const legacy = loadSessionProfile({ ...spec, profile: "legacy" });
  if (!legacy.ok) throw new Error(legacy.message);
  session.command({ type: "profile-changed", commandId: "flip", by: "test", profile: toSnapshot(legacy.profile, 2) });
  until(30);
  session.command({ type: "operator-commanded", commandId: "pause", command: "pause", by: "test" });
  until(31);
  session.command({ type: "operator-commanded", commandId: "resume", command: "resume", by: "test" });
  until(45);
  session.command({ type: "operator-commanded", commandId: "kill", command: "kill", by: "test" });
  while (!session.advance(Infinity, 100_000));
  session.finish();
  recorder.finish();
  tape.close();
  session.close();
  return { dataDir, sessionId, path, events: eventsOf(path), effectHash: session.hash.digest() };
}

/** As they are on the tape: a profile that came off it shares no object with another. */
function eventsOf(path: string): KernelEvent[] {
  const opened = openTape(path);
  if (!opened.ok) throw new Error(opened.message);
  const events: KernelEvent[] = [];
  for (let event = opened.tape.next(); event !== null; event = opened.tape.next()) events.push(event);
  opened.tape.close();
  return events;
}

/** What a replay of it is made from, with the tape opened anew. */
export function sourceOf({ path, sessionId }: StoredSession) {
  const opened = openTape(path);
  if (!opened.ok) throw new Error(opened.message);
  const { tape } = opened;
  const { manifest } = tape.header;
  if (manifest === null) throw new Error("expected the tape of a session");
  const config = kernelConfigOf(manifest);
  const classes = kernelClassesOf(config);
  const as = { sessionId, source: "test", startedUs: manifest.sessionStartUs };
  return { tape, config, classes, as, key: snapshotKey(tape.lastHash, "build", classes.names) };
}

/** Makes the snapshots of a session and returns the path of their file. */
export function buildSnapshots(stored: StoredSession, every = EVERY_EVENTS): string {
  const source = sourceOf(stored);
  const path = stored.path.replace(".tape", ".snapshots");
  const builder = new SnapshotBuilder(source, new SnapshotFileWriter(path, source.key), every);
  while (builder.step(10_000) === null);
  source.tape.close();
  return path;
}

/** A cursor at the beginning of a session whose snapshots are at `path`. */
export function cursorOn(stored: StoredSession, path: string): SessionCursor {
  const source = sourceOf(stored);
  const snapshots = SnapshotFile.open(path, source.key);
  if (snapshots === null) throw new Error(`${path}: expected snapshots`);
  return new SessionCursor({ ...source, snapshots });
}

/** What a straight run, with its views, comes to at each of the events, in ascending order. */
export function straightRun<T>(
  stored: StoredSession,
  seqs: readonly number[],
  take: (session: ShownSession) => T,
): ReadonlyMap<number, T> {
  const { config, tape, as } = sourceOf(stored);
  tape.close();
  const session = new ShownSession(as, new Kernel(config));
  const taken = new Map<number, T>();
  let next = 0;
  for (const seq of seqs) {
    for (let event = stored.events[next]; event !== undefined && event.seq <= seq; event = stored.events[next]) {
      session.handle(event);
      next += 1;
    }
    taken.set(seq, take(session));
  }
  return taken;
}
