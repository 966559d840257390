/** A report against the tape of its session: there, altered, and gone. */
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { SessionReport } from "../../../main/review/session-report.ts";
import { reviewSession } from "../../../main/session/review/review-session.ts";
import { ballast, tapeOf } from "../../cli/cli-process.ts";
import { tampered } from "../../db/tampering.ts";
import { recordedSpec, recordSession } from "../../support/recorded-session.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ballast-report-tape-"));
let sessionId = "";

beforeAll(async () => {
  sessionId = await recordSession({ ...recordedSpec, fillModel: "touch", dataDir });
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** A copy of the data folder to do harm to. */
function copy(): { readonly data: string; readonly tape: string } {
  const data = mkdtempSync(join(tmpdir(), "ballast-report-harm-"));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  cpSync(dataDir, data, { recursive: true });
  return { data, tape: tapeOf(data, sessionId) };
}

function reported(data: string, compareTape: boolean): SessionReport {
  const reviewed = reviewSession(data, sessionId, compareTape);
  if (!reviewed.ok) throw new Error(reviewed.message);
  return reviewed.value;
}

function exitOf(data: string, ...more: readonly string[]) {
  return ballast("report", "--data", data, "--session", sessionId, ...more);
}

test("a tape that is there is compared when that is asked for, and let be otherwise", async () => {
  const compared = reported(dataDir, true);
  expect(compared.fills.all.fills).toBeGreaterThan(0);
  expect(compared.markouts.tape).toBe("read");
  expect(compared.markouts.agreement).toMatchObject({ same: compared.fills.all.fills * 5, different: 0 });
  expect(reported(dataDir, false).markouts).toMatchObject({ tape: "not read", agreement: null });
  expect((await exitOf(dataDir, "--compare-tape")).code).toBe(0);
});

test("a tape that is not there is said and is an error only where it was asked for", async () => {
  const { data, tape } = copy();
  rmSync(tape);
  const asked = reported(data, true);
  expect(asked.markouts).toMatchObject({ source: "journal", tape: "missing", agreement: null });
  expect(asked.remarks).toEqual([
    "The session's tape is not in the data folder: its markouts could not be compared with the journal's.",
  ]);
  expect(reported(data, false).remarks).toEqual([]);
  const outcome = await exitOf(data, "--compare-tape");
  expect(outcome.code).toBe(1);
  expect(outcome.stdout).toContain("could not be compared");
  expect((await exitOf(data)).code).toBe(0);
});

test.each([
  ["its header", (bytes: Buffer) => (bytes[20] = (bytes[20] ?? 0) ^ 1)],
  ["its middle", (bytes: Buffer) => (bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1)],
  ["its last byte", (bytes: Buffer) => (bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1)],
])("a tape that was altered in %s is a damaged one", async (_where, harm) => {
  const { data, tape } = copy();
  const bytes = readFileSync(tape);
  harm(bytes);
  writeFileSync(tape, bytes);
  expect(reviewSession(data, sessionId, true)).toMatchObject({
    ok: false,
    code: "damaged",
    message: expect.stringContaining(tape),
  });
  // Who does not need it does not read it
  expect(reviewSession(data, sessionId, false).ok).toBe(true);
});

test("a damaged tape that was asked for ends the command with exit code 1", async () => {
  const { data, tape } = copy();
  truncateSync(tape, 10);
  const outcome = await exitOf(data, "--compare-tape");
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain(tape);
});

test("a crashed session takes what its journal lacks from its tape, and says what it lacks without one", () => {
  const data = tampered(dataDir, (db) => {
    db.exec("UPDATE sessions SET ended_how = 'crashed', effect_hash = NULL, result = NULL");
    db.exec("DELETE FROM markouts WHERE horizon_us >= 5000000");
  });
  const withTape = reported(data, false);
  const { fills } = withTape.fills.all;
  const counted = ({ markouts }: SessionReport) => markouts.rows[0]?.horizons.map(({ count }) => count);
  expect(withTape.markouts).toMatchObject({ source: "journal", tape: "read", agreement: { same: fills * 2 } });
  expect(counted(withTape)).toEqual(counted(reported(dataDir, false)));
  expect(withTape.remarks).toEqual(["The session crashed: the journal ends where it was last durable."]);
  rmSync(tapeOf(data, sessionId));
  const without = reported(data, false);
  expect(without.markouts.tape).toBe("missing");
  expect(counted(without)?.slice(2)).toEqual([0, 0, 0]);
  expect(without.remarks).toContain(
    "The session's tape is not in the data folder: markouts that its crash kept from the journal are missing.",
  );
});
