import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readProfileText } from "../../main/profiles/loader.ts";
import { ProfileHistory, type KeptProfile } from "../../main/profiles/profile-history.ts";

let dataDir = "";

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "ballast-history-"));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

function profile(offsetBps: number): KeptProfile {
  const load = readProfileText("mine", `MM_MIN_OFFSET_BPS=${offsetBps}\n`, { source: "mine", isShipped: false });
  if (!load.ok) throw new Error(load.message);
  return { ...load.profile, path: join(dataDir, "profiles", "mine.env") };
}

function offsets(history: ProfileHistory): readonly (number | string)[] {
  return history.list().map(({ hash }) => {
    const load = history.restore(hash);
    return load.ok ? load.profile.settings.minOffsetBps : load.message;
  });
}

const indexPath = () => join(dataDir, "profile-history", "index.jsonl");

describe("history of profiles", () => {
  it("is empty before the first, and no folder is made for looking", () => {
    expect(new ProfileHistory(dataDir).list()).toEqual([]);
    expect(existsSync(join(dataDir, "profile-history"))).toBe(false);
  });

  it("lists what was applied, newest first, with time and who, also to another process", () => {
    const history = new ProfileHistory(dataDir);
    expect(history.record(profile(1), 10, "operator")).toEqual({ ok: true });
    history.record(profile(2), 20, "file");
    history.record(profile(1), 30, "command line");
    const { hash } = profile(1);
    const again = new ProfileHistory(dataDir);
    const file = "profiles/mine.env";
    expect(again.list()).toEqual([
      { hash, name: "mine", atUs: 30, by: "command line", file },
      { hash: profile(2).hash, name: "mine", atUs: 20, by: "file", file },
      { hash, name: "mine", atUs: 10, by: "operator", file },
    ]);
    expect(again.list(1)).toHaveLength(1);
    expect(offsets(again)).toEqual([1, 2, 1]);
    expect(readdirSync(join(dataDir, "profile-history"))).toHaveLength(3);
    expect(
      readFileSync(indexPath(), "utf8")
        .split("\n")
        .map((line) => line !== ""),
    ).toEqual([true, true, true, false]);
  });

  it("reads what was kept before files were told apart", () => {
    const history = new ProfileHistory(dataDir);
    history.record(profile(1), 1, "operator");
    writeFileSync(indexPath(), readFileSync(indexPath(), "utf8").replace(/,"file":"[^"]*"/, ""));
    expect(history.list()).toEqual([{ hash: profile(1).hash, name: "mine", atUs: 1, by: "operator", file: null }]);
    expect(offsets(history)).toEqual([1]);
  });

  it("restores a text, byte for byte, into a file", () => {
    const history = new ProfileHistory(dataDir);
    history.record(profile(3), 1, "operator");
    const path = join(dataDir, "mine.env");
    writeFileSync(path, "MM_MIN_OFFSET_BPS=9\n");
    expect(history.restoreInto(profile(3).hash, path)).toMatchObject({ ok: true, profile: { text: profile(3).text } });
    expect(readFileSync(path, "utf8")).toBe(profile(3).text);
    expect(history.restoreInto(profile(3).hash, join(dataDir, "none", "x.env"))).toMatchObject({ ok: false });
  });

  it.each(["", "0".repeat(64), "../../etc/passwd"])("refuses the unknown hash %j", (hash) => {
    const history = new ProfileHistory(dataDir);
    history.record(profile(1), 1, "operator");
    expect(history.restore(hash)).toMatchObject({ ok: false, message: expect.stringContaining("was applied") });
    expect(history.restoreInto(hash, join(dataDir, "x.env"))).toMatchObject({ ok: false });
  });

  it("refuses a damaged text, and mends it when the same is applied again", () => {
    const history = new ProfileHistory(dataDir);
    history.record(profile(1), 1, "operator");
    const path = join(dataDir, "profile-history", `${profile(1).hash}.env`);
    writeFileSync(path, "MM_MIN_OFFSET_BPS=2\n");
    expect(history.restore(profile(1).hash)).toMatchObject({
      ok: false,
      message: expect.stringContaining("must have the hash"),
    });
    rmSync(path);
    expect(history.restore(profile(1).hash)).toMatchObject({ ok: false, message: expect.stringContaining("ENOENT") });
    history.record(profile(1), 2, "operator");
    expect(offsets(history)).toEqual([1, 1]);
  });

  it("passes over a line that a crash tore, and goes on behind it", () => {
    const history = new ProfileHistory(dataDir);
    history.record(profile(1), 1, "operator");
    appendFileSync(indexPath(), '{"hash":"abc');
    const again = new ProfileHistory(dataDir);
    expect(offsets(again)).toEqual([1]);
    again.record(profile(2), 2, "operator");
    again.record(profile(3), 3, "operator");
    expect(offsets(new ProfileHistory(dataDir))).toEqual([3, 2, 1]);
  });

  it("passes over lines that are not its own", () => {
    const history = new ProfileHistory(dataDir);
    history.record(profile(1), 1, "operator");
    appendFileSync(indexPath(), `null\n{"hash":"../x","name":"n","atUs":1,"by":"b"}\n{"hash":"${"0".repeat(64)}"}\n`);
    expect(offsets(history)).toEqual([1]);
  });

  it("only appends, until it is bounded, and then drops the texts that nothing names", () => {
    const history = new ProfileHistory(dataDir, { mostEntries: 3 });
    history.record(profile(1), 0, "operator");
    const first = readFileSync(indexPath(), "utf8");
    for (let i = 1; i < 100; i += 1) history.record(profile(1 + (i % 7)), i, "operator");
    expect(readFileSync(indexPath(), "utf8").startsWith(first)).toBe(true);
    for (let i = 100; i < 104; i += 1) history.record(profile(i - 50), i, "operator");
    expect(history.list().map(({ atUs }) => atUs)).toEqual([103, 102, 101]);
    expect(readFileSync(indexPath(), "utf8").split("\n")).toHaveLength(4);
    expect(readdirSync(join(dataDir, "profile-history"))).toHaveLength(4);
    expect(offsets(history)).toEqual([53, 52, 51]);
  });

  it("says when it cannot keep, and keeps again when it can", () => {
    writeFileSync(join(dataDir, "profile-history"), "in the way");
    const history = new ProfileHistory(dataDir);
    expect(history.record(profile(1), 1, "operator")).toMatchObject({
      ok: false,
      message: expect.stringContaining(join(dataDir, "profile-history")),
    });
    rmSync(join(dataDir, "profile-history"));
    mkdirSync(join(dataDir, "profile-history"));
    expect(history.record(profile(1), 2, "operator")).toEqual({ ok: true });
    expect(offsets(history)).toEqual([1]);
  });
});
