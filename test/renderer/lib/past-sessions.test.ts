import { describe, expect, test } from "vitest";
import type { Bridge } from "../../../preload/bridge.ts";
import { choosePastSessions, olderPastSessions, refreshPastSessions } from "../../../renderer/lib/past-sessions.ts";
import { createScreenStore } from "../../../renderer/lib/screen-store.ts";
import { filterOf, NO_CHOICE, type SessionPage } from "../../../renderer/lib/session-choice.ts";

type Page = Bridge["sessions"]["page"];
type Question = Parameters<Page>[0];
type Answer = Awaited<ReturnType<Page>>;

/** A data folder with sessions 1 to `count`, whose answers wait until the test lets them go. */
function staged(count: number) {
  let sessions = Array.from({ length: count }, (_, index) => rowOf(count - index));
  const waiting: { readonly question: Question; readonly answer: (answer: Answer) => void }[] = [];
  const page: Page = (question) => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    waiting.push({ question, answer: resolve });
    return promise;
  };
  const screen = createScreenStore("dark");
  const answerTo = ({ limit, beforeUs, filter }: Question): SessionPage => {
    const fitting = sessions.filter(({ profile }) => filter.profile === null || profile === filter.profile);
    return {
      sessions: fitting.filter((row) => row.startedAtUs < (beforeUs ?? Infinity)).slice(0, limit),
      fitting: fitting.length,
      all: sessions.length,
      markets: ["BTC-PERP"],
      profiles: ["crypto", "legacy"],
    };
  };
  return {
    bridge: { sessions: { page } } as unknown as Bridge,
    screen,
    waiting,
    begin: () => (sessions = [rowOf(sessions.length + 1), ...sessions]),
    /** Lets the oldest question that waits have its answer, or another one. */
    settle: async (refusal?: string) => {
      const next = waiting.shift();
      if (next === undefined) throw new Error("nobody has asked");
      next.answer(
        refusal === undefined
          ? { ok: true, value: answerTo(next.question) }
          : { ok: false, code: "not-ready", message: refusal },
      );
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    },
    state: () => screen.getState().pastSessions,
    ids: () => screen.getState().pastSessions.sessions?.map(({ sessionId }) => Number(sessionId)) ?? null,
  };
}

function rowOf(index: number): SessionPage["sessions"][number] {
  return {
    sessionId: String(index),
    mode: "paper",
    market: "BTC-PERP",
    venue: "simulated",
    profile: index % 2 === 0 ? "crypto" : "legacy",
    startedAtUs: index * 1_000_000,
    endedAtUs: index * 1_000_000 + 1,
    endedHow: "ended",
    fills: 0,
    net: null,
  };
}

const downFrom = (first: number, last: number): number[] =>
  Array.from({ length: first - last + 1 }, (_, index) => first - index);

describe("past sessions", () => {
  test("come a hundred at a time, on and on to the first", async () => {
    const { bridge, screen, settle, state, ids } = staged(250);
    void refreshPastSessions(bridge, screen);
    await settle();
    expect(state()).toMatchObject({ fitting: 250, all: 250, hasOlder: true, isAsking: false });
    for (const oldest of [51, 1]) {
      void olderPastSessions(bridge, screen);
      await settle();
      expect(ids()).toEqual(downFrom(250, oldest));
    }
    expect(state().hasOlder).toBe(false);
  });

  test("that were listed stay when a new one begins", async () => {
    const { bridge, screen, settle, begin, ids } = staged(150);
    void refreshPastSessions(bridge, screen);
    await settle();
    void olderPastSessions(bridge, screen);
    await settle();
    begin();
    void refreshPastSessions(bridge, screen);
    await settle();
    expect(ids()).toEqual(downFrom(151, 1));
  });

  test("are asked for once however often Older is pressed", async () => {
    const { bridge, screen, settle, waiting } = staged(250);
    void refreshPastSessions(bridge, screen);
    await settle();
    void olderPastSessions(bridge, screen);
    void olderPastSessions(bridge, screen);
    expect(waiting).toHaveLength(1);
  });

  test("of a choice replace the others, and an answer that comes too late counts for nothing", async () => {
    const { bridge, screen, settle, state, ids } = staged(6);
    void refreshPastSessions(bridge, screen);
    await settle();
    void choosePastSessions(bridge, screen, { ...NO_CHOICE, profile: "legacy" });
    void choosePastSessions(bridge, screen, { ...NO_CHOICE, profile: "crypto" });
    await settle();
    expect(ids()).toEqual(downFrom(6, 1));
    await settle();
    expect(ids()).toEqual([6, 4, 2]);
    expect(state()).toMatchObject({ fitting: 3, all: 6, hasOlder: false, isAsking: false });
  });

  test("of one choice never stand under another when the answer fails, and stay when asking again fails", async () => {
    const { bridge, screen, settle, state, ids } = staged(6);
    void refreshPastSessions(bridge, screen);
    await settle();
    void refreshPastSessions(bridge, screen);
    await settle("the journal is busy");
    expect(ids()).toEqual(downFrom(6, 1));
    expect(state().problem).toBe("the journal is busy");
    void choosePastSessions(bridge, screen, { ...NO_CHOICE, profile: "crypto" });
    await settle("the journal is busy");
    expect(ids()).toBeNull();
    void refreshPastSessions(bridge, screen);
    await settle();
    expect(ids()).toEqual([6, 4, 2]);
    expect(state().problem).toBeNull();
  });
});

describe("a choice of sessions", () => {
  const DAY_US = 86_400_000_000;
  test.each([
    ["nothing", {}, {}],
    ["a market", { market: "BTC-PERP" }, { market: "BTC-PERP" }],
    ["one day", { from: "1970-01-03", to: "1970-01-03" }, { sinceUs: 2 * DAY_US, untilUs: 3 * DAY_US }],
    ["a year that is still being typed", { from: "0002-01-01" }, { sinceUs: 0 }],
    ["a day that does not exist", { from: "2026-02-30x" }, {}],
  ])("of %s is a filter", (_what, choice, filter) => {
    const everything = { market: null, profile: null, sinceUs: null, untilUs: null };
    expect(filterOf({ ...NO_CHOICE, ...choice })).toEqual({ ...everything, ...filter });
  });
});
