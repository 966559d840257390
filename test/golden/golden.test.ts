import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { verifyTape } from "../../db/tape-reader.ts";
import { goldenTape, readGolden, readOutcomes, replayGolden } from "./golden-replay.ts";
import { GOLDEN_SCRIPTS, writeGoldenTape } from "./golden-session.ts";

const HOW_TO_RENEW = "where the kernel was meant to change, see test/golden/make-golden.ts";
const outcomes = readOutcomes();

describe.each(GOLDEN_SCRIPTS)("the golden tape $name", ({ name }) => {
  test("comes to the recorded effect hash, twice in one process", () => {
    const first = replayGolden(name);
    expect(first, HOW_TO_RENEW).toEqual(outcomes[name]);
    expect(replayGolden(name)).toEqual(first);
  });

  test("comes to the same in another process", () => {
    const module = new URL("golden-replay.ts", import.meta.url).href;
    const program = `import { replayGolden } from "${module}"; console.log(replayGolden("${name}").effectHash);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout.trim(), HOW_TO_RENEW).toBe(outcomes[name]?.effectHash);
  });

  test("is whole, small, and full of what matters", () => {
    expect(verifyTape(goldenTape(name))).toMatchObject({ ok: true, isComplete: true });
    expect(statSync(goldenTape(name)).size).toBeLessThan(200_000);
    const { eventTypes, placements, cancels, fills } = outcomes[name] ?? {};
    expect({ placements, cancels, fills }).toEqual({
      placements: expect.toSatisfy((count: number) => count > 50),
      cancels: expect.toSatisfy((count: number) => count > 50),
      fills: expect.toSatisfy((count: number) => count > 5),
    });
    expect(eventTypes).toMatchObject({ "timer-fired": expect.any(Number), "operator-commanded": expect.any(Number) });
  });
});

/** Events and decisions that a golden tape must have, so that it guards what its name says. */
const CONTENTS: Readonly<Record<string, readonly string[]>> = {
  calm: ["hold_within_tolerance", "replace_target_shift"],
  trend: ["skip_toxicity", "skip_operator", "cancel-rejected"],
  volatile: ["skip_toxicity", "liquidation-printed", "open-interest-reported"],
  gaps: ["feed-disconnected", "skip_no_book", "order-unresolved", "order-reconciled", "skip_operator"],
  "flip-and-kill": ["profile-changed", "skip_toxicity", "skip_operator", "operator-commanded"],
};

test.each(GOLDEN_SCRIPTS)("the golden tape $name holds what it is there for", ({ name }) => {
  const { eventTypes, decisions } = outcomes[name] ?? {};
  const counts = new Map(Object.entries({ ...eventTypes, ...decisions }));
  const missing = (CONTENTS[name] ?? ["an entry of this table"]).filter((kind) => !counts.has(kind));
  expect(missing).toEqual([]);
});

test("the golden tapes flip the profile and kill, one of them carries a day's result, and all are small together", () => {
  expect(outcomes["flip-and-kill"]?.eventTypes).toMatchObject({ "profile-changed": 2, "operator-commanded": 5 });
  expect(readGolden("flip-and-kill").events).toContainEqual(expect.objectContaining({ command: "kill" }));
  expect(readGolden("calm").config.carried?.day).not.toBe(null);
  const bytes = GOLDEN_SCRIPTS.reduce((sum, { name }) => sum + statSync(goldenTape(name)).size, 0);
  expect(bytes).toBeLessThan(1_000_000);
});

test("a golden session that is made twice is the same to the byte", () => {
  const folder = mkdtempSync(join(tmpdir(), "ballast-golden-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [script] = GOLDEN_SCRIPTS;
  if (script === undefined) throw new Error("there must be a golden session");
  const paths = ["one.tape", "two.tape"].map((file) => join(folder, file));
  for (const path of paths) writeGoldenTape(script, path);
  const [one, two] = paths.map((path) => readFileSync(path));
  expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
});
