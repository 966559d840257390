import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { closeWritable, openWritable, type WritableDb } from "../../db/open.ts";
import { SHIPPED_PROFILES } from "../../main/profiles/shipped/shipped-profiles.ts";
import { CaptureLines, soundCapture } from "../session/import-fixture.ts";
import { ballast, cliFile, hashesOf, lastLine, tapeOf, temporaryFolder } from "./cli-process.ts";

// Each of these starts several processes
vi.setConfig({ testTimeout: 90_000 });

/** Imports a capture in a folder where another tape is already, which must stay as it is. */
async function importing(content: string | Uint8Array, ...more: readonly string[]) {
  const folder = temporaryFolder();
  const input = join(folder, "capture");
  const out = join(folder, "out.tape");
  writeFileSync(input, content);
  writeFileSync(join(folder, "other.tape"), "not to be touched");
  const before = hashesOf(folder);
  const args = ["--symbol", "BTCUSDT", ...more];
  const outcome = await ballast("import", "--format", "binance-usdm", "--out", out, "--json", ...args, input);
  expect(hashesOf(folder)).toMatchObject(before);
  return { ...outcome, input, out };
}

const depth = (bids: readonly (readonly [string, string])[]) => soundCapture().depth(21, 25, 20, bids).text;

describe("a capture", () => {
  test.each([
    ["a line of rubbish", soundCapture().line("rubbish").trade(2).text, "line 10"],
    ["a gap in pu", soundCapture().depth(40, 45, 39).text, "line 10"],
    ["a negative size", depth([["99.0", "-1"]]), '"-1"'],
    ["a price off the tick", depth([["99.05", "1"]]), '"99.05"'],
  ])("with %s is imported with a counted warning that names it", async (_what, content, named) => {
    const { code, stderr, stdout, input } = await importing(content);
    const result = lastLine({ code, stdout, stderr }) as { rejected: Record<string, number>; gaps: number };
    const counted = Object.values(result.rejected).reduce((sum, value) => sum + value, result.gaps);
    expect(counted, stdout).toBeGreaterThan(0);
    expect(stderr).toContain("warning: ");
    expect(stderr).toContain(input);
    expect(stderr).toContain(named);
  });

  test("that breaks off is a problem with exit code 1, unless that is allowed", async () => {
    const whole = gzipSync(soundCapture().text);
    const cut = whole.subarray(0, whole.length - 20);
    const { code, stderr, input } = await importing(cut);
    expect(code).toBe(1);
    expect(stderr).toContain(input);
    const allowed = await importing(cut, "--allow-truncated");
    expect(allowed.code, allowed.stderr).toBe(0);
    expect(allowed.stderr).toContain("warning: ");
  });

  test("of another symbol, a missing one, and a folder in its place are refused by name", async () => {
    const other = await importing(new CaptureLines("XYZUSDT").snapshot(11).text, "--symbol", "XYZUSDT");
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("XYZUSDT");
    expect(existsSync(other.out)).toBe(false);
    const folder = temporaryFolder();
    for (const input of [join(folder, "absent.gz"), folder]) {
      const outcome = await ballast(
        ...["import", "--format", "binance-usdm", "--symbol", "BTCUSDT", "--out", join(folder, "o.tape"), input],
      );
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toContain(input);
    }
  });
});

describe("a profile", () => {
  test.each([
    ["a value that is none", "MM_MIN_OFFSET_BPS=lots", ["MM_MIN_OFFSET_BPS", "line 1", '"lots"'], 2],
    ["a line that is no assignment", "MM_MIN_OFFSET_BPS", ["line 1"], 2],
    ["a name with a typo", "MM_MIN_OFSET_BPS=1", ["MM_MIN_OFSET_BPS", "MM_MIN_OFFSET_BPS", "line 1"], null],
  ])("with %s is named by file and line", async (_what, line, named, code) => {
    const file = join(temporaryFolder(), "mine.env");
    writeFileSync(file, `${line}\n${SHIPPED_PROFILES.get("legacy")}`);
    const outcome = await ballast("run", "--profile", file, "--for", "1s", "--speed", "max");
    if (code !== null) expect(outcome.code, outcome.stderr).toBe(code);
    for (const name of [file, ...named]) expect(outcome.stderr).toContain(name);
  });

  test("that is not there, and a folder in its place, are refused by name", async () => {
    for (const profile of ["lagacy", temporaryFolder()]) {
      const outcome = await ballast("run", "--profile", profile, "--for", "1s", "--speed", "max");
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toContain(profile);
    }
  });

  test.each([
    ["MM_MIN_OFSET_BPS=1", "MM_MIN_OFFSET_BPS"],
    ["MM_MIN_OFFSET_BPS=-1", '"-1"'],
    ["MM_MIN_OFFSET_BPS", "MM_MIN_OFFSET_BPS"],
  ])("laid over with --set %s is refused", async (assignment, named) => {
    const outcome = await ballast(
      ...["run", "--profile", "legacy", "--set", assignment, "--for", "1s", "--speed", "max", "--json"],
    );
    expect(outcome.code, outcome.stderr).toBe(2);
    expect(outcome.stderr).toContain(named);
    expect(outcome.stdout).toBe("");
  });
});

const RUN = ["run", "--profile", "legacy", "--scenario", "volatile", "--speed", "max", "--json"];

/** A data folder with one session in it. */
async function sessionIn(data: string, ...more: readonly string[]): Promise<string> {
  const outcome = await ballast(...RUN, "--for", "30s", "--data", data, ...more);
  expect(outcome.code, outcome.stderr).toBe(0);
  return String(lastLine(outcome)["sessionId"]);
}

/** The journal behind Ballast's back. */
function journalOf(data: string): WritableDb {
  const opened = openWritable(join(data, "journal.sqlite"));
  if (!opened.ok) throw new Error(opened.message);
  return opened.db;
}

const replay = (data: string, sessionId: string) =>
  ballast("replay", "--data", data, "--session", sessionId, "--verify", "--json");

describe("what is stored", () => {
  test("a tape with one byte changed fails and says where", async () => {
    const data = temporaryFolder();
    const sessionId = await sessionIn(data);
    const path = tapeOf(data, sessionId);
    const bytes = readFileSync(path);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const journal = hashesOf(data);
    const replayed = await replay(data, sessionId);
    expect(replayed.code).toBe(1);
    expect(lastLine(replayed)).toMatchObject({ ok: false, firstDifference: { kind: "tape-damaged" } });
    expect(lastLine(replayed)["firstDifference"]).toMatchObject({
      message: expect.stringMatching(/damaged in block \d+ at byte \d+/),
    });
    const backtest = await ballast("backtest", "--tape", path, "--profile", "legacy", "--json");
    expect(backtest.code).toBe(1);
    expect(backtest.stderr).toMatch(/damaged in block \d+ at byte \d+/);
    const doctor = await ballast("doctor", "--data", data, "--json");
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/block \d+/);
    expect(hashesOf(data)).toMatchObject({ [path]: journal[path] });
    expect(await sessionIn(data)).not.toBe(sessionId);
  });

  test("a row of the journal that was changed by hand is found by the replay", async () => {
    const data = temporaryFolder();
    const sessionId = await sessionIn(data, "--fill-model", "touch");
    const db = journalOf(data);
    const triggers = db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'fills'").all();
    for (const { name } of triggers as { name: string }[]) db.exec(`DROP TRIGGER "${name}"`);
    const { changes } = db
      .prepare("UPDATE fills SET size_lots = size_lots + 1 WHERE seq = (SELECT max(seq) FROM fills)")
      .run();
    closeWritable(db);
    expect(changes).toBe(1);
    const replayed = await replay(data, sessionId);
    expect(replayed.code).toBe(1);
    expect(lastLine(replayed)).toMatchObject({
      ok: false,
      firstDifference: { kind: "record", seq: expect.any(Number) },
    });
  });

  test("a journal from a newer version is refused and left as it is", async () => {
    const data = temporaryFolder();
    await sessionIn(data);
    const db = journalOf(data);
    db.pragma("user_version = 9990");
    closeWritable(db);
    const before = hashesOf(data);
    for (const args of [[...RUN, "--for", "1s"], ["sessions"], ["doctor"]]) {
      const outcome = await ballast(...args, "--data", data);
      expect(outcome.code, args.join(" ")).not.toBe(0);
      expect(outcome.stdout + outcome.stderr).toContain("9990");
      expect(outcome.stdout + outcome.stderr).toContain("journal.sqlite");
    }
    expect(hashesOf(data)).toMatchObject(before);
  });

  test("a second Ballast on a folder is refused, and the first goes on", async () => {
    const data = temporaryFolder();
    const first = spawn(process.execPath, [cliFile, "run", "--profile", "legacy", "--json", "--data", data]);
    onTestFinished(() => {
      first.kill("SIGKILL");
    });
    await once(first.stderr, "data");
    const second = await ballast(...RUN, "--for", "1s", "--data", data);
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(data);
    expect(second.stderr).toContain(String(first.pid));
    first.kill("SIGTERM");
    expect(await once(first, "close")).toEqual([0, null]);
  });

  test("an unknown session and a missing tape are refused by name", async () => {
    const data = temporaryFolder();
    const sessionId = await sessionIn(data);
    expect(await replay(data, "never-was")).toMatchObject({ code: 2, stderr: expect.stringContaining("never-was") });
    rmSync(tapeOf(data, sessionId));
    const replayed = await replay(data, sessionId);
    expect(replayed.code).toBe(1);
    expect(replayed.stdout).toContain(`${sessionId}.tape`);
    const backtest = await ballast("backtest", "--tape", tapeOf(data, sessionId), "--profile", "legacy");
    expect(backtest).toMatchObject({ code: 2, stderr: expect.stringContaining(`${sessionId}.tape`) });
  });

  test("what is no tape is refused: a folder, a text, an empty file", async () => {
    const folder = temporaryFolder();
    const paths = ["folder", "text", "empty"].map((name) => join(folder, name));
    const [asFolder = "", text = "", empty = ""] = paths;
    mkdirSync(asFolder);
    writeFileSync(text, "no tape at all, but long enough to look for a header in it");
    writeFileSync(empty, "");
    for (const path of paths) {
      const outcome = await ballast("backtest", "--tape", path, "--profile", "legacy", "--json");
      expect(outcome, path).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(path) });
    }
  });
});

describe("a data folder", () => {
  test("that is a file, or that cannot be made, is refused", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "kept");
    const places = existsSync("/proc/self") ? [file, "/proc/nope"] : [file];
    for (const data of places) {
      const outcome = await ballast(...RUN, "--for", "1s", "--data", data);
      expect(outcome).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining(data) });
    }
    expect(readFileSync(file, "utf8")).toBe("kept");
  });

  test.skipIf(process.platform === "win32")(
    "with no room left ends the session with exit code 3, and what it holds is whole",
    async () => {
      const data = temporaryFolder();
      const sessionId = await sessionIn(data);
      const kept = hashesOf(join(data, "tapes"));
      // A limit on the length of a file stands for a full disk where nothing may be mounted; 512-byte blocks
      const command = `ulimit -f 1200; exec "$0" "$@"`;
      const args = [process.execPath, cliFile, ...RUN, "--for", "900s", "--data", data];
      const run = spawnSync("sh", ["-c", command, ...args], {
        encoding: "utf8",
        timeout: 60_000,
        killSignal: "SIGKILL",
      });
      expect(run.status, run.stderr).toBe(3);
      expect(run.stderr).toContain(data);
      expect(hashesOf(join(data, "tapes"))).toMatchObject(kept);
      expect((await replay(data, sessionId)).code).toBe(0);
      const doctor = await ballast("doctor", "--data", data);
      expect(doctor.code, doctor.stdout).toBe(0);
      expect(doctor.stdout).toContain("crashed; it is marked so now");
    },
  );

  test("on a full or read-only disk is named, and its sessions stay whole (needs the right to mount)", async ({
    skip,
  }) => {
    const small = temporaryMount();
    if (small === null) return skip("this process may not mount a file system");
    const data = join(small, "data");
    const full = await ballast(...RUN, "--for", "900s", "--data", data);
    expect(full.code, full.stderr).toBe(3);
    expect(full.stderr).toContain("No space left");
    expect(full.stderr).toContain(data);
    spawnSync("mount", ["-o", "remount,size=16m", small]);
    const sessionId = await sessionIn(data);
    spawnSync("mount", ["-o", "remount,ro", small]);
    const before = hashesOf(data);
    const readOnly = await ballast(...RUN, "--for", "1s", "--data", data);
    expect(readOnly.code, readOnly.stderr).toBe(3);
    expect(readOnly.stderr).toContain(data);
    expect(hashesOf(data)).toEqual(before);
    expect(sessionId).toBeTruthy();
  });
});

/** A file system of one megabyte, gone with the test; null where this process may not mount one. */
function temporaryMount(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const folder = join(process.env["TMPDIR"] ?? "/tmp", `ballast-small-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
  onTestFinished(() => {
    if (mounted.status === 0) spawnSync("umount", [folder]);
    rmSync(folder, { recursive: true });
  });
  return mounted.status === 0 ? folder : null;
}

test.skipIf(!existsSync("/dev/full"))("standard output that takes nothing is no success (needs /dev/full)", () => {
  const run = spawnSync("sh", ["-c", `"$0" "$@" > /dev/full`, process.execPath, cliFile, ...RUN, "--for", "1s"], {
    encoding: "utf8",
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  expect(run.status).not.toBe(0);
});
