/** Fill count and result stand in the row once a session has ended; before that they are looked up. */
export const SELECT_SESSIONS = `SELECT session_id AS sessionId, mode, market, venue, profile_name AS profile, started_at_us AS startedAtUs,
  ended_at_us AS endedAtUs, coalesce(ended_how, 'running') AS endedHow,
  coalesce(fills, (SELECT count(*) FROM fills WHERE fills.session_id = sessions.session_id)) AS fills,
  CASE WHEN ended_how IS NOT NULL THEN net ELSE (SELECT pnl_net FROM
    (SELECT * FROM (SELECT seq, idx, pnl_net FROM fills WHERE fills.session_id = sessions.session_id
      ORDER BY seq DESC, idx DESC LIMIT 1)
     UNION ALL
     SELECT * FROM (SELECT seq, idx, pnl_net FROM samples WHERE samples.session_id = sessions.session_id
      ORDER BY seq DESC, idx DESC LIMIT 1))
    ORDER BY seq DESC, idx DESC LIMIT 1) END AS net
  FROM sessions WHERE started_at_us < @beforeUs ORDER BY started_at_us DESC LIMIT @limit`;

export const SELECT_SESSION = `SELECT sessions.*, durable_seq FROM sessions LEFT JOIN session_progress USING (session_id)
  WHERE session_id = @sessionId`;

export const SELECT_DECISIONS_BEFORE = `SELECT * FROM reprice_decisions WHERE session_id = @sessionId AND (seq, idx) < (@seq, @idx)
  ORDER BY seq DESC, idx DESC LIMIT @limit`;

export const SELECT_ALERTS_BEFORE = `SELECT * FROM alerts WHERE session_id = @sessionId AND (seq, idx) < (@seq, @idx)
  ORDER BY seq DESC, idx DESC LIMIT @limit`;

/** The latches that are set now: the newest row of each, where that is a `set`. Columns are those of `Latch`. */
export const SELECT_LATCHES = `SELECT latch, reason, session_id AS sessionId, at_us AS setAtUs FROM latches AS newest
  WHERE action = 'set' AND NOT EXISTS (SELECT 1 FROM latches AS later WHERE later.latch = newest.latch AND later.id > newest.id)
  ORDER BY id`;
