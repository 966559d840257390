import type { Settings } from "../settings/settings.ts";
import { money, ZERO_MONEY, type Money } from "../values/units.ts";
import { settingMoney } from "./setting-money.ts";

const DAY_US = 86_400_000_000;

export type LossSpan = "session" | "day";

/** One limit's part of the state. `null` = the limit has not been lifted and counts from nothing. */
export interface LossLatch {
  readonly isLatched: boolean;
  /** Result from which a lifted limit counts again. */
  readonly liftedAt: Money | null;
}

/** All that the limits remember; handed to a new session it carries the day and both latches over a restart. */
export interface LossState {
  /** Whole days since the Unix epoch, UTC; null before the first reading. */
  readonly day: number | null;
  /** Result of earlier sessions of that day. */
  readonly carriedToday: Money;
  /** Session result at the beginning of that day. */
  readonly netAtDayStart: Money;
  readonly lastNet: Money;
  readonly session: LossLatch;
  readonly ofDay: LossLatch;
}

export interface LossReading {
  readonly sessionNet: Money;
  readonly dayNet: Money;
  /** Limits whose latch fell at this reading. */
  readonly latching: readonly LossSpan[];
}

const OPEN: LossLatch = { isLatched: false, liftedAt: null };
const NONE: readonly LossSpan[] = [];

const UNTOUCHED: LossState = {
  day: null,
  carriedToday: ZERO_MONEY,
  netAtDayStart: ZERO_MONEY,
  lastNet: ZERO_MONEY,
  session: OPEN,
  ofDay: OPEN,
};

/** The state that a new session starts from: the day goes on, its latch and that of the old session hold, the session's result starts from nothing. */
export function carriedLossState(old: LossState): LossState {
  const dayNet = old.carriedToday + old.lastNet - old.netAtDayStart;
  return {
    day: old.day,
    carriedToday: money(dayNet),
    netAtDayStart: ZERO_MONEY,
    lastNet: ZERO_MONEY,
    session: { isLatched: old.session.isLatched, liftedAt: null },
    ofDay: old.ofDay,
  };
}

/**
 * Latches when a session or a UTC day has lost its limit, `MM_LOSS_LIMIT_SESSION_USD` and `MM_LOSS_LIMIT_DAY_USD` (0 = off). Exact.
 *
 * A latch is lifted only by a person; the limit then counts afresh from where the result stood, so that the next loss of the same size latches
 * again. What happened before midnight belongs to the day before: the result last heard of is the new day's zero. Days come from event times,
 * never from a clock. A day's latch outlasts the day.
 */
export class LossLimits {
  private _state: LossState;
  private _settings: Settings | null = null;
  private _sessionLimit: Money = ZERO_MONEY;
  private _dayLimit: Money = ZERO_MONEY;

  constructor(state: LossState = UNTOUCHED) {
    this._state = state;
  }

  get state(): LossState {
    return this._state;
  }

  get isLatched(): boolean {
    return this._state.session.isLatched || this._state.ofDay.isLatched;
  }

  /** Takes the session's net result at an event's time (microseconds since the epoch, not running backwards). */
  read(nowUs: number, sessionNet: Money, settings: Settings): LossReading {
    this._adopt(settings);
    this._enterDay(Math.floor(nowUs / DAY_US));
    const dayNet = money(this._state.carriedToday + sessionNet - this._state.netAtDayStart);
    const session = latchAfter(this._state.session, sessionNet, this._sessionLimit);
    const ofDay = latchAfter(this._state.ofDay, dayNet, this._dayLimit);
    const latching: LossSpan[] = [];
    if (session !== this._state.session) latching.push("session");
    if (ofDay !== this._state.ofDay) latching.push("day");
    this._state = { ...this._state, lastNet: sessionNet, session, ofDay };
    return { sessionNet, dayNet, latching: latching.length === 0 ? NONE : latching };
  }

  /** A person lifts a latch; false when it had not fallen. */
  lift(span: LossSpan): boolean {
    const latch = span === "session" ? this._state.session : this._state.ofDay;
    if (!latch.isLatched) return false;
    const dayNet = money(this._state.carriedToday + this._state.lastNet - this._state.netAtDayStart);
    const lifted: LossLatch = { isLatched: false, liftedAt: span === "session" ? this._state.lastNet : dayNet };
    this._state = span === "session" ? { ...this._state, session: lifted } : { ...this._state, ofDay: lifted };
    return true;
  }

  private _adopt(settings: Settings): void {
    if (settings === this._settings) return;
    this._settings = settings;
    this._sessionLimit = settingMoney(settings.lossLimitSessionUsd);
    this._dayLimit = settingMoney(settings.lossLimitDayUsd);
  }

  private _enterDay(day: number): void {
    const before = this._state;
    if (before.day === null) this._state = { ...before, day };
    else if (day > before.day)
      this._state = {
        ...before,
        day,
        carriedToday: ZERO_MONEY,
        netAtDayStart: before.lastNet,
        ofDay: { ...before.ofDay, liftedAt: null },
      };
  }
}

/** The same object when nothing changed. */
function latchAfter(latch: LossLatch, net: Money, limit: Money): LossLatch {
  if (latch.isLatched || limit <= 0n) return latch;
  // A gain does not make room for more: from a lifted limit only what is lost below that level counts.
  const zero = latch.liftedAt ?? ZERO_MONEY;
  return zero - net >= limit ? { ...latch, isLatched: true } : latch;
}
