/** The whole bridge: every call with its input, output and error codes, every stream with its item. Everything else is derived from this object. */
import { z } from "zod";
import { replayStreamOf } from "./channels.ts";
import * as replay from "./replay-views.ts";
import * as risk from "./risk-views.ts";
import * as views from "./views.ts";
import { whatIfProgress, whatIfReport } from "./what-if-views.ts";

const commandId = z
  .string()
  .min(8)
  .max(64)
  .regex(/^[A-Za-z0-9-]+$/);
const profileName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9 _.-]+$/);
const sessionId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9-]+$/);
/** Which past sessions; null leaves nothing out. `profile` is the one that the session began with. */
const sessionFilter = z.strictObject({
  market: z.string().min(1).max(200).nullable(),
  profile: z.string().min(1).max(200).nullable(),
  /** Wall clock of the start, microseconds; `untilUs` is left out itself. */
  sinceUs: z.int().min(0).nullable(),
  untilUs: z.int().min(0).nullable(),
});
const nothing = z.strictObject({});

/** Codes that any call may answer with. */
export const commonErrorCodes = ["invalid-input", "not-ready", "internal"] as const;

interface CallShape<I extends z.ZodType, O extends z.ZodType, C extends string> {
  readonly kind: "call";
  readonly input: I;
  readonly output: O;
  readonly errors: readonly C[];
}

function call<I extends z.ZodType, O extends z.ZodType, const C extends string>(
  input: I,
  output: O,
  errors: readonly C[],
): CallShape<I, O, C> {
  return { kind: "call", input, output, errors };
}

interface StreamShape<S extends "latest" | "append", T extends z.ZodType> {
  readonly kind: "stream";
  readonly item: T;
  /** `latest`: an update replaces the value. `append`: the snapshot is the newest rows, an update is the rows since. */
  readonly shape: S;
}

function stream<const S extends "latest" | "append", T extends z.ZodType>(shape: S, item: T): StreamShape<S, T> {
  return { kind: "stream", item, shape };
}

/** Where a session's market comes from. */
export const sessionSource = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("generated"),
    market: z.enum(["btc", "alt"]),
    seed: z.int().min(0).max(4_294_967_295),
  }),
  z.strictObject({ kind: z.literal("tape"), tapeId: z.string().min(1).max(255) }),
]);

/** What a what-if run is made of; empty lists mean the usual choice. */
const whatIfStart = z.strictObject({
  commandId,
  source: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("session"), sessionId }),
    z.strictObject({ kind: z.literal("tape"), tapeId: z.string().min(1).max(255) }),
  ]),
  /** Null = what the session began with; of a bare market the plain legacy. */
  baseline: profileName.nullable(),
  /** Null = the baseline's. */
  alternative: profileName.nullable(),
  overrides: z.array(z.string().max(200)).max(50),
  fillModels: z.array(z.string().max(40)).max(8),
  latenciesMs: z.array(z.number().min(0).max(60_000)).max(8),
  keepCommands: z.boolean(),
});

const direction = z.union([z.literal(1), z.literal(-1)]);

/** Why a latch may be lifted; it stays in the journal. */
const reason = z.string().trim().min(3).max(200);
/** Money-moving calls carry a command id, and the profile revision that the operator was looking at. */
const guarded = z.strictObject({ commandId, profileRevision: z.int().min(0) });

/** What the screens show of a session. */
const sessionStreams = {
  status: stream("latest", views.status),
  ladder: stream("latest", views.ladder),
  slots: stream("latest", views.slots),
  result: stream("latest", views.result),
  signals: stream("latest", views.signals),
  readings: stream("latest", views.readings),
  risk: stream("latest", risk.risk),
  decisions: stream("append", views.decisionRow),
  fills: stream("append", views.fillRow),
  alerts: stream("append", views.alertRow),
  chart: stream("append", views.chartPoint),
  trends: stream("append", views.trendPoint),
} as const;

/** The same of the past session that is shown again: `replayStatus` is its `status`. */
type ShownAgain = {
  readonly [N in keyof typeof sessionStreams as `replay${Capitalize<N>}`]: (typeof sessionStreams)[N];
};
const shownAgain = Object.fromEntries(
  Object.entries(sessionStreams).map(([name, shape]) => [replayStreamOf(name), shape]),
) as ShownAgain;

export const contract = {
  console: {
    hello: call(nothing, views.hello, []),
  },
  sessions: {
    start: call(
      z.strictObject({ commandId, source: sessionSource, profile: profileName, speed: z.number().min(0.1).max(100) }),
      z.strictObject({ sessionId }),
      [
        "session-running",
        "unknown-profile",
        "invalid-profile",
        "unknown-tape",
        "unreadable-tape",
        "kill-latched",
        "journal-failed",
      ],
    ),
    stop: call(z.strictObject({ commandId }), nothing, ["no-session"]),
    page: call(
      z.strictObject({ limit: z.int().min(1).max(200), beforeUs: z.int().min(0).nullable(), filter: sessionFilter }),
      views.sessionPage,
      [],
    ),
  },
  quoting: {
    pause: call(z.strictObject({ commandId }), nothing, ["no-session"]),
    resume: call(guarded, nothing, ["no-session", "stale-revision", "killed"]),
    reduceOnly: call(z.strictObject({ commandId }), nothing, ["no-session"]),
  },
  orders: {
    cancelAll: call(z.strictObject({ commandId }), nothing, ["no-session"]),
    /** Cancels everything, then closes the position; quoting stays paused. */
    flatten: call(z.strictObject({ commandId }), nothing, ["no-session"]),
  },
  risk: {
    kill: call(z.strictObject({ commandId }), nothing, ["no-session"]),
    clearKillLatch: call(z.strictObject({ commandId, reason }), nothing, ["not-latched", "session-running"]),
    /** A latch of the risk stage, in the session that runs or, without one, in the journal. */
    clearLatch: call(z.strictObject({ commandId, latch: risk.latchName, reason }), nothing, ["not-latched"]),
  },
  profiles: {
    flip: call(
      z.strictObject({ commandId, profile: profileName, profileRevision: z.int().min(0) }),
      z.strictObject({ profileRevision: z.int() }),
      ["no-session", "stale-revision", "unknown-profile", "invalid-profile"],
    ),
  },
  review: {
    /** The report of a session as a page of its own. */
    report: call(z.strictObject({ sessionId }), views.reviewPage, ["unknown-session", "unreadable"]),
    /** Sessions side by side; an empty list means all that fit. */
    compare: call(
      z.strictObject({ sessionIds: z.array(sessionId).max(1000), filter: sessionFilter }),
      views.reviewPage,
      ["unknown-session", "unreadable"],
    ),
  },
  whatIf: {
    /** Starts one in the background; there is at most one at a time. */
    start: call(whatIfStart, z.strictObject({ runId: z.int().min(1) }), [
      "unknown-session",
      "unknown-tape",
      "what-if-running",
    ]),
    progress: call(z.strictObject({ runId: z.int().min(1) }), whatIfProgress, ["unknown-run"]),
    result: call(z.strictObject({ runId: z.int().min(1) }), whatIfReport, ["unknown-run", "not-done"]),
    cancel: call(z.strictObject({ runId: z.int().min(1) }), nothing, ["unknown-run"]),
  },
  alerts: {
    acknowledge: call(z.strictObject({ alertId: z.int().min(0) }), nothing, ["unknown-alert"]),
  },
  /** A past session on the screens. Nothing here reaches the engine or a venue. */
  replay: {
    open: call(z.strictObject({ sessionId }), nothing, ["unknown-session", "unreadable-tape"]),
    close: call(nothing, nothing, []),
    play: call(z.strictObject({ speed: z.number().min(0.1).max(100) }), nothing, ["no-replay"]),
    pause: call(nothing, nothing, ["no-replay"]),
    seek: call(
      z.discriminatedUnion("to", [
        z.strictObject({ to: z.literal("time"), atUs: z.int().min(0) }),
        z.strictObject({ to: z.literal("event"), seq: z.int().min(0) }),
      ]),
      nothing,
      ["no-replay"],
    ),
    step: call(z.strictObject({ unit: z.enum(["event", "decision"]), direction }), nothing, [
      "no-replay",
      "nothing-there",
    ]),
    jump: call(
      z.discriminatedUnion("to", [
        z.strictObject({ to: z.literal("mark"), kind: replay.markKind, direction }),
        z.strictObject({ to: z.literal("decision"), code: z.string().min(1).max(64), direction }),
      ]),
      replay.replayMark.nullable(),
      ["no-replay", "nothing-there"],
    ),
    timeline: call(nothing, replay.replayTimeline, ["no-replay"]),
  },
  feed: {
    ...sessionStreams,
    ...shownAgain,
    /** Where the replay stands. */
    replay: stream("latest", replay.replayTransport),
  },
} as const;

export type Contract = typeof contract;
