/** The calls of the contract, answered on a fake console. */
import type { CallHandlers } from "../../preload/bridge.ts";
import { OFFSETS_BPS, PROFILES, TAPES } from "./fake-choices.ts";
import type { FakeConsole } from "./fake-console.ts";
import type { FakeMarket } from "./fake-market.ts";
import { fakeWhatIf } from "./fake-what-if.ts";

function refuse<C extends string>(code: C, message: string): { ok: false; code: C; message: string } {
  return { ok: false, code, message };
}

function problemOfProfile(name: string) {
  const profile = PROFILES.find((choice) => choice.name === name);
  if (profile === undefined) return refuse("unknown-profile", `No profile is called "${name}"`);
  if (profile.problem !== null) return refuse("invalid-profile", `Profile "${name}": ${profile.problem}`);
  return null;
}

const OK = { ok: true, value: {} } as const;

function sessionHandlers(fake: FakeConsole): CallHandlers["sessions"] {
  return {
    async start({ source, profile, speed }) {
      if (fake.session !== null) return refuse("session-running", `Session ${fake.session.row.sessionId} is running`);
      if (fake.killLatch !== null) return refuse("kill-latched", "The kill latch is set: a person must clear it first");
      const problem = problemOfProfile(profile);
      if (problem !== null) return problem;
      if (source.kind === "generated") {
        const label = `embedded ${source.market} market, seed ${source.seed}`;
        return { ok: true, value: { sessionId: fake.start("simulated", profile, speed, source.seed, label) } };
      }
      const tape = TAPES.find((choice) => choice.tapeId === source.tapeId);
      if (tape === undefined) return refuse("unknown-tape", `No tape is called "${source.tapeId}"`);
      if (tape.problem !== null) return refuse("unreadable-tape", `Tape "${tape.tapeId}": ${tape.problem}`);
      return { ok: true, value: { sessionId: fake.start(tape.venue, profile, speed, 8, `tape ${tape.tapeId}`) } };
    },
    async stop() {
      if (fake.session === null) return refuse("no-session", "No session is running");
      fake.end("ended", "Stopped by the operator");
      return OK;
    },
    async page({ limit, beforeUs, filter }) {
      const all = [...(fake.session === null ? [] : [fake.session.row]), ...fake.past];
      const fitting = all.filter(
        (row) =>
          (filter.market === null || row.market === filter.market) &&
          (filter.profile === null || row.profile === filter.profile) &&
          row.startedAtUs >= (filter.sinceUs ?? 0) &&
          row.startedAtUs < (filter.untilUs ?? Infinity),
      );
      return {
        ok: true,
        value: {
          sessions: fitting.filter((row) => row.startedAtUs < (beforeUs ?? Infinity)).slice(0, limit),
          fitting: fitting.length,
          all: all.length,
          markets: [...new Set(all.map(({ market }) => market))].toSorted(),
          profiles: [...new Set(all.map(({ profile }) => profile))].toSorted(),
        },
      };
    },
  };
}

function tradingHandlers(fake: FakeConsole): Pick<CallHandlers, "quoting" | "orders" | "risk"> {
  const noSession = refuse("no-session", "No session is running");
  const command = (act: (market: FakeMarket) => void) => {
    if (fake.market === null) return noSession;
    act(fake.market);
    fake.publishStates();
    return OK;
  };
  const stop = (state: "PAUSED" | "KILLED" | "REDUCING") =>
    command((market) => {
      if (market.state !== "KILLED") market.state = state;
      if (state !== "REDUCING") market.cancelAll();
    });
  return {
    quoting: {
      pause: async () => stop("PAUSED"),
      reduceOnly: async () => stop("REDUCING"),
      async resume({ profileRevision }) {
        if (fake.market === null) return noSession;
        if (fake.market.state === "KILLED") return refuse("killed", "The session was killed");
        if (profileRevision !== fake.profileRevision)
          return refuse("stale-revision", `Profile revision is ${fake.profileRevision}, was ${profileRevision}`);
        return command((market) => (market.state = "ACTIVE"));
      },
    },
    orders: {
      cancelAll: async () => command((market) => market.cancelAll()),
      async flatten() {
        if (fake.market !== null) fake.risk.flatten(fake.market);
        return stop("PAUSED");
      },
    },
    risk: {
      async kill() {
        if (fake.market === null) return noSession;
        fake.killLatch ??= { reason: "killed by the operator", setAtUs: fake.market.us };
        return stop("KILLED");
      },
      async clearKillLatch() {
        if (fake.session !== null) return refuse("session-running", "The killed session has not ended yet");
        if (fake.killLatch === null) return refuse("not-latched", "The kill latch is not set");
        fake.killLatch = null;
        fake.publishStates();
        return OK;
      },
      async clearLatch({ latch }) {
        const left = fake.risk.latches.filter((set) => set.latch !== latch);
        if (left.length === fake.risk.latches.length) return refuse("not-latched", `The latch ${latch} is not set`);
        fake.risk.latches = left;
        fake.publishStates();
        return OK;
      },
    },
  };
}

function otherHandlers(fake: FakeConsole): Pick<CallHandlers, "console" | "profiles" | "alerts"> {
  return {
    console: {
      hello: async () => ({
        ok: true,
        value: {
          appVersion: "0.1.0",
          buildHash: "fake",
          face: fake.face,
          dataDir: "/home/operator/.ballast",
          profiles: PROFILES.map((profile) => ({ ...profile })),
          tapes: TAPES.map((tape) => ({ ...tape })),
          recoveries: [],
          crashedSessions: fake.past.filter((row) => row.endedHow === "crashed").map((row) => row.sessionId),
        },
      }),
    },
    profiles: {
      async flip({ profile, profileRevision }) {
        if (fake.session === null || fake.market === null) return refuse("no-session", "No session is running");
        if (profileRevision !== fake.profileRevision)
          return refuse("stale-revision", `Profile revision is ${fake.profileRevision}, was ${profileRevision}`);
        const problem = problemOfProfile(profile);
        if (problem !== null) return problem;
        fake.session.row.profile = profile;
        fake.profileRevision += 1;
        fake.market.offsetBps = OFFSETS_BPS[profile] ?? 1.6;
        fake.publishStates();
        return { ok: true, value: { profileRevision: fake.profileRevision } };
      },
    },
    alerts: {
      async acknowledge({ alertId }) {
        const row = fake.alerts.find((alert) => alert.id === alertId);
        if (row === undefined) return refuse("unknown-alert", `No alert has the number ${alertId}`);
        row.isAcknowledged = true;
        fake.publish("alerts", [{ ...row }]);
        return OK;
      },
    },
  };
}

function replayHandlers(): CallHandlers["replay"] {
  const noReplay = async () => refuse("no-replay", "No past session is open");
  return {
    open: async () => OK,
    close: async () => OK,
    play: noReplay,
    pause: noReplay,
    seek: noReplay,
    step: noReplay,
    jump: noReplay,
    timeline: noReplay,
  };
}

/** Wraps each handler so that calls are written down in order. */
function recorded(fake: FakeConsole, handlers: CallHandlers): CallHandlers {
  const wrapped = Object.entries(handlers).map(([group, calls]) => [
    group,
    Object.fromEntries(
      Object.entries(calls as Record<string, (input: unknown) => Promise<unknown>>).map(([name, handler]) => [
        name,
        (input: unknown) => {
          fake.calls.push([`${group}.${name}`, input]);
          return handler(input);
        },
      ]),
    ),
  ]);
  return Object.fromEntries(wrapped) as CallHandlers;
}

const fakePage = async () => ({
  ok: true as const,
  value: { title: "BTC-USD-PERP crypto", html: "<body><p>the report</p></body>", file: "/data/reports/session.html" },
});
const fakeReview: CallHandlers["review"] = { report: fakePage, compare: fakePage };

/** Every call of the contract; each one that arrives is written to `fake.calls`. */
export function fakeHandlers(fake: FakeConsole): CallHandlers {
  return recorded(fake, {
    sessions: sessionHandlers(fake),
    review: fakeReview,
    whatIf: fakeWhatIf(),
    ...tradingHandlers(fake),
    ...otherHandlers(fake),
    replay: replayHandlers(),
  });
}
