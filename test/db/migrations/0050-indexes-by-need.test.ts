import { expect, onTestFinished, test } from "vitest";
import { migrate, MIGRATIONS } from "../../../db/migrate.ts";
import { closeWritable, openWritable } from "../../../db/open.ts";
import { temporaryFolder } from "../journal-harness.ts";

const SESSION = `INSERT INTO sessions (session_id, app_version, build_hash, mode, venue, market, rules, rules_hash, profile_name,
  profile_text, profile_hash, overrides, source, started_at_us, session_start_us)
  VALUES ('s', '1', 'b', 'paper', 'sim', 'BTC', '{}', 'h', 'legacy', '', 'h', '[]', '{}', 1, 1)`;
const FILL = `INSERT INTO fills VALUES ('s', 3, 0, 1, 7, 't', 'buy', 'buy', 0, 1, 1, 'maker', '0', NULL, NULL, NULL, 1,
  '0', '0', '0', '0', '0', 1, NULL)`;

test("rows from before are in the new indexes, and the one of open sessions is in the order of their start", () => {
  const opened = openWritable(":memory:");
  if (!opened.ok) throw new Error(opened.message);
  const { db } = opened;
  onTestFinished(() => closeWritable(db));
  const folder = temporaryFolder();
  const before = MIGRATIONS.filter(({ version }) => version < 50);
  expect(migrate(db, folder, before)).toMatchObject({ ok: true, to: 40 });
  db.exec(SESSION);
  for (const [seq, status] of ["in-flight", "resting", "filled"].entries())
    db.exec(`INSERT INTO orders VALUES ('s', ${seq}, 0, 1, 7, 'buy', 'buy', 0, 1, 1, 0, '${status}', NULL)`);
  db.exec(FILL);
  const upTo50 = MIGRATIONS.filter(({ version }) => version <= 50);
  expect(migrate(db, folder, upTo50)).toMatchObject({ ok: true, from: 40, to: 50 });
  const first = (sql: string): unknown => db.prepare(sql).pluck().get();
  expect(first("SELECT seq FROM fills INDEXED BY fills_by_trade WHERE session_id = 's' AND trade_id = 't'")).toBe(3);
  expect(
    db
      .prepare(
        "SELECT seq FROM orders INDEXED BY orders_in_flight WHERE session_id = 's' AND order_id = 7 AND status = 'in-flight'",
      )
      .pluck()
      .all(),
  ).toEqual([0]);
  expect(
    first("SELECT session_id FROM sessions INDEXED BY sessions_by_mode WHERE mode = 'paper' AND session_start_us >= 1"),
  ).toBe("s");
  expect(
    first(
      "SELECT session_id FROM sessions INDEXED BY sessions_without_end WHERE ended_how IS NULL ORDER BY started_at_us",
    ),
  ).toBe("s");
  expect(first("PRAGMA integrity_check")).toBe("ok");
});
