/** The latches that are set now: the newest row of each, where that is a `set`. Columns are those of `Latch`. */
export const SELECT_LATCHES = `SELECT latch, reason, session_id AS sessionId, at_us AS setAtUs FROM latches AS newest
  WHERE action = 'set' AND NOT EXISTS (SELECT 1 FROM latches AS later WHERE later.latch = newest.latch AND later.id > newest.id)
  ORDER BY id`;
