import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceFile } from "../../main/profiles/profile-file.ts";
import { checkProfile, diffProfiles, explainSetting, setInProfile } from "../../main/profiles/profile-report.ts";

let dataDir = "";
let path = "";

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "ballast-report-"));
  mkdirSync(join(dataDir, "profiles"));
  path = join(dataDir, "profiles", "mine.env");
  writeFileSync(path, "# mine\nMM_SKEW_SHAPE_K = 9 # steep\n");
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

describe("profile check", () => {
  it("passes a profile that holds, with its warnings", () => {
    const report = checkProfile("mine", { dataDir });
    expect(report).toMatchObject({ ok: true, result: { name: "mine", problems: [], warnings: [{ line: 2 }, {}] } });
    expect(report.text.split("\n")).toEqual([
      "mine: holds, market profile legacy, 2 warnings",
      '  line 2: MM_SKEW_SHAPE_K should be 1 to 4, was "9"',
      expect.stringMatching(/^ {2}MM_GROSS_EXPOSURE_LIMIT_USD \(by default\), .* = 0, which is NO LIMIT$/),
    ]);
  });

  it("fails a profile that is refused, and still tells of a name that may be meant otherwise", () => {
    writeFileSync(path, "MM_MIN_OFFSET_BPS=x\nMM_MAX_OFSET_BPS=5\n");
    const report = checkProfile("mine", { dataDir });
    expect(report).toMatchObject({
      ok: false,
      result: { hash: null, problems: [{ line: 1 }], warnings: [{ line: 2 }] },
    });
    expect(report.text).toContain("did you mean MM_MAX_OFFSET_BPS?");
  });
});

describe("profile explain", () => {
  it("tells all that the schema and the shipped profiles say", () => {
    expect(explainSetting("min_offset_bps")).toMatchObject({
      ok: true,
      result: {
        variable: "MM_MIN_OFFSET_BPS",
        unit: "bps per level",
        defaults: { legacy: "3", crypto: "3" },
        shipped: { legacy: "3", crypto: "3" },
        bounds: ">= 0",
        takesEffect: "live",
        rules: ["MM_MIN_OFFSET_BPS <= MM_MAX_OFFSET_BPS"],
      },
    });
    expect(explainSetting("MM_OFFSET_MODE").text).toContain("legacy dynamic, crypto dynamic");
    expect(explainSetting("MM_TREND_ENABLED").result?.shipped).toEqual({ legacy: null, crypto: "true" });
    expect(explainSetting("MM_SKEW_MAX_BPS").text).toMatch(/Safe range +10 to 50/);
  });

  it("guesses what an unknown name means, and keeps quiet about secrets", () => {
    expect(explainSetting("MM_SKEW_MAX")).toMatchObject({ ok: false, result: null });
    expect(explainSetting("MM_SKEW_MAX_BP").text).toBe(
      "MM_SKEW_MAX_BP is not a setting; did you mean MM_SKEW_MAX_BPS?",
    );
    expect(explainSetting("MM_API_KEY").text).toBe("MM_API_KEY is a secret: it lives in the vault, never in a profile");
  });
});

describe("profile diff", () => {
  it("lists the settings that differ", () => {
    const report = diffProfiles("legacy", "crypto", { dataDir });
    expect(report.text).toBe(
      "legacy -> crypto: 1 difference\n  MM_MARKET_PROFILE: legacy -> crypto (at the next event)",
    );
    expect(report.result?.changes).toHaveLength(1);
  });

  it("fails when one of them is refused", () => {
    expect(diffProfiles("legacy", "nope", { dataDir })).toMatchObject({ ok: false, result: null });
  });
});

describe("profile set", () => {
  it("changes the one value in the file and tells what changed", () => {
    chmodSync(path, 0o640);
    const report = setInProfile("mine", "MM_SKEW_SHAPE_K=3", { dataDir });
    expect(report).toMatchObject({ ok: true, result: { path, warnings: [{ isOfTheWhole: true }] } });
    expect(report.text.split("\n")).toEqual([
      `${path}: saved`,
      "  MM_SKEW_SHAPE_K: 9 -> 3 (at the next event)",
      expect.stringMatching(/NO LIMIT$/),
    ]);
    expect(readFileSync(path, "utf8")).toBe("# mine\nMM_SKEW_SHAPE_K = 3 # steep\n");
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(dataDir, "profiles"))).toEqual(["mine.env"]);
  });

  it("can mend the line that a profile is refused for", () => {
    writeFileSync(path, "MM_SKEW_SHAPE_K=x\n");
    expect(setInProfile("mine", "MM_SKEW_SHAPE_K=3", { dataDir }).ok).toBe(true);
    expect(checkProfile("mine", { dataDir }).ok).toBe(true);
  });

  it.each([
    ["MM_SKEW_SHAPE_K=-1", /line 2: MM_SKEW_SHAPE_K must be >= 0, was "-1"/],
    ["MM_MIN_OFFSET_BPS=500", /MM_MIN_OFFSET_BPS must be <= MM_MAX_OFFSET_BPS = 100/],
    ["MM_SKEW=1", /MM_SKEW is not a setting that a profile may hold/],
    ["MM_API_KEY=hunter2", /MM_API_KEY is not a setting that a profile may hold/],
    ["MM_MARKET_NAME=a\nMM_ENABLED=false", /must be one line/],
    ["nonsense", /must be NAME=value, was "nonsense"/],
  ])("refuses %j and leaves the file as it was", (assignment, message) => {
    const before = readFileSync(path, "utf8");
    const report = setInProfile("mine", assignment, { dataDir });
    expect(report.ok).toBe(false);
    expect(report.text).toMatch(message);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  it("does not touch what ships", () => {
    expect(setInProfile("crypto", "MM_SKEW_SHAPE_K=3", { dataDir })).toMatchObject({
      ok: false,
      text: "crypto is shipped and read-only: save a copy under a name of your own first",
    });
  });

  it("leaves nothing behind when the file cannot be replaced", () => {
    mkdirSync(join(dataDir, "folder.env"));
    writeFileSync(join(dataDir, "folder.env", "inside"), "");
    expect(() => {
      replaceFile(join(dataDir, "folder.env"), "MM_ENABLED=1\n");
    }).toThrow(/EISDIR|ENOTEMPTY|EPERM|EEXIST/);
    expect(readdirSync(dataDir).toSorted()).toEqual(["folder.env", "profiles"]);
  });
});
