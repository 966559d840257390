import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { StreamItem, StreamName } from "../../../preload/bridge.ts";
import { contract } from "../../../preload/contract.ts";
import { Replay } from "../../../main/session/playback/replay.ts";
import { ReplayHost } from "../../../main/session/playback/replay-host.ts";
import { ReplayPlayer } from "../../../main/session/playback/replay-player.ts";
import type { ToReplay } from "../../../main/session/playback/replay-protocol.ts";
import { StreamCache } from "../../../main/session/stream-cache.ts";
import { ViewFeed } from "../../../main/session/view-feed.ts";
import { buildSnapshots, cursorOn, storeSession, type StoredSession } from "./stored-session.ts";

const WAIT = { timeout: 20_000, interval: 10 };
const root = join(import.meta.dirname, "../../..");

let stored: StoredSession;
let path: string;
let live: ViewFeed;
const cleanups: (() => unknown)[] = [];

beforeAll(() => {
  stored = storeSession((session) => {
    live = new ViewFeed({
      ...{ sessionId: "live", mode: "paper", source: "test", speed: 1, startedUs: session.nowUs },
      ...{ kernel: session.kernel, tally: session.tally, journalBehindMs: null, loopP99Ms: 0 },
      get nowUs() {
        return session.nowUs;
      },
      queueAheadLots: () => null,
    });
    session.observe((event, effects) => live.observe(event, effects));
  });
  path = buildSnapshots(stored);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** The whole main side of a replay, its thread's body in this thread. */
function hostUnderTest() {
  const streams = new StreamCache();
  let deliver: (message: ToReplay) => void = () => undefined;
  let die: (why: string) => void = () => undefined;
  const host = new ReplayHost(stored.dataDir, streams, (dataDir, onMessage, onDead) => {
    die = onDead;
    const replay = new Replay({ postMessage: onMessage, on: (_event, listener) => (deliver = listener) }, dataDir);
    return { postMessage: (message) => deliver(message), terminate: async () => replay.end() };
  });
  cleanups.push(() => host.close());
  const now = <N extends StreamName>(name: N): StreamItem<N> | readonly StreamItem<N>[] | null => {
    let value: unknown = null;
    streams.subscribe(name, (message) => (value = message.value))();
    return value as StreamItem<N> | readonly StreamItem<N>[] | null;
  };
  const transport = (): StreamItem<"replay"> => now("replay") as StreamItem<"replay">;
  const rows = (name: StreamName): readonly unknown[] => now(name) as unknown as readonly unknown[];
  const ready = async (): Promise<void> => {
    expect(await host.handlers.open({ sessionId: stored.sessionId })).toEqual({ ok: true, value: {} });
    await vi.waitFor(() => expect(transport()).toMatchObject({ phase: "ready" }), WAIT);
  };
  return { host, now, rows, transport, ready, die: (why: string) => die(why) };
}

describe("a replay", () => {
  test("prepares a session once, with its progress shown, and then opens it at its beginning", async () => {
    const file = stored.path.replace(".tape", ".replay");
    rmSync(file, { force: true });
    const { host, transport, ready } = hostUnderTest();
    await ready();
    expect(transport()).toMatchObject({ sessionId: stored.sessionId, isPlaying: false, progress: 1, isEqual: null });
    expect(transport().lastSeq).toBe(stored.events.at(-1)?.seq);
    const bytes = readFileSync(file);
    await host.handlers.close({});
    expect(transport().phase).toBe("closed");
    await ready();
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test("opens a session whose tape is damaged further on at its beginning, and says where the damage is", async () => {
    const { transport, ready, host } = hostUnderTest();
    await ready();
    await host.handlers.close({});
    const bytes = readFileSync(stored.path);
    const damaged = Buffer.from(bytes);
    const at = Math.floor(bytes.length / 2);
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    writeFileSync(stored.path, damaged);
    cleanups.push(() => writeFileSync(stored.path, bytes));
    await ready();
    expect(transport().problem).toMatch(/damaged in block \d+ at byte \d+/);
    expect(transport().atUs).toBe(transport().startUs);
    await host.handlers.seek({ to: "event", seq: 20 });
    await vi.waitFor(() => expect(transport().seq).toBe(20), WAIT);
  });

  test("shows at the end of a session what the live screen showed there", async () => {
    const { host, now, rows, transport, ready } = hostUnderTest();
    await ready();
    await host.handlers.seek({ to: "event", seq: transport().lastSeq });
    await vi.waitFor(() => expect(transport().seq).toBe(transport().lastSeq), WAIT);
    const shown = new Map(live.updates(0).map(({ name, value }) => [name, value]));
    // How the ladder groups its rows depends on when it was looked at
    const { groupTicks: _group, rows: _rows, ...ladder } = shown.get("ladder") as StreamItem<"ladder">;
    expect(now("replayLadder")).toMatchObject(ladder);
    for (const name of ["slots", "result", "signals", "risk"] as const)
      expect(now(`replay${name.charAt(0).toUpperCase()}${name.slice(1)}` as StreamName)).toEqual(shown.get(name));
    const liveFills = shown.get("fills") as readonly StreamItem<"fills">[];
    expect(liveFills.length).toBeGreaterThan(3);
    expect(rows("replayFills")).toEqual(liveFills.map((fill) => ({ ...fill, isDurable: true })));
    expect(rows("replayChart")).toEqual(shown.get("chart"));
    expect(rows("replayDecisions").slice(-300)).toEqual((shown.get("decisions") as unknown[]).slice(-300));
    expect(now("replayStatus")).toMatchObject({ mode: "replay", tradingState: "KILLED", sessionId: stored.sessionId });
  });

  test("what is on the screens holds to the contract", async () => {
    const { host, now, rows, transport, ready } = hostUnderTest();
    await ready();
    await host.handlers.seek({ to: "event", seq: Math.floor(transport().lastSeq / 2) });
    for (const [name, { shape, item }] of Object.entries(contract.feed)) {
      if (!name.startsWith("replay")) continue;
      const values = shape === "append" ? rows(name as StreamName) : [now(name as StreamName)];
      for (const value of values) expect(item.safeParse(value)).toMatchObject({ success: true });
    }
    const timeline = await host.handlers.timeline({});
    expect(contract.replay.timeline.output.safeParse(timeline.ok ? timeline.value : null)).toMatchObject({
      success: true,
    });
  });

  test("steps by event, jumps to what happened, and says when there is nothing more", async () => {
    const { host, transport, ready } = hostUnderTest();
    await ready();
    await host.handlers.seek({ to: "event", seq: 500 });
    await host.handlers.step({ unit: "event", direction: 1 });
    expect(transport().seq).toBe(501);
    await host.handlers.step({ unit: "event", direction: -1 });
    expect(transport().seq).toBe(500);
    await host.handlers.step({ unit: "decision", direction: 1 });
    expect(transport().seq).toBeGreaterThan(500);
    const jump = await host.handlers.jump({ to: "mark", kind: "profile", direction: 1 });
    expect(jump).toMatchObject({ ok: true, value: { kind: "profile", text: "crypto to legacy" } });
    const none = await host.handlers.jump({ to: "mark", kind: "profile", direction: 1 });
    expect(none).toEqual({ ok: false, code: "nothing-there", message: "there is no later profile" });
    const halt = await host.handlers.jump({ to: "mark", kind: "halt", direction: 1 });
    expect(halt).toMatchObject({ ok: true, value: { text: expect.stringMatching(/^ACTIVE to (PAUSED|HALTED)$/) } });
  });

  test("takes nothing that an engine would take: every command is refused and moves nothing", () => {
    const heard: unknown[] = [];
    let deliver: (message: ToReplay) => void = () => undefined;
    const replay = new Replay(
      { postMessage: (message) => heard.push(message), on: (_event, listener) => (deliver = listener) },
      stored.dataDir,
    );
    cleanups.push(() => replay.end());
    deliver({ type: "request", id: 1, request: { call: "open", input: { sessionId: stored.sessionId } } });
    const { feed: _feed, replay: _replay, ...commands } = contract;
    const names = [
      ...["start", "command", "change-profile", "acknowledge-alert", "journal-lost", "wind-down"],
      ...Object.entries(commands).flatMap(([group, calls]) =>
        Object.keys(calls).flatMap((call) => [call, `${group}.${call}`]),
      ),
    ].filter((name) => !Object.hasOwn(contract.replay, name));
    heard.length = 0;
    for (const [at, name] of names.entries())
      for (const request of [
        { call: name, input: {} },
        { type: name, command: "kill" },
      ])
        deliver({ type: "request", id: at, request } as unknown as ToReplay);
    expect(heard).toHaveLength(2 * names.length);
    for (const message of heard)
      expect(message).toMatchObject({
        answer: { ok: false, message: "a replay takes no such request: nothing can be sent from it" },
      });
  });

  test("is told when its thread dies, and can be opened again", async () => {
    const { host, transport, ready, die } = hostUnderTest();
    await ready();
    die("out of memory");
    expect(transport()).toMatchObject({ phase: "failed", problem: "The replay broke off: out of memory" });
    expect(await host.handlers.pause({})).toMatchObject({ ok: false, code: "no-replay" });
    await ready();
  });

  test("an unknown session is refused in words", async () => {
    const { host, transport } = hostUnderTest();
    const answer = await host.handlers.open({ sessionId: "none" });
    expect(answer).toMatchObject({ ok: false, code: "unreadable-tape" });
    expect(transport().phase).toBe("failed");
  });
});

describe("the clock of a replay", () => {
  function playerUnderTest(): ReplayPlayer {
    const cursor = cursorOn(stored, path);
    cleanups.push(() => cursor.close());
    const player = new ReplayPlayer(cursor, Infinity);
    player.seekTime(cursor.source.snapshots.contents.startUs, 0);
    return player;
  }

  test.each([0.1, 1, 20])("runs at %d times the wall's, and shows no event before its time", (speed) => {
    const player = playerUnderTest();
    const { startUs } = player.cursor.source.snapshots.contents;
    player.play(speed, 0);
    for (let ms = 33; ms <= 1980; ms += 33) player.turn(ms);
    expect(player.atUs).toBe(startUs + 1980 * 1000 * speed);
    expect(player.cursor.seq).toBe(stored.events.findLast(({ tsInit }) => tsInit <= player.atUs)?.seq);
  });

  test("stops at the end, and goes on from wherever it is put", () => {
    const player = playerUnderTest();
    const { startUs, endUs } = player.cursor.source.snapshots.contents;
    player.play(100, 0);
    player.seekTime(endUs - 1_000_000, 1000);
    player.turn(1005);
    expect(player.isPlaying).toBe(true);
    expect(player.atUs).toBe(endUs - 500_000);
    for (let ms = 1010; ms < 1100; ms += 10) player.turn(ms);
    expect(player.isPlaying).toBe(false);
    player.play(1, 2000);
    expect(player.isPlaying).toBe(false);
    player.seekTime(startUs, 2000);
    player.play(1, 2000);
    player.turn(2500);
    expect(player.atUs).toBe(startUs + 500_000);
  });

  test("says what is new once", () => {
    const player = playerUnderTest();
    expect(player.takeShown(0)?.isAnew).toBe(true);
    expect(player.takeShown(0)).toBeNull();
    player.stepEvent(1, 0);
    expect(player.takeShown(0)?.isAnew).toBe(false);
    player.stepEvent(-1, 0);
    expect(player.takeShown(0)?.isAnew).toBe(true);
  });
});

test("no file that the replay thread loads can reach an engine, a venue or the journal's writer", () => {
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, clause = "", from = ""] of text.matchAll(/^import ([^;]*?)from "(\.[^"]+)";/gm))
      if (!clause.startsWith("type ")) load(join(dirname(file), from));
  };
  load(join(root, "main/session/playback/replay-thread.ts"));
  const files = [...loaded].map((file) => relative(root, file).replaceAll("\\", "/"));
  expect(files).toEqual(expect.arrayContaining(["main/kernel/kernel.ts", "main/session/view-feed.ts"]));
  const forbidden =
    /main\/venues\/|main\/shell\/|engine|session-runner|simulated-session|session-factory|session-recorder|journal-(?:client|service|thread|writer|host)|tape-writer/;
  expect(files.filter((file) => forbidden.test(file))).toEqual([]);
});
