import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { verifyTape } from "../../db/tape-reader.ts";
import { goldenTape, readOutcomes, replayGolden } from "./golden-replay.ts";
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
    expect(statSync(goldenTape(name)).size).toBeLessThan(300_000);
    const { eventTypes, placements, cancels, fills } = outcomes[name] ?? {};
    expect({ placements, cancels, fills }).toEqual({
      placements: expect.toSatisfy((count: number) => count > 50),
      cancels: expect.toSatisfy((count: number) => count > 50),
      fills: expect.toSatisfy((count: number) => count > 5),
    });
    expect(eventTypes).toMatchObject({ "timer-fired": expect.any(Number), "operator-commanded": expect.any(Number) });
  });
});

test("the operator's tape holds both flips and all that a person commands; the other one loses its book", () => {
  expect(outcomes["operator"]?.eventTypes).toMatchObject({ "profile-changed": 2, "operator-commanded": 5 });
  expect(outcomes["operator"]?.decisions).toMatchObject({ skip_toxicity: expect.any(Number) });
  expect(outcomes["gaps"]?.eventTypes["book-snapshot-received"]).toBeGreaterThan(1);
  expect(outcomes["gaps"]?.decisions["skip_no_book"]).toBeGreaterThan(0);
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
