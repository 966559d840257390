/** Which of the world's trading sessions are open; they overlap. */
export interface SessionFlags {
  readonly isAsia: boolean;
  readonly isEurope: boolean;
  readonly isUnitedStates: boolean;
  /** Saturday or Sunday in UTC: perpetuals trade on, the exchanges behind the sessions do not. */
  readonly isWeekend: boolean;
}

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;

/** Open hours in UTC, the end not included, the same all year: an hour of summer time either way is within what a session means for a market that never closes. */
export const SESSION_HOURS_UTC = {
  /** Tokyo, Hong Kong, Singapore: 09:00 to 17:00 in Tokyo. */
  asia: { from: 0, to: 8 },
  /** London and Frankfurt: 07:00 to 16:00 in London's winter. */
  europe: { from: 7, to: 16 },
  /** New York: 08:00 to 16:00 in its winter, 09:00 to 17:00 in its summer. */
  unitedStates: { from: 13, to: 21 },
} as const;

/** One object for each hour of the week, Monday first, so that a reading costs no memory. */
const BY_HOUR: readonly SessionFlags[] = Array.from({ length: 7 * 24 }, (_value, hourOfWeek) => {
  const hour = hourOfWeek % 24;
  return {
    isAsia: isWithin(hour, SESSION_HOURS_UTC.asia),
    isEurope: isWithin(hour, SESSION_HOURS_UTC.europe),
    isUnitedStates: isWithin(hour, SESSION_HOURS_UTC.unitedStates),
    isWeekend: hourOfWeek >= 5 * 24,
  };
});

/** Flags at a time in microseconds since the Unix epoch, UTC; leap seconds are not in it. Throws on a time before the epoch. */
export function sessionFlags(timeUs: number): SessionFlags {
  // The epoch was a Thursday: three days into a week that starts on Monday
  const hourOfWeek = Math.floor(((timeUs + 3 * DAY_US) % (7 * DAY_US)) / HOUR_US);
  const flags = BY_HOUR[hourOfWeek];
  if (flags === undefined) throw new RangeError(`time must be at or after the epoch, was ${timeUs} us`);
  return flags;
}

function isWithin(hour: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return hour >= from && hour < to;
}
