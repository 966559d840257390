/** Sessions of a filter; its values are those of `filterValues`. */
const FITTING = `FROM sessions WHERE started_at_us < @beforeUs AND started_at_us >= @sinceUs
  AND (@market IS NULL OR market = @market) AND (@profile IS NULL OR profile_name = @profile) ORDER BY started_at_us DESC`;

/** All that fit, newest first, with no more than tells them apart. */
export const SELECT_SESSION_KEYS = `SELECT session_id AS sessionId, market, profile_name AS profile ${FITTING}`;

/**
 * Fill count and result stand in the row once a session has ended; before that they are looked up: the net of the last sample, or of
 * the last fill where that is younger.
 */
export const SELECT_SESSIONS = `SELECT session_id AS sessionId, mode, market, venue, profile_name AS profile, started_at_us AS startedAtUs,
  ended_at_us AS endedAtUs, coalesce(ended_how, 'running') AS endedHow,
  coalesce(fills, (SELECT count(*) FROM fills WHERE fills.session_id = sessions.session_id)) AS fills,
  CASE WHEN ended_how IS NOT NULL THEN net ELSE coalesce(
    (SELECT pnl_net FROM
      (SELECT seq AS sample_seq, idx AS sample_idx, pnl_net FROM samples WHERE samples.session_id = sessions.session_id
        ORDER BY seq DESC, idx DESC LIMIT 1)
      WHERE NOT EXISTS (SELECT 1 FROM fills WHERE fills.session_id = sessions.session_id
        AND (fills.seq, fills.idx) > (sample_seq, sample_idx))),
    (SELECT pnl_net FROM fills WHERE fills.session_id = sessions.session_id ORDER BY seq DESC, idx DESC LIMIT 1)) END AS net
  ${FITTING} LIMIT @limit`;

export const SELECT_SESSION = `SELECT sessions.*, durable_seq FROM sessions LEFT JOIN session_progress USING (session_id)
  WHERE session_id = @sessionId`;

export const SELECT_LATE_FILLS = `SELECT * FROM late_fills WHERE session_id = @sessionId ORDER BY seq, idx`;

/** The latches that are set now: the newest row of each name, where that is a `set`. Columns are those of `Latch`; one jump of the index a name. */
export const SELECT_LATCHES = `WITH RECURSIVE name (latch) AS (SELECT min(latch) FROM latches UNION ALL
  SELECT (SELECT min(latch) FROM latches WHERE latch > name.latch) FROM name WHERE name.latch IS NOT NULL)
  SELECT newest.latch, newest.reason, newest.session_id AS sessionId, newest.at_us AS setAtUs
  FROM name JOIN latches AS newest ON newest.id = (SELECT max(id) FROM latches WHERE latches.latch = name.latch)
  WHERE newest.action = 'set'`;
