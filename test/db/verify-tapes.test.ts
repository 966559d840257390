import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dataFolderPaths, tapeFile } from "../../db/data-folder.ts";
import { JournalClient } from "../../db/journal-client.ts";
import { JournalService, type JournalServiceOptions } from "../../db/journal-service.ts";
import { openTape } from "../../db/tape-reader.ts";
import { TapeWriter } from "../../db/tape-writer.ts";
import { filledBlock } from "./every-record.ts";
import { batch, fill, manifest, summary } from "./journal-builders.ts";
import { directPorts, temporaryFolder } from "./journal-harness.ts";
import { anyEvent, encoded, inOrder, tapeHeader } from "./tape-arbitraries.ts";
import { tampered, verified } from "./tampering.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ballast-verify-tapes-"));
const paths = dataFolderPaths(dataDir);
/** The tapes as they were written, for every test leaves them so. */
const kept = mkdtempSync(join(tmpdir(), "ballast-verify-kept-"));
afterAll(() => {
  for (const folder of [dataDir, kept]) rmSync(folder, { recursive: true, force: true });
});

const TAPES = ["ended", "crashed", "torn", "market"] as const;

function start(options: Partial<JournalServiceOptions> = {}): JournalClient {
  const { client: port, service } = directPorts();
  const client = new JournalClient(port, () => 0);
  JournalService.start([service], { dataDir, ...options });
  return client;
}

/** One session that ended; three that crashed with events behind their journal, one inside a block, one with zeros for one; an imported market. */
beforeAll(async () => {
  const first = start();
  first.begin(manifest({ sessionId: "ended" }));
  for (const seq of [1, 2, 3]) first.append(batch(seq, [fill(seq)], { sessionId: "ended", isUrgent: true }));
  await first.end(summary({ events: 3 }));
  await first.close();
  await crash("crashed", Buffer.alloc(0));
  await crash("torn", Buffer.from("BLCK and what a crash left of a block"));
  // As a power cut leaves a file that had grown before its bytes were written
  await crash("zeroed", Buffer.alloc(300));
  await start().close();
  const market = TapeWriter.create(tapeFile(paths, "market"), { ...tapeHeader(), kind: "market", manifest: null });
  for (const event of inOrder(fc.sample(anyEvent, { numRuns: 6, seed: 7 }))) market.append(encoded([event]));
  market.close();
  for (const name of TAPES) copyFileSync(tapeFile(paths, name), join(kept, name));
});
beforeEach(() => {
  for (const name of TAPES) copyFileSync(join(kept, name), tapeFile(paths, name));
});

/** A session of three events of which the journal knows the first alone, with `rest` behind its last block. */
async function crash(sessionId: string, rest: Buffer): Promise<void> {
  const client = start();
  client.begin(manifest({ sessionId }));
  client.append(batch(1, [fill(1)], { sessionId, isUrgent: true }));
  // These rows break a rule: the journal stops behind the tape
  const broken = batch(3, [fill(1)], { sessionId, isUrgent: true });
  client.append({ ...batch(2, [], { sessionId }), block: filledBlock(2, "late") });
  client.append(broken);
  await client.close();
  appendFileSync(tapeFile(paths, sessionId), rest);
}

/** Where each part of a tape begins, and where the last ends. */
function partsOf(path: string): readonly number[] {
  const opened = openTape(path);
  if (!opened.ok) throw new Error(opened.message);
  const { tape } = opened;
  const offsets: number[] = [];
  for (let event = tape.next(); event !== null; event = tape.next()) offsets.push(tape.mark.offset);
  tape.close();
  return [...new Set([...offsets, tape.blocksEnd, tape.byteLength])];
}

function sessionOf(name: (typeof TAPES)[number]): string | null {
  return name === "market" ? null : name;
}

test("tapes as they were written have no fault, and what a crash left is no fault of the tape", () => {
  const { findings, sessions } = verified(dataDir);
  expect(findings).toEqual([]);
  expect(sessions).toMatchObject([
    { sessionId: "crashed", state: "intact", tape: { events: 3, isComplete: false, isEndNoted: true } },
    { sessionId: "ended", state: "intact", tape: { events: 3, isComplete: true, isEndNoted: true } },
    { sessionId: "torn", state: "intact", tape: { events: 3, isComplete: false, isEndNoted: true } },
    { sessionId: "zeroed", state: "intact", tape: { events: 3, isComplete: false, isEndNoted: true } },
  ]);
});

describe.each(TAPES)("of the tape %s", (name) => {
  const path = tapeFile(paths, name);
  const only = sessionOf(name);
  const expected = [{ kind: "tape", sessionId: only, message: expect.stringContaining(path) as unknown }];

  test("any byte that is changed is found, and the tape is named", () => {
    const good = readFileSync(path);
    // The last bytes stand behind the last whole block: what a crash left, or the index
    const places = fc.oneof(
      fc.nat({ max: good.length - 1 }),
      fc.nat({ max: 9 }).map((back) => good.length - 1 - back),
    );
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(good);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        writeFileSync(path, bytes);
        expect(verified(dataDir, only).findings).toMatchObject(expected);
      }),
      { numRuns: 30 },
    );
  });

  test("any number of bytes cut off its end are missed, and the place is named", () => {
    const good = readFileSync(path);
    const parts = partsOf(path);
    const lengths = fc.oneof(
      fc.nat({ max: good.length - 1 }),
      fc.constantFrom(...parts.filter((at) => at < good.length)),
    );
    fc.assert(
      fc.property(lengths, (length) => {
        writeFileSync(path, good.subarray(0, length));
        const { findings } = verified(dataDir, only);
        expect(findings[0]).toMatchObject(expected[0] ?? {});
        const begun = parts.findLast((at) => at <= length);
        if (begun !== undefined) expect(findings[0]?.message).toContain(`byte ${begun}`);
      }),
      { numRuns: 30 },
    );
  });

  test("any bytes put behind its end are found", () => {
    const good = readFileSync(path);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 80 }),
        fc.constantFrom("", "BLCK", "BIDX"),
        (added, magic) => {
          writeFileSync(path, Buffer.concat([good, Buffer.from(magic), added]));
          expect(verified(dataDir, only).findings[0]).toMatchObject(expected[0] ?? {});
        },
      ),
      { numRuns: 15 },
    );
  });
});

test.each([
  ["with a block more", [1, 2, 3, 4], "late", /goes on behind event 3/],
  ["of the same length with another fill on it", [1, 2, 3], "lata", /its last hash must be/],
])("a sound tape %s in the place of one that a crash left is found", (_what, seqs, tradeId, message) => {
  const path = tapeFile(paths, "crashed");
  const opened = openTape(path);
  if (!opened.ok) throw new Error(opened.message);
  const { header } = opened.tape;
  opened.tape.close();
  rmSync(path);
  const forged = TapeWriter.create(path, header);
  for (const seq of seqs) {
    const block = seq === 2 ? filledBlock(2, tradeId) : batch(seq, []).block;
    if (block !== null) forged.append(block);
  }
  forged.abandon();
  expect(verified(dataDir).findings).toMatchObject([
    { kind: "tape", sessionId: "crashed", message: expect.stringMatching(message) as unknown },
  ]);
});

test("a session whose chain notes no end of its tape is judged by the events that its journal knows, and says so", async () => {
  const copy = tampered(dataDir, (db) => {
    db.exec("DELETE FROM journal_chain");
    db.exec("INSERT INTO unchained_sessions SELECT session_id FROM sessions");
  });
  await start({ dataDir: copy }).close();
  const path = tapeFile(dataFolderPaths(copy), "crashed");
  const [, second = 0, third = 0] = partsOf(path);
  writeFileSync(path, readFileSync(path).subarray(0, third - 1));
  expect(verified(copy, "crashed")).toMatchObject({ findings: [], sessions: [{ tape: { isEndNoted: false } }] });
  writeFileSync(path, readFileSync(path).subarray(0, second - 1));
  expect(verified(copy, "crashed").findings).toMatchObject([
    { sessionId: "crashed", message: expect.stringContaining("must hold the 1 events") as unknown },
  ]);
});

test("the sound tape of another session in a tape's place is found by its hash and its manifest", () => {
  const path = tapeFile(dataFolderPaths(dataDir), "ended");
  const good = readFileSync(path);
  const other = openOther();
  writeFileSync(path, readFileSync(other));
  const messages = verified(dataDir, "ended").findings.map(({ message }) => message);
  writeFileSync(path, good);
  expect(messages).toHaveLength(2);
  expect(messages[0]).toContain("disagree about profileText");
  expect(messages[1]).toContain("last hash must be");
});

/** A tape of the same id, length and events, under another profile. */
function openOther(): string {
  const folder = temporaryFolder();
  const client = start({ dataDir: folder });
  client.begin(manifest({ sessionId: "ended", profileText: "MM_SPREAD_MULTIPLIER=3" }));
  for (const seq of [1, 2, 3]) client.append(batch(seq, [], { sessionId: "ended" }));
  void client.end(summary({ events: 3 }));
  void client.close();
  return tapeFile(dataFolderPaths(folder), "ended");
}
