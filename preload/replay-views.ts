/** View models of a past session that is shown again: where the replay stands, and what lies on its way. */
import { z } from "zod";
import { regime } from "./views.ts";

const us = z.int().min(0);

export const markKind = z.enum(["fill", "regime", "profile", "reject", "halt", "gap"]);

/** What the transport bar shows, several times a second. */
export const replayTransport = z.strictObject({
  /** `preparing`: snapshots are being made, once for a session. */
  phase: z.enum(["closed", "preparing", "ready", "failed"]),
  sessionId: z.string().nullable(),
  /** Share of the tape that has been prepared, 0 to 1. */
  progress: z.number(),
  /** Why it failed, or what is not as it should be. */
  problem: z.string().nullable(),
  isPlaying: z.boolean(),
  /** Session seconds a wall second. */
  speed: z.number(),
  /** The last event that was shown; 0 = none. */
  seq: z.int().min(0),
  lastSeq: z.int().min(0),
  atUs: us,
  startUs: us,
  endUs: us,
  /** True when the straight run had the effect hash that the session was stored with; null = none was stored. */
  isEqual: z.boolean().nullable(),
});

export const replayMark = z.strictObject({ kind: markKind, seq: z.int(), atUs: us, text: z.string() });

/** The whole way of a session, thinned to what a bar on a screen can show. */
export const replayTimeline = z.strictObject({
  startUs: us,
  endUs: us,
  marks: z.array(replayMark).max(6000),
  /** How many there are of each kind, also of those that were left out. */
  counts: z.record(markKind, z.int()),
  regimes: z.array(z.strictObject({ fromUs: us, toUs: us, regime })).max(4000),
  /** Mid price along the way; null breaks the line. */
  path: z.array(z.strictObject({ atUs: us, mid: z.number().nullable() })).max(1000),
  /** Decisions that occur, with the number of rows that they begin. */
  codes: z.array(z.strictObject({ code: z.string(), rows: z.int() })),
});
