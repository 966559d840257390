import { expect, onTestFinished, test } from "vitest";
import { migrate } from "../../../db/migrate.ts";
import { migration0010 } from "../../../db/migrations/0010-journal.ts";
import { migration0020 } from "../../../db/migrations/0020-risk-events-and-markouts.ts";
import { migration0030 } from "../../../db/migrations/0030-chain-and-retention.ts";
import { migration0040 } from "../../../db/migrations/0040-fill-snapshots.ts";
import { closeWritable, openWritable } from "../../../db/open.ts";
import { temporaryFolder } from "../journal-harness.ts";

const BEFORE = [migration0010, migration0020, migration0030];
const FILL =
  "'s', %, 0, 1, 1, 't', 'buy', 'buy', 0, 1, 1, 'maker', '0', NULL, NULL, NULL, 1, '0', '0', '0', '0', '0', 1";

test("fills from before have no snapshot, new ones hold JSON and nothing else", () => {
  const opened = openWritable(":memory:");
  if (!opened.ok) throw new Error(opened.message);
  const { db } = opened;
  onTestFinished(() => closeWritable(db));
  const folder = temporaryFolder();
  expect(migrate(db, folder, BEFORE)).toMatchObject({ ok: true, to: 30 });
  db.exec(`INSERT INTO sessions (session_id, app_version, build_hash, mode, venue, market, rules, rules_hash, profile_name,
    profile_text, profile_hash, overrides, source, started_at_us, session_start_us)
    VALUES ('s', '1', 'b', 'paper', 'sim', 'BTC', '{}', 'h', 'legacy', '', 'h', '[]', '{}', 1, 1)`);
  db.exec(`INSERT INTO fills VALUES (${FILL.replace("%", "1")})`);
  migration0040.up(db);
  db.exec(`INSERT INTO fills VALUES (${FILL.replace("%", "2")}, '{"vpin":0.5}')`);
  expect(() => db.exec(`INSERT INTO fills VALUES (${FILL.replace("%", "3")}, '{')`)).toThrow(/CHECK/);
  expect(db.prepare("SELECT snapshot FROM fills ORDER BY seq").pluck().all()).toEqual([null, '{"vpin":0.5}']);
  expect(() => db.exec("UPDATE fills SET snapshot = NULL")).toThrow(/append-only/);
});
