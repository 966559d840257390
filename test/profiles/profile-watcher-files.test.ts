import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ProfileWatcher, type ProfileNotice } from "../../main/profiles/profile-watcher.ts";
import { realWatchedFile } from "../../main/profiles/watched-file.ts";

const offset = (bps: number) => `# mine\nMM_MIN_OFFSET_BPS=${bps}\nMM_SKEW_MAX_BPS=${bps}\n`;

let folder = "";
let path = "";
let watcher: ProfileWatcher | null = null;
let notices: ProfileNotice[] = [];

/** What was told so far: offsets of changes, kinds of the rest. */
function told(): readonly (number | string)[] {
  return notices.map((notice) => (notice.kind === "changed" ? notice.profile.settings.minOffsetBps : notice.kind));
}

/** What was told, once it is as much as was waited for. */
async function toldAfter(count: number): Promise<readonly (number | string)[]> {
  await vi.waitUntil(() => notices.length >= count, { timeout: 8_000, interval: 5 });
  return told();
}

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "ballast-watch-")), "profiles");
  mkdirSync(folder);
  path = join(folder, "mine.env");
  notices = [];
  writeFileSync(path, offset(1));
  watcher = new ProfileWatcher({
    path,
    appliedText: offset(1),
    onNotice: (notice) => notices.push(notice),
    settleMs: 20,
    graceMs: 120,
    pollMs: 25,
  });
});
afterEach(() => {
  watcher?.close();
  rmSync(join(folder, ".."), { recursive: true });
});

describe("watching a real file", () => {
  it("sees it written over, replaced by renaming, and deleted and recreated", async () => {
    writeFileSync(path, offset(2));
    expect(await toldAfter(1)).toEqual([2]);
    writeFileSync(join(folder, ".mine.swap"), offset(3));
    renameSync(join(folder, ".mine.swap"), path);
    expect(await toldAfter(2)).toEqual([2, 3]);
    rmSync(path);
    writeFileSync(path, offset(4));
    expect(await toldAfter(3)).toEqual([2, 3, 4]);
  });

  it("sees it emptied and filled again in pieces, and only the whole of it", async () => {
    truncateSync(path);
    const text = offset(5);
    for (let at = 0; at < text.length; at += 7) appendFileSync(path, text.slice(at, at + 7));
    expect(await toldAfter(1)).toEqual([5]);
    expect(notices[0]).toMatchObject({ profile: { text } });
  });

  it("tells of a bad edit, of its absence and of its return", async () => {
    writeFileSync(path, "MM_MIN_OFFSET_BPS=x\n");
    expect(await toldAfter(1)).toEqual(["refused"]);
    rmSync(path);
    expect(await toldAfter(2)).toEqual(["refused", "missing"]);
    writeFileSync(path, offset(1));
    expect(await toldAfter(3)).toEqual(["refused", "missing", "agrees"]);
  });

  it("survives its folder going and coming back", async () => {
    rmSync(folder, { recursive: true });
    expect(await toldAfter(1)).toEqual(["missing"]);
    mkdirSync(folder);
    writeFileSync(path, offset(6));
    expect(await toldAfter(2)).toEqual(["missing", 6]);
    writeFileSync(path, offset(7));
    expect(await toldAfter(3)).toEqual(["missing", 6, 7]);
  });

  it("follows a symbolic link to another file", async () => {
    const target = join(folder, "target.env");
    writeFileSync(target, offset(8));
    rmSync(path);
    symlinkSync(target, path);
    expect(await toldAfter(1)).toEqual([8]);
    writeFileSync(target, offset(9));
    expect(await toldAfter(2)).toEqual([8, 9]);
  });

  it("refuses what is no text", async () => {
    writeFileSync(path, Buffer.from([0x4d, 0xff, 0xfe]));
    expect(await toldAfter(1)).toEqual(["refused"]);
    expect(notices[0]).toMatchObject({ refusal: { message: `${path}: must be text in UTF-8` } });
  });
});

describe("a real file's reading", () => {
  it("tells absent from unreadable", () => {
    expect(realWatchedFile(join(folder, "none.env")).read()).toEqual({ kind: "absent" });
    expect(realWatchedFile(folder).read()).toMatchObject({ kind: "unreadable" });
    expect(realWatchedFile(path).read()).toEqual({ kind: "text", text: offset(1) });
  });

  it("cannot be listened to where there is no folder", () => {
    const nothing = () => undefined;
    expect(realWatchedFile(join(folder, "none", "x.env")).listen(nothing, nothing)).toBeNull();
  });
});
