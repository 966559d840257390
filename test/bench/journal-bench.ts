import { setTimeout as wait } from "node:timers/promises";
import { EventLoopDelay } from "../../db/event-loop-delay.ts";
import { startJournal, type JournalHost } from "../../main/session/journal-host.ts";
import { SessionRecorder } from "../../main/session/session-recorder.ts";
import { batch, decision, manifest } from "../db/journal-builders.ts";
import { atMost, percentile, reported, type BenchResult } from "./bench-result.ts";

const DECISIONS_PER_SECOND = 500;
const SECONDS = 8;
const STEP_MS = 10;
const FLUSH_EVERY_MS = 50;
const MOST_DELAY_MS = 5;
const FAST_ROWS = 100_000;

/** The journal thread beside an engine thread (this one) that decides 500 times a second, and then as fast as it can. */
export async function benchJournal(dataDir: string): Promise<BenchResult[]> {
  const journal = startJournal(dataDir);
  const ready = await journal.client.ready();
  if (!ready.ok) throw new Error(ready.message);
  try {
    return [...(await paced(journal)), ...(await fast(journal))];
  } finally {
    await journal.close();
  }
}

async function paced({ client }: JournalHost): Promise<BenchResult[]> {
  const sessionId = "bench-paced";
  const commitsUs: number[] = [];
  client.begin(manifest({ sessionId, startedAtUs: Date.now() * 1000 }));
  client.onDurable(({ commitUs }) => commitsUs.push(commitUs));
  const recorder = new SessionRecorder(sessionId, client);
  const delay = new EventLoopDelay();
  const startedMs = performance.now();
  let flushedMs = startedMs;
  let seq = 0;
  for (let nowMs = startedMs; nowMs - startedMs < SECONDS * 1000; nowMs = performance.now()) {
    while (seq < ((nowMs - startedMs) / 1000) * DECISIONS_PER_SECOND) {
      seq += 1;
      const { record } = decision(seq);
      // Placements stand alone in the journal: every decision is a row
      if (record.type === "record-decision")
        recorder.effects(seq, seq * 2_000, [{ ...record, decision: { ...record.decision, code: "place_initial" } }]);
    }
    if (nowMs - flushedMs >= FLUSH_EVERY_MS) {
      recorder.flush();
      flushedMs = nowMs;
    }
    await wait(STEP_MS);
  }
  const p99Ms = delay.p99Us() / 1000;
  delay.stop();
  recorder.finish();
  await client.hasRoom(0);
  await end(client, sessionId, seq);
  const sorted = Float64Array.from(commitsUs).sort();
  return [
    atMost(
      "event-loop delay of the engine thread at 500 journaled decisions a second, p99",
      p99Ms,
      "ms",
      MOST_DELAY_MS,
    ),
    reported("commit of the journal at 500 decisions a second, p50", percentile(sorted, 0.5) / 1000, "ms"),
    reported("commit of the journal at 500 decisions a second, p99", percentile(sorted, 0.99) / 1000, "ms"),
  ];
}

async function fast({ client }: JournalHost): Promise<BenchResult[]> {
  const sessionId = "bench-fast";
  client.begin(manifest({ sessionId, startedAtUs: Date.now() * 1000 }));
  const startedMs = performance.now();
  for (let seq = 1; seq <= FAST_ROWS; seq += 200) {
    const entries = Array.from({ length: 200 }, (_, index) => decision(seq + index));
    client.append(batch(seq + 199, entries, { sessionId, block: null }));
    await client.hasRoom(32);
  }
  await client.hasRoom(0);
  const rowsPerSecond = FAST_ROWS / ((performance.now() - startedMs) / 1000);
  await end(client, sessionId, FAST_ROWS);
  return [reported("rows into the journal at full speed", rowsPerSecond, "rows/s", DECISIONS_PER_SECOND)];
}

async function end(client: JournalHost["client"], sessionId: string, events: number): Promise<void> {
  const endedAtUs = Date.now() * 1000;
  await client.end({ endedAtUs, endedHow: "ended", effectHash: "0".repeat(64), events, resultJson: "{}" });
  if (client.failure !== null) throw new Error(`${sessionId}: ${client.failure.message}`);
}
