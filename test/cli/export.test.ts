import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { ballast, lastLine, temporaryFolder } from "./cli-process.ts";

// Each of these starts several processes
vi.setConfig({ testTimeout: 90_000 });

async function recorded(data: string): Promise<{ sessionId: string; effectHash: string }> {
  const args = ["--profile", "crypto", "--scenario", "volatile", "--for", "15s", "--speed", "max", "--json"];
  return lastLine(await ballast("run", ...args, "--data", data)) as { sessionId: string; effectHash: string };
}

describe("export and import-session", () => {
  test("carry a session to another machine's folder, where it verifies and replays to the bit", async () => {
    const folder = temporaryFolder();
    const [data, other, file] = [join(folder, "data"), join(folder, "other"), join(folder, "session.bundle")];
    const { sessionId, effectHash } = await recorded(data);
    const made = await ballast(
      "export",
      "--data",
      data,
      "--session",
      sessionId,
      "--format",
      "bundle",
      "--out",
      file,
      "--json",
    );
    expect(made.code, made.stderr).toBe(0);
    const taken = await ballast("import-session", "--data", other, file, "--json");
    expect(taken.code, taken.stderr).toBe(0);
    expect(lastLine(taken)).toMatchObject({ sessionId, rows: lastLine(made)["rows"] });

    const outcomes = await Promise.all([
      ballast("replay", "--data", other, "--session", sessionId, "--verify", "--json"),
      ballast("verify", "--data", other, "--json"),
      ballast("import-session", "--data", other, file),
      ballast("sessions", "--data", other),
    ]);
    const [replayed, verified, again, listed] = outcomes;
    expect(lastLine(replayed)).toMatchObject({ ok: true, effectHash, recordedHash: effectHash });
    expect(lastLine(verified)).toMatchObject({ ok: true, findingCount: 0 });
    const lost = await ballast(
      ...[
        "export",
        "--data",
        other,
        "--session",
        "20200101-000000-0000",
        "--format",
        "csv",
        "--out",
        join(folder, "no"),
      ],
    );
    expect([lost.code, lost.stderr]).toEqual([2, expect.stringContaining("there is no session 20200101-000000-0000")]);
    expect(listed.stdout).toMatch(new RegExp(`^${sessionId}.*imported$`, "m"));
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("is there already");
  });

  test("write a file a table in every format", async () => {
    const folder = temporaryFolder();
    const data = join(folder, "data");
    const { sessionId } = await recorded(data);
    for (const format of ["csv", "jsonl", "parquet"]) {
      const out = join(folder, format);
      const args = ["--data", data, "--session", sessionId, "--format", format, "--out", out, "--json"];
      const done = await ballast("export", ...args);
      expect(done.code, done.stderr).toBe(0);
      const { files } = lastLine(done) as { files: { file: string; rows: number }[] };
      expect(readdirSync(out).toSorted()).toEqual(
        [...files.map(({ file }) => file.slice(out.length + 1)), "session.json"].toSorted(),
      );
      expect(files.find(({ file }) => file.endsWith(`fills.${format}`))?.rows).toBeGreaterThan(0);
    }
    const orders = readFileSync(join(folder, "csv", "orders.csv"), "utf8");
    expect(orders.split("\r\n")[0]).toContain("price_ticks,price,size_lots,size");
  });

  test.each([
    ["a format that is none", ["export", "--session", "x", "--format", "xlsx", "--out", "x"], "xlsx"],
    ["a bundle that is none", ["import-session", join(import.meta.dirname, "export.test.ts")], "not a whole bundle"],
  ])("refuse %s with exit code 2, and make no folder", async (_what, args, named) => {
    const data = join(temporaryFolder(), "data");
    const { code, stderr } = await ballast(...args, "--data", data);
    expect([code, stderr]).toEqual([2, expect.stringContaining(named)]);
    expect(existsSync(data)).toBe(false);
  });
});
