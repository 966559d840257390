import { existsSync } from "node:fs";
import { parseMoney } from "../main/kernel/values/market-rules.ts";
import { ZERO_MONEY, money, type Money } from "../main/kernel/values/units.ts";
import { dataFolderPaths } from "./data-folder.ts";
import { SELECT_LATCHES } from "./journal-queries.ts";
import { failureOf, type JournalFailure } from "./journal-failure.ts";
import type { Latch, SessionMode } from "./journal-protocol.ts";
import { closeDb, openReadable, type ReadableDb } from "./open.ts";

/** Which sessions make up a day's result. Times are session time, in microseconds. */
export interface DayOfSessions {
  readonly mode: SessionMode;
  readonly quoteCurrency: string;
  readonly dayStartUs: number;
}

/** What earlier sessions leave behind for the next one. */
export interface CarriedRiskRead {
  readonly ok: true;
  readonly latches: readonly Latch[];
  readonly dayNet: Money;
  /** Result of the day when a person last lifted its loss latch, on that day; null = nobody has. */
  readonly dayNetAtLift: Money | null;
}

/** Sessions that began longer before the day cannot reach into it. */
const LONGEST_SESSION_US = 14 * 86_400_000_000;

const SELECT_DAY_SESSIONS = `SELECT session_id AS sessionId, session_start_us AS startUs FROM sessions WHERE mode = @mode
  AND json_extract(rules, '$.quoteCurrency') = @quoteCurrency
  AND session_start_us >= @fromUs AND session_start_us < @dayEndUs`;

const SELECT_NET_BEFORE = `SELECT pnl_net AS net, at_us AS atUs FROM
  (SELECT * FROM (SELECT seq, idx, at_us, pnl_net FROM fills WHERE session_id = @sessionId AND at_us < @untilUs ORDER BY seq DESC, idx DESC LIMIT 1)
   UNION ALL
   SELECT * FROM (SELECT seq, idx, at_us, pnl_net FROM samples WHERE session_id = @sessionId AND at_us < @untilUs ORDER BY seq DESC, idx DESC LIMIT 1))
  ORDER BY seq DESC, idx DESC LIMIT 1`;

const SELECT_DAY_LOSS_ROW = `SELECT action, at_us AS atUs FROM latches WHERE latch = 'day-loss' ORDER BY id DESC LIMIT 1`;

const DAY_US = 86_400_000_000;

/** Reads latches and the day's result so far over a connection of its own. A folder without a journal carries nothing. */
export function readCarriedRisk(dataDir: string, day: DayOfSessions): CarriedRiskRead | JournalFailure {
  const { journalFile } = dataFolderPaths(dataDir);
  if (!existsSync(journalFile)) return { ok: true, latches: [], dayNet: ZERO_MONEY, dayNetAtLift: null };
  const opened = openReadable(journalFile);
  if (!opened.ok) return opened;
  try {
    return read(opened.db, day);
  } catch (error) {
    return failureOf(error, journalFile);
  } finally {
    closeDb(opened.db);
  }
}

function read(db: ReadableDb, day: DayOfSessions): CarriedRiskRead {
  const { dayStartUs } = day;
  const latches = db.prepare<[], Latch>(SELECT_LATCHES).all();
  const last = db.prepare<[], { action: string; atUs: number }>(SELECT_DAY_LOSS_ROW).get();
  const isLifted = last?.action === "clear" && last.atUs >= dayStartUs;
  return {
    ok: true,
    latches,
    dayNet: netOf(db, day, dayStartUs + DAY_US),
    dayNetAtLift: isLifted ? netOf(db, day, last.atUs + 1) : null,
  };
}

/** What the day's sessions have brought from its start to a time. */
function netOf(db: ReadableDb, { mode, quoteCurrency, dayStartUs }: DayOfSessions, untilUs: number): Money {
  const fromUs = dayStartUs - LONGEST_SESSION_US;
  const keys = { mode, quoteCurrency, fromUs, dayEndUs: dayStartUs + DAY_US };
  const sessions = db.prepare<[typeof keys], { sessionId: string; startUs: number }>(SELECT_DAY_SESSIONS).all(keys);
  const before = db.prepare<[{ sessionId: string; untilUs: number }], { net: string; atUs: number }>(SELECT_NET_BEFORE);
  let sum = 0n;
  for (const { sessionId, startUs } of sessions) {
    const last = before.get({ sessionId, untilUs });
    // A session whose last row lies before the day brought nothing in it
    if (last === undefined || last.atUs < dayStartUs) continue;
    sum += parseMoney(last.net);
    // One that began in the day has nothing from before it; looking for that would walk all its rows
    if (startUs < dayStartUs) sum -= parseMoney(before.get({ sessionId, untilUs: dayStartUs })?.net ?? "0");
  }
  return money(sum);
}
