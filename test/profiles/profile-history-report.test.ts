import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fileKey } from "../../main/profiles/file-key.ts";
import { readProfileText } from "../../main/profiles/loader.ts";
import { profileHistory, restoreProfile } from "../../main/profiles/profile-history-report.ts";
import { ProfileHistory } from "../../main/profiles/profile-history.ts";

const textOf = (bps: number): string => `MM_MIN_OFFSET_BPS=${bps}\n`;

/** A data folder with `mine.env`, another folder with another `mine.env`, and a history to write into. */
function folders() {
  const root = mkdtempSync(join(tmpdir(), "ballast-history-report-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const dataDir = join(root, "data");
  const own = join(dataDir, "profiles", "mine.env");
  const foreign = join(root, "elsewhere", "mine.env");
  mkdirSync(join(dataDir, "profiles"), { recursive: true });
  mkdirSync(join(root, "elsewhere"));
  writeFileSync(own, textOf(1));
  writeFileSync(foreign, textOf(9));
  const keep = (path: string, bps: number): string => {
    const load = readProfileText("mine", textOf(bps), { source: path, isShipped: false });
    if (!load.ok) throw new Error(load.message);
    new ProfileHistory(dataDir).record({ ...load.profile, path }, bps * 1_000_000, "operator");
    return load.profile.hash;
  };
  /** As an earlier version wrote the history: without files. */
  const forgetFiles = (): void => {
    const index = join(dataDir, "profile-history", "index.jsonl");
    writeFileSync(index, readFileSync(index, "utf8").replaceAll(/,"file":"[^"]*"/g, ""));
  };
  const versions = (file: string) =>
    profileHistory(file, { dataDir }).result?.versions.map(({ atUs }) => atUs / 1_000_000);
  return { root, dataDir, own, foreign, keep, forgetFiles, versions };
}

describe("the history of a profile's file", () => {
  it("is that of the file, not of another of the same name, by whatever path it is named", () => {
    const { root, own, foreign, keep, versions } = folders();
    keep(own, 1);
    keep(foreign, 9);
    keep(own, 2);
    symlinkSync(join(root, "elsewhere"), join(root, "link"));
    expect([versions("mine"), versions(own), versions(foreign)]).toEqual([[2, 1], [2, 1], [9]]);
    expect(versions(join(root, "link", "mine.env"))).toEqual([9]);
    rmSync(own);
    expect(versions("mine")).toEqual([2, 1]);
  });

  it("moves with the data folder", () => {
    const { root, dataDir, own, keep } = folders();
    keep(own, 1);
    const moved = join(root, "moved");
    renameSync(dataDir, moved);
    expect(profileHistory("mine", { dataDir: moved }).result?.versions).toHaveLength(1);
  });

  it("shows what an earlier version kept by the name alone, marked", () => {
    const { own, foreign, keep, forgetFiles, dataDir, versions } = folders();
    keep(own, 1);
    forgetFiles();
    keep(own, 2);
    expect([versions(own), versions(foreign)]).toEqual([[2, 1], [1]]);
    const lines = profileHistory("mine", { dataDir }).text.split("\n");
    expect(lines.map((line) => line.includes("by its name alone"))).toEqual([false, false, true]);
  });
});

describe("restoring", () => {
  it("refuses another file's version, and leaves the file as it was", () => {
    const { own, foreign, keep, dataDir } = folders();
    const hash = keep(own, 2);
    expect(restoreProfile(foreign, hash, { dataDir }, 0)).toMatchObject({
      ok: false,
      text: `${foreign} was never applied as ${hash}`,
    });
    expect(readFileSync(foreign, "utf8")).toBe(textOf(9));
    expect(restoreProfile("mine", hash, { dataDir }, 0).ok).toBe(true);
    expect(readFileSync(own, "utf8")).toBe(textOf(2));
  });

  it("takes what was kept by its name alone for a file of the data folder's, and tells where it is for another", () => {
    const { own, foreign, keep, forgetFiles, dataDir } = folders();
    const hash = keep(own, 2);
    forgetFiles();
    const refusal = restoreProfile(foreign, hash, { dataDir }, 0);
    expect(refusal.ok).toBe(false);
    expect(refusal.text).toContain("may be another file's");
    expect(readFileSync(join(dataDir, "profile-history", `${hash}.env`), "utf8")).toBe(textOf(2));
    expect(refusal.text).toContain(join(dataDir, "profile-history", `${hash}.env`));
    expect(readFileSync(foreign, "utf8")).toBe(textOf(9));
    expect(restoreProfile(own, hash, { dataDir }, 0).ok).toBe(true);
  });

  it("is noted as meant until something else is applied, and counts for no time that it was applied", () => {
    const { own, keep, dataDir } = folders();
    const hash = keep(own, 2);
    keep(own, 3);
    const history = new ProfileHistory(dataDir);
    expect(history.isRestored(own, textOf(2))).toBe(false);
    restoreProfile(own, hash.slice(0, 12), { dataDir }, 4_000_000);
    expect([history.isRestored(own, textOf(2)), history.isRestored(own, textOf(3))]).toEqual([true, false]);
    expect(profileHistory("mine", { dataDir }).text).toMatch(
      /^mine: applied 2 times\n {2}\w{12} {2}1970-01-01 00:00:04 {2}restore\n/,
    );
    keep(own, 2);
    expect(history.isRestored(own, textOf(2))).toBe(false);
  });
});

it("a file that is outside of the data folder has its real path for a key", () => {
  const { root, dataDir, foreign } = folders();
  symlinkSync(foreign, join(dataDir, "profiles", "linked.env"));
  const keys = [foreign, join(dataDir, "profiles", "linked.env"), join(root, "none", "x.env")].map((path) =>
    fileKey(path, dataDir),
  );
  expect(keys[0]).toBe(keys[1]);
  expect(keys[0]).toMatch(/elsewhere.mine\.env$/);
  expect(keys[2]).toMatch(/none.x\.env$/);
});
