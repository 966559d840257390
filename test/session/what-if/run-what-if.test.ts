import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { dataFolderPaths, tapeFile } from "../../../db/data-folder.ts";
import type { JournalEntry } from "../../../db/journal-protocol.ts";
import type { SessionReport } from "../../../main/review/session-report.ts";
import { startJournal } from "../../../main/session/journal-host.ts";
import { prepareSession } from "../../../main/session/session-factory.ts";
import { discardingSink } from "../../../main/session/session-recorder.ts";
import { SessionRunner } from "../../../main/session/session-runner.ts";
import type { SessionSpec } from "../../../main/session/session-spec.ts";
import { runWhatIf, type WhatIfWatch } from "../../../main/session/what-if/run-what-if.ts";
import type { WhatIfRequest } from "../../../main/session/what-if/what-if-request.ts";
import { whatIfReport } from "../../../preload/what-if-views.ts";
import { reportOf as makeReport, storedSession } from "../../review/review-builders.ts";
import { recordedSpec, recordSession } from "../../support/recorded-session.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ballast-what-if-"));
let sessionId = "";

// A market in which both profiles quote, so that a pause shows
const base: SessionSpec = {
  ...recordedSpec,
  source: { kind: "generated", market: "btc", seed: 11, scenario: "calm" },
  dataDir,
};

function request(parts: Partial<WhatIfRequest> = {}): WhatIfRequest {
  return {
    tape: tapeFile(dataFolderPaths(dataDir), sessionId),
    sourceName: sessionId,
    dataDir,
    baseline: null,
    alternative: "crypto",
    overrides: [],
    fillModels: ["queue-log"],
    latenciesUs: [5_000],
    fees: null,
    keepCommands: false,
    ...parts,
  };
}

const quiet: WhatIfWatch = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  breathe: () => Promise.resolve(),
};

async function reportOf(parts: Partial<WhatIfRequest> = {}) {
  const outcome = await runWhatIf(request(parts), quiet);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.report;
}

/** A plain backtest of the session's market: its effect hash, and its report. */
async function backtest(spec: Partial<SessionSpec>): Promise<{ hash: string; report: SessionReport }> {
  const source = { kind: "tape", path: request().tape } as const;
  const outcome = prepareSession(
    { ...base, mode: "backtest", durationUs: null, dataDir: null, source, ...spec },
    discardingSink,
  );
  if (!outcome.ok) throw new Error(outcome.message);
  const { manifest, session, recorder, startUs, profile } = outcome.prepared;
  const { sessionId: id } = manifest;
  const entries: JournalEntry[] = [];
  session.observe(({ seq }, effects) => {
    for (const [index, record] of effects.entries()) {
      if (record.type !== "record-fill" && record.type !== "record-sample") continue;
      entries.push({ seq, index, record, count: 1, lastAtUs: record.atUs });
    }
  });
  const runner = new SessionRunner({
    sessionId: id,
    session,
    recorder,
    journal: null,
    startUs,
    endUs: null,
    speed: null,
  });
  const done = await runner.run();
  if (!done.ok) throw new Error(done.message);
  const stored = storedSession({ manifest, resultJson: JSON.stringify(done.result) });
  return { hash: done.result.effectHash, report: makeReport(entries, { stored, settings: profile.settings }) };
}

beforeAll(async () => {
  const by = "operator";
  sessionId = await recordSession(base, [
    { atS: 10, command: () => ({ type: "operator-commanded", commandId: "operator-1", command: "pause", by }) },
    { atS: 15, command: () => ({ type: "operator-commanded", commandId: "operator-2", command: "resume", by }) },
    {
      atS: 20,
      command: ({ hash, settings }) => {
        const profile = { name: "legacy", revision: 2, hash, settings: { ...settings, orderSizeMultiplier: 1 } };
        return { type: "profile-changed", commandId: "operator-3", by, profile };
      },
    },
  ]);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe("a what-if run", () => {
  test("makes of each side, to the bit, what a backtest makes of it", async () => {
    const { cells, baseline, alternative } = await reportOf({ baseline: "legacy" });
    expect([baseline.name, alternative.name]).toEqual(["legacy", "crypto"]);
    const { hash, report } = await backtest({ profile: "legacy" });
    expect(cells[0]?.baseline.effectHash).toBe(hash);
    expect(cells[0]?.baseline.maxDrawdown).toBe(report.result.drawdown.worst);
    const other = await reportOf({ baseline: "legacy", alternative: null, overrides: ["MM_MIN_OFFSET_BPS=0.2"] });
    const alone = await backtest({ profile: "legacy", overrides: ["MM_MIN_OFFSET_BPS=0.2"] });
    expect(other.cells[0]?.alternative.effectHash).toBe(alone.hash);
    expect(other.cells[0]?.alternative.maxDrawdown).toBe(alone.report.result.drawdown.worst);
    expect(other.settings.map(({ variable }) => variable)).toContain("MM_MIN_OFFSET_BPS");
  });

  test("holds together: what it answers obeys its contract, and the parts of every difference add up", async () => {
    const report = await reportOf({ fillModels: ["touch", "through"], latenciesUs: [1_000, 20_000] });
    expect(whatIfReport.safeParse(report).error).toBeUndefined();
    expect(report.cells.map((cell) => [cell.alternativeFillModel, cell.latencyMs])).toEqual([
      ["touch", 1],
      ["touch", 20],
      ["through", 1],
      ["through", 20],
    ]);
    const atto = (text: string): bigint => {
      const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
      const size = BigInt(whole + fraction.padEnd(18, "0"));
      return text.startsWith("-") ? -size : size;
    };
    for (const { difference, baseline, alternative } of report.cells) {
      const { spreadCapture, inventory, fees, funding, net } = difference;
      expect(atto(spreadCapture) + atto(inventory) + atto(fees) + atto(funding)).toBe(atto(net));
      expect(atto(alternative.net) - atto(baseline.net)).toBe(atto(net));
    }
    const { matched, baselineOnly, alternativeOnly } = report.fills;
    const shown = report.cells[report.shown]!;
    expect(matched.fills + baselineOnly.fills).toBe(shown.baseline.fillsMaker + shown.baseline.fillsTaker);
    expect(matched.fills + alternativeOnly.fills).toBe(shown.alternative.fillsMaker + shown.alternative.fillsTaker);
    expect(report.path.length).toBeGreaterThan(20);
    expect(report.disagreements.length).toBeGreaterThan(0);
    expect(report.disagreements[0]?.example?.baseline?.code).toBeTypeOf("string");
  });

  test("agrees wholly with itself where only the fill model could differ and does not", async () => {
    const report = await reportOf({ alternative: null, fillModels: ["queue-log"] });
    expect(report).toMatchObject({ agreement: 1, disagreements: [], settings: [] });
    expect(report.certainty).toMatchObject({ verdict: "unsure", cells: 1, equal: 1, least: "0", most: "0" });
    expect(report.fills).toMatchObject({ baselineOnly: { fills: 0 }, alternativeOnly: { fills: 0 } });
    expect(report.cells[0]?.baseline.effectHash).toBe(report.cells[0]?.alternative.effectHash);
  });

  test("repeats the operator's commands only when asked, and profile changes in the baseline alone", async () => {
    const plain = await reportOf({ alternative: null, fillModels: ["queue-log"] });
    expect(plain.notes.join(" ")).toContain("Not replayed: 2 operator commands and 1 profile change");
    const kept = await reportOf({ alternative: null, fillModels: ["queue-log"], keepCommands: true });
    expect(kept.notes.join(" ")).toContain("Replayed at their times: 2 operator commands and 1 profile change");
    expect(kept.cells[0]!.alternative.uptime).toBeLessThan(plain.cells[0]!.alternative.uptime);
    // Up to the change of profile both runs are the same; after it the baseline alone has smaller orders
    expect(kept.cells[0]!.baseline.effectHash).not.toBe(kept.cells[0]!.alternative.effectHash);
    expect(kept.disagreements.some(({ alternative }) => alternative === "quotes another size")).toBe(true);
  });

  test("names the latch that kept both runs from quoting, and repeats its clearing only when asked", async () => {
    const own = mkdtempSync(join(tmpdir(), "ballast-what-if-latched-"));
    onTestFinished(() => rmSync(own, { recursive: true, force: true }));
    const spec: SessionSpec = { ...base, durationUs: 20_000_000, dataDir: own };
    const journal = startJournal(own);
    const latch = { latch: "repeated-execution", reason: "9 fills", sessionId: "earlier", setAtUs: 1 };
    expect(await journal.client.setLatch(latch)).toBeNull();
    await journal.close();
    const latched = await recordSession(spec, [
      {
        atS: 10,
        command: () => ({
          type: "latch-cleared",
          commandId: "operator-1",
          latch: "repeated-execution",
          by: "operator",
          reason: "looked at it",
        }),
      },
    ]);
    const of = { tape: tapeFile(dataFolderPaths(own), latched), sourceName: latched, dataDir: own };
    const table = { fillModels: ["queue-log", "touch"], latenciesUs: [1_000, 5_000] };
    const silent = await reportOf({ ...of, ...table, keepCommands: false });
    expect(silent.cells.map(({ baseline, alternative }) => baseline.placements + alternative.placements)).toEqual([
      0, 0, 0, 0,
    ]);
    expect(silent.certainty).toMatchObject({ verdict: "unsure", words: expect.stringContaining("Neither run placed") });
    const notes = silent.notes.join(" ");
    expect(notes).toContain(
      "An earlier session left the latch repeated-execution set: no run quotes before a person clears it. It was cleared once in the session; here it never is",
    );
    expect(notes).toMatch(
      /Neither run placed an order: skip_halted \(repeated-execution[^)]*\) \d+\.\d % of slot time/,
    );

    const kept = await reportOf({ ...of, keepCommands: true });
    expect(kept.cells[0]!.baseline.placements).toBeGreaterThan(0);
    expect(kept.notes.join(" ")).toContain("It was cleared once in the session, and is at that time here");
    expect(kept.notes.join(" ")).not.toContain("Neither run placed an order");
  });

  test("tells how far it is, never backwards, and stops when it is told to", async () => {
    const controller = new AbortController();
    const shares: number[] = [];
    const outcome = await runWhatIf(request({ fillModels: ["touch", "through"] }), {
      signal: controller.signal,
      onProgress: (share) => {
        shares.push(share);
        if (share > 0.6) controller.abort();
      },
      breathe: () => Promise.resolve(),
    });
    expect(outcome).toMatchObject({ ok: false, code: "cancelled" });
    expect(shares.length).toBeGreaterThan(5);
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
  });

  test.each([
    ["no tape", { tape: "/nowhere/at.tape" }, "unreadable-tape", "/nowhere/at.tape"],
    ["an unknown profile", { alternative: "cyrpto" }, "unknown-profile", '"cyrpto"'],
    ["a setting that is none", { overrides: ["MM_LEVELZ=2"] }, "invalid-profile", "MM_LEVELZ"],
    ["a credential", { overrides: ["MM_API_SECRET=hush"] }, "invalid-profile", "hidden"],
    ["a fill model that is none", { fillModels: ["luck"] }, "invalid-choice", '"luck"'],
    ["nothing that differs", { alternative: null, fillModels: [] }, "nothing-differs", "both runs would be the same"],
  ])("refuses %s", async (_what, parts, code, named) => {
    const outcome = await runWhatIf(request(parts), quiet);
    expect(outcome).toMatchObject({ ok: false, code });
    expect(outcome.ok ? "" : outcome.message).toContain(named);
  });
});
