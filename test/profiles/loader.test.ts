import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  applyOverrides,
  listProfiles,
  loadProfile,
  toSnapshot,
  type LoadedProfile,
} from "../../main/profiles/loader.ts";

let dataDir = "";

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "ballast-profiles-"));
  mkdirSync(join(dataDir, "profiles"));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

function save(file: string, content: string | Uint8Array): string {
  const path = join(dataDir, "profiles", file);
  writeFileSync(path, content);
  return path;
}

function loaded(nameOrPath: string): LoadedProfile {
  const load = loadProfile(nameOrPath, { dataDir });
  if (!load.ok) throw new Error(load.message);
  return load.profile;
}

describe("loading a profile", () => {
  it("finds the shipped ones first, then the operator's own by name, then a path", () => {
    const path = save("mine.env", "MM_MIN_OFFSET_BPS=4\n");
    save("crypto.env", "MM_MIN_OFFSET_BPS=9\n");
    expect(loaded("crypto").settings.minOffsetBps).toBe(3);
    expect(loaded("mine")).toMatchObject({ name: "mine", isShipped: false, settings: { minOffsetBps: 4 } });
    expect(loaded(path)).toEqual(loaded("mine"));
  });

  it("keeps the text and hashes it", () => {
    // Byte order mark, foreign line ends and letters beyond ASCII are part of it.
    const text = "\uFEFFMM_MIN_OFFSET_BPS=4 # é\r\n";
    save("mine.env", text);
    expect(loaded("mine")).toMatchObject({ text, hash: createHash("sha256").update(text).digest("hex") });
  });

  it("names the file and the line of every problem, and says what is wrong with a line that is none", () => {
    const path = save("mine.env", "MM_MIN_OFFSET_BPS=-3\n\nhello\nMM_MIN_OFSET_BPS=4\n");
    expect(loadProfile("mine", { dataDir })).toMatchObject({
      ok: false,
      message: [
        `${path}: line 1: MM_MIN_OFFSET_BPS must be >= 0 bps per level, was "-3"`,
        `${path}: line 3: must be NAME=value, a comment or a blank line, was "hello"`,
      ].join("\n"),
      problems: [{ line: 1 }, { line: 3, variable: "" }],
      warnings: [{ line: 4 }],
    });
  });

  it.each([
    ["", "was empty"],
    ["\uFEFF", "was empty"],
    [" \r\n\n", "was empty"],
    ["# MM_MAX_POSITION_SIZE=0.02\n", "had comments only"],
  ])("refuses the file %j, which sets nothing", (text, what) => {
    const path = save("mine.env", text);
    expect(loadProfile("mine", { dataDir })).toMatchObject({
      ok: false,
      message: `${path}: must set a variable (NAME=value), ${what}`,
    });
  });

  it("never shows a key, not even from a line that is none", () => {
    save("mine.env", "MM_API_KEY=hunter2\nMM_API_KEY: hunter2\n");
    const load = loadProfile("mine", { dataDir });
    expect(load.ok).toBe(false);
    expect(JSON.stringify(load)).not.toContain("hunter2");
  });

  it("says where it looked for a profile that is not there", () => {
    expect(loadProfile("nope", { dataDir })).toMatchObject({
      ok: false,
      message: `no profile "nope": it is not shipped (legacy, crypto), nor in ${join(dataDir, "profiles")}, nor the path of a file`,
    });
    expect(loadProfile(dataDir, { dataDir: null }).ok).toBe(false);
  });

  it.each([
    ["what is no text", Uint8Array.of(0x4d, 0xff, 0xfe), "must be text in UTF-8"],
    ["what is too large", "#".repeat(300_000), "a profile must have at most 262144 bytes, was 300000"],
  ])("refuses %s", (_, content, reason) => {
    const path = save("mine.env", content);
    expect(loadProfile("mine", { dataDir })).toMatchObject({ ok: false, message: `${path}: ${reason}` });
  });
});

describe("the list of profiles", () => {
  it("has the shipped ones, the operator's own, and what is wrong with those that cannot be used", () => {
    save("mine.env", "MM_MARKET_PROFILE=crypto\n");
    const broken = save("broken.env", "MM_ENABLED=maybe\n");
    const shadowed = save("legacy.env", "");
    save("notes.txt", "");
    expect(listProfiles(dataDir)).toEqual([
      { name: "legacy", isShipped: true, path: null, marketProfile: "legacy", problem: null },
      { name: "crypto", isShipped: true, path: null, marketProfile: "crypto", problem: null },
      {
        name: "broken",
        isShipped: false,
        path: broken,
        marketProfile: "legacy",
        problem: `${broken}: line 1: MM_ENABLED must be true or false, was "maybe"`,
      },
      {
        name: "legacy.env",
        isShipped: false,
        path: shadowed,
        marketProfile: "legacy",
        problem: `${shadowed} has the name of a shipped profile: rename it`,
      },
      {
        name: "mine",
        isShipped: false,
        path: join(dataDir, "profiles", "mine.env"),
        marketProfile: "crypto",
        problem: null,
      },
    ]);
  });

  it("is the shipped ones where there is no folder", () => {
    expect(listProfiles(null)).toHaveLength(2);
    expect(listProfiles(join(dataDir, "missing"))).toHaveLength(2);
  });
});

const LIMITED = "MM_GROSS_EXPOSURE_LIMIT_USD=3000\nMM_LOSS_LIMIT_SESSION_USD=20\nMM_LOSS_LIMIT_DAY_USD=40\n";

describe("overrides", () => {
  it("are judged together with the profile: a limit that one takes away, a doubt that one ends", () => {
    save("mine.env", LIMITED);
    const warningsWith = (...overrides: readonly string[]) => {
      const load = applyOverrides(loaded("mine"), overrides);
      if (!load.ok) throw new Error(load.message);
      return load.profile.warnings.map(({ message }) => message);
    };
    expect(warningsWith()).toEqual([]);
    expect(warningsWith("MM_LOSS_LIMIT_DAY_USD=0")).toEqual([
      "MM_LOSS_LIMIT_DAY_USD (--set MM_LOSS_LIMIT_DAY_USD=0) = 0, which is NO LIMIT",
    ]);
    save("mine.env", LIMITED.replace("=40", "=0"));
    expect(warningsWith()).toEqual(["MM_LOSS_LIMIT_DAY_USD (line 3) = 0, which is NO LIMIT"]);
    expect(warningsWith("MM_LOSS_LIMIT_DAY_USD=9")).toEqual([]);
  });

  it("change settings, text and hash together, so that the text alone makes the same settings again", () => {
    const crypto = loaded("crypto");
    const changed = applyOverrides(crypto, ["MM_SPREAD_MULTIPLIER=2.50", " MM_MIN_REPRICE_INTERVAL_S = 1 "]);
    if (!changed.ok) throw new Error(changed.message);
    const { profile } = changed;
    expect(profile).toMatchObject({
      name: "crypto",
      isShipped: false,
      warnings: [{ bound: "= 0, which is NO LIMIT" }],
    });
    expect(profile.settings).toEqual({ ...crypto.settings, spreadMultiplier: 2.5, minRepriceIntervalS: 1 });
    expect(profile.hash).not.toBe(crypto.hash);
    save("again.env", profile.text);
    expect(loaded("again")).toMatchObject({ settings: profile.settings, hash: profile.hash });
  });

  it("leave the profile as it is when there are none, or when they change nothing", () => {
    const crypto = loaded("crypto");
    expect(applyOverrides(crypto, [])).toEqual({ ok: true, profile: crypto });
    expect(applyOverrides(crypto, ["MM_SPREAD_MULTIPLIER=1.5"])).toEqual({ ok: true, profile: crypto });
  });

  it.each([
    ["MM_MIN_OFFSET_BPS=-3", '--set MM_MIN_OFFSET_BPS=-3: MM_MIN_OFFSET_BPS must be >= 0 bps per level, was "-3"'],
    [
      "MM_MIN_OFSET_BPS=3",
      "--set MM_MIN_OFSET_BPS=3: MM_MIN_OFSET_BPS is not a setting; did you mean MM_MIN_OFFSET_BPS?",
    ],
    ["MM_MIN_OFFSET_BPS", '--set MM_MIN_OFFSET_BPS: must be NAME=value, was "MM_MIN_OFFSET_BPS"'],
    [
      "MM_MAX_OFFSET_BPS=1",
      '--set MM_MAX_OFFSET_BPS=1: MM_MIN_OFFSET_BPS must be <= MM_MAX_OFFSET_BPS = 1, was "3" already',
    ],
    [
      "MM_API_KEY=hunter2",
      "--set (hidden): MM_API_KEY is a secret and has no place in a profile: keep it in the vault, was (hidden)",
    ],
  ])("refuse %s and name it", (override, message) => {
    expect(applyOverrides(loaded("legacy"), [override])).toMatchObject({ ok: false, message });
  });

  it("warn of what leaves the safe range, in place of what the profile warned of before", () => {
    save("mine.env", `MM_SKEW_SHAPE_K=9\nMM_SKEW_MAX_BPS=5\n${LIMITED}`);
    const mine = loaded("mine");
    expect(mine.warnings.map(({ line }) => line)).toEqual([1, 2]);
    const changed = applyOverrides(mine, ["MM_SKEW_SHAPE_K=8"]);
    expect(changed.ok && changed.profile.warnings.map(({ message }) => message)).toEqual([
      'line 2: MM_SKEW_MAX_BPS should be 10 to 50 bps, was "5"',
      '--set MM_SKEW_SHAPE_K=8: MM_SKEW_SHAPE_K should be 1 to 4, was "8"',
    ]);
  });
});

it("gives the kernel a snapshot with a revision", () => {
  const legacy = loaded("legacy");
  expect(toSnapshot(legacy, 7)).toEqual({ name: "legacy", revision: 7, hash: legacy.hash, settings: legacy.settings });
});
