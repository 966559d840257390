/** Which sessions; null leaves nothing out. */
export interface SessionFilter {
  readonly market: string | null;
  /** The profile that the session began with. */
  readonly profile: string | null;
  /** Wall clock of the start; a session that started at `untilUs` itself is left out. */
  readonly sinceUs: number | null;
  readonly untilUs: number | null;
}

export const EVERY_SESSION: SessionFilter = { market: null, profile: null, sinceUs: null, untilUs: null };

/** The filter as the values of a statement, for sessions that started before `beforeUs` as well. */
export function filterValues(
  { market, profile, sinceUs, untilUs }: SessionFilter,
  beforeUs: number | null,
): { market: string | null; profile: string | null; sinceUs: number; beforeUs: number } {
  const latest = Number.MAX_SAFE_INTEGER;
  return { market, profile, sinceUs: sinceUs ?? 0, beforeUs: Math.min(beforeUs ?? latest, untilUs ?? latest) };
}
