import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { ProfileSnapshot } from "../../main/kernel/settings/profile.ts";
import { restoreProfile } from "../../main/profiles/profile-history-report.ts";
import { ProfileHistory } from "../../main/profiles/profile-history.ts";
import { toSnapshot } from "../../main/profiles/loader.ts";
import { loadSessionProfile } from "../../main/session/session-factory.ts";
import { SessionProfile, type AppliedProfile } from "../../main/session/session-profile.ts";
import type { SessionSpec } from "../../main/session/session-spec.ts";
import { engineUnderTest, PACED } from "./engine-harness.ts";

const PACE = { settleMs: 20, graceMs: 120, pollMs: 25 };
const PATIENCE = { timeout: 10_000, interval: 5 };

function profilesFolder(files: Readonly<Record<string, string>>): {
  dataDir: string;
  write: (name: string, text: string) => void;
  remove: (name: string) => void;
} {
  const dataDir = mkdtempSync(join(tmpdir(), "ballast-session-profile-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  mkdirSync(join(dataDir, "profiles"));
  const write = (name: string, text: string): void => writeFileSync(join(dataDir, "profiles", `${name}.env`), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const remove = (name: string): void => rmSync(join(dataDir, "profiles", `${name}.env`));
  return { dataDir, write, remove };
}

/** A session's profile on a target that only remembers. */
function profileOf(files: Readonly<Record<string, string>>, change: Partial<SessionSpec> = {}) {
  const { dataDir, write, remove } = profilesFolder(files);
  const spec: SessionSpec = { ...PACED, profile: "mine", dataDir, ...change };
  const loaded = loadSessionProfile(spec);
  if (!loaded.ok) throw new Error(loaded.message);
  const kernel = { profile: toSnapshot(loaded.profile, 1) };
  const heard: string[] = [];
  const kept: AppliedProfile[] = [];
  let isOver = false;
  const profile = new SessionProfile({
    spec,
    file: loaded.file,
    pace: PACE,
    onApplied: (applied) => kept.push(applied),
    target: {
      session: { kernel },
      changeProfile: (commandId: string, next: ProfileSnapshot, by: string) => {
        if (isOver) return false;
        heard.push(`${by}: ${next.name} ${next.revision} ${next.settings.minOffsetBps}`);
        kernel.profile = next;
        return commandId !== "";
      },
      refuseProfile: (message: string, by: string) => {
        heard.push(`${by} refused: ${message.replaceAll(dataDir, "").slice(0, 120)}`);
        return true;
      },
    },
  });
  onTestFinished(() => profile.close());
  const hears = (count: number) => vi.waitUntil(() => heard.length >= count, PATIENCE);
  return { dataDir, profile, write, remove, heard, kept, hears, end: () => (isOver = true), kernel };
}

const offset = (bps: number | string): string => `MM_MIN_OFFSET_BPS=${bps}\n`;

test("an edit comes with the session's overrides over it, and the history keeps the file alone", async () => {
  const { write, heard, hears, kept } = profileOf({ mine: offset(1) }, { overrides: ["MM_MIN_OFFSET_BPS=7"] });
  write("mine", `${offset(2)}MM_NUM_PRICE_LEVELS=3\n`);
  await hears(1);
  expect(heard).toEqual(["file: mine.env: mine 2 7"]);
  expect(kept.map(({ text, by }) => [text, by])).toEqual([
    [offset(1), "start"],
    [`${offset(2)}MM_NUM_PRICE_LEVELS=3\n`, "file: mine.env"],
  ]);
});

test("an edit that was made right after the session read the file is found", async () => {
  const { dataDir, write } = profilesFolder({ mine: offset(1) });
  const spec: SessionSpec = { ...PACED, profile: "mine", dataDir };
  const loaded = loadSessionProfile(spec);
  if (!loaded.ok) throw new Error(loaded.message);
  write("mine", offset(2));
  const applied: number[] = [];
  const kernel = { profile: toSnapshot(loaded.profile, 1) };
  const profile = new SessionProfile({
    spec,
    file: loaded.file,
    pace: PACE,
    target: {
      session: { kernel },
      changeProfile: (_commandId, next) => applied.push(next.settings.minOffsetBps) > 0,
      refuseProfile: () => true,
    },
  });
  onTestFinished(() => profile.close());
  await vi.waitUntil(() => applied.length > 0, PATIENCE);
  expect(applied).toEqual([2]);
});

test("after a flip the new profile's file is watched and the old one's is not", async () => {
  const { profile, write, heard, hears } = profileOf({ mine: offset(1), other: offset(5) });
  expect(profile.flip("flip-1", "other", "operator")).toEqual({ ok: true });
  write("mine", offset(2));
  write("other", offset(6));
  await hears(2);
  expect(heard).toEqual(["operator: other 2 5", "file: other.env: other 3 6"]);
});

test("what a running session cannot change is refused by its line, from a file and from a flip", async () => {
  const { profile, write, heard, hears } = profileOf({
    mine: offset(1),
    other: `${offset(5)}MM_ENVIRONMENT=mainnet\n`,
  });
  expect(profile.flip("flip-1", "other", "operator")).toMatchObject({
    ok: false,
    code: "invalid-profile",
    message: 'other: line 2: MM_ENVIRONMENT must stay testnet while a session runs, was "mainnet"',
  });
  expect(profile.flip("flip-2", "nowhere", "operator")).toMatchObject({ ok: false, code: "unknown-profile" });
  write("mine", "MM_MARKET_NAME=BTC-USD\n");
  await hears(1);
  expect(heard[0]).toMatch(/^file: mine.env refused: .*line 1: MM_MARKET_NAME must stay ETH-USD while a session runs/);
});

test("a running session of the console takes an edit over: views, alert and history are told", async () => {
  const { dataDir, write } = profilesFolder({ mine: offset(1) });
  const { heard, command, request, ended } = engineUnderTest();
  await request({ type: "start", spec: { ...PACED, profile: "mine", dataDir } });
  const hears = (type: string, times: number) =>
    vi.waitUntil(() => heard.filter((message) => message.type === type).length >= times, PATIENCE);
  await hears("profile-applied", 1);
  write("mine", offset(9));
  await hears("profile-applied", 2);
  const revisions = () =>
    heard.flatMap((message) =>
      message.type === "feed"
        ? message.updates.flatMap(({ name, value }) =>
            name === "status" && value !== null && "profileRevision" in value ? [value.profileRevision] : [],
          )
        : [],
    );
  await vi.waitUntil(() => revisions().includes(2), PATIENCE);
  expect(await command("stop", 2)).toMatchObject({ ok: true });
  await vi.waitUntil(() => ended().length === 1, PATIENCE);
});

test("an earlier version is put back even where it is the beginning of the present one and lacks its limit", async () => {
  const { dataDir, write, heard, hears, kept } = profileOf({ mine: offset(2) });
  write("mine", `${offset(2)}MM_LOSS_LIMIT_DAY_USD=40\n`);
  await hears(1);
  const history = new ProfileHistory(dataDir);
  for (const applied of kept) history.record(applied, 1, applied.by);
  write("mine", offset(2));
  await hears(2);
  expect(restoreProfile("mine", kept[0]?.hash ?? "", { dataDir }, 2)).toMatchObject({ ok: true });
  // The same content is spoken of once; restoring it anew must come through all the same
  await hears(3);
  expect(heard).toEqual([
    "file: mine.env: mine 2 2",
    expect.stringContaining("refused: /profiles/mine.env: must be a whole profile"),
    "file: mine.env: mine 3 2",
  ]);
});

test("a file that is gone is said once, what was applied stays, and its return is no news", async () => {
  const { write, remove, heard, hears } = profileOf({ mine: offset(1) });
  remove("mine");
  await hears(1);
  expect(heard).toEqual(["file: mine.env refused: /profiles/mine.env: no file; what was applied stays"]);
  write("mine", offset(1));
  write("mine", offset(3));
  await hears(2);
  expect(heard.slice(1)).toEqual(["file: mine.env: mine 2 3"]);
});

test("what a restore puts back is said with its reason, under the next revision", () => {
  const { profile, heard, kernel } = profileOf({ mine: offset(1), other: offset(5) });
  const first = kernel.profile;
  profile.flip("flip-1", "other", "operator");
  expect(profile.restore("rollback-1", first, "rollback", "it lost money")).toBe(true);
  expect(heard).toEqual(["operator: other 2 5", "rollback: mine 3 1", "rollback refused: it lost money"]);
});

test("nothing is changed in a session that is over", () => {
  const { profile, heard, kernel, end } = profileOf({ mine: offset(1), other: offset(5) });
  end();
  expect(profile.flip("flip-1", "other", "operator")).toMatchObject({ ok: false, code: "no-session" });
  expect(profile.restore("rollback-1", kernel.profile, "rollback", "why")).toBe(false);
  expect(heard).toEqual([]);
});
