/** Every figure of reports of rough, crashed, flipped and killed sessions against SQL that is written here and shares no code with them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { closeDb, openReadable, type ReadableDb } from "../../../db/open.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import type { SessionReport } from "../../../main/review/session-report.ts";
import { startJournal } from "../../../main/session/journal-host.ts";
import { compareSessions, reviewSession } from "../../../main/session/review/review-session.ts";
import { prepareSession } from "../../../main/session/session-factory.ts";
import type { SessionSpec } from "../../../main/session/session-spec.ts";
import { loadProfile, toSnapshot } from "../../../main/profiles/loader.ts";
import { tapeOf } from "../../cli/cli-process.ts";
import { tampered } from "../../db/tampering.ts";
import { recordedSpec, recordSession, type RecordedAct } from "../../support/recorded-session.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ballast-report-sql-"));
const by = "operator";
const oftenFilled = ["MM_MIN_OFFSET_BPS=0.1", "MM_MICRO_VOL_MAX_BPS=100", "MM_MICRO_DRIFT_MAX_BPS=100"];
const base: SessionSpec = { ...recordedSpec, overrides: oftenFilled, makerBps: "-0.5", takerBps: "4", dataDir };
const flipped: SessionSpec = { ...base, source: { kind: "generated", market: "btc", seed: 3, scenario: "volatile" } };
/** So large that orders are filled in part, at a venue whose reports come late and out of order. */
const rough: SessionSpec = {
  ...base,
  source: { kind: "generated", market: "btc", seed: 7, scenario: "calm" },
  fillModel: "queue-power:2",
  venueFaults: "late-reports=0.5,late-ms=900",
  collateral: "5000000",
  durationUs: 90_000_000,
  overrides: [
    ...oftenFilled,
    "MM_ORDER_SIZE_MULTIPLIER=5000",
    "MM_MAX_ORDER_NOTIONAL_USD=1000000",
    "MM_MAX_POSITION_NOTIONAL_USD=10000000",
    "MM_MAX_POSITION_SIZE=500",
  ],
};

const sessions = ["plain", "flipped and killed", "crashed", "rough"] as const;
const sessionIds: Record<string, string> = {};
let db: ReadableDb;

/** The process is gone at a second of the session: nothing ends, and the next start finds it so. */
async function crashSession(spec: SessionSpec, atS: number): Promise<string> {
  const journal = startJournal(dataDir);
  await journal.client.ready();
  const outcome = prepareSession(spec, journal.client);
  if (!outcome.ok) throw new Error(outcome.message);
  const { manifest, session, recorder, startUs } = outcome.prepared;
  journal.client.begin(manifest);
  session.advance(startUs + atS * 1_000_000, Infinity);
  recorder.finish();
  session.close();
  await journal.close();
  const next = startJournal(dataDir);
  await next.client.ready();
  await next.close();
  // So that nothing is completed from it, and all figures are the journal's own
  rmSync(tapeOf(dataDir, manifest.sessionId));
  return manifest.sessionId;
}

const flip: RecordedAct = {
  atS: 12,
  command: () => {
    const loaded = loadProfile("crypto", { dataDir });
    if (!loaded.ok) throw new Error(loaded.message);
    return { type: "profile-changed", commandId: "operator-1", by, profile: toSnapshot(loaded.profile, 2) };
  },
};
const kill: RecordedAct = {
  atS: 24,
  command: () => ({ type: "operator-commanded", commandId: "operator-2", command: "kill", by }),
};

beforeAll(async () => {
  sessionIds["plain"] = await recordSession(base);
  sessionIds["flipped and killed"] = await recordSession(flipped, [flip, kill]);
  sessionIds["crashed"] = await crashSession(base, 21);
  sessionIds["rough"] = await recordSession(rough);
  const opened = openReadable(join(dataDir, "journal.sqlite"));
  if (!opened.ok) throw new Error(opened.message);
  db = opened.db;
}, 60_000);
afterAll(() => {
  closeDb(db);
  rmSync(dataDir, { recursive: true, force: true });
});

function report(name: string, folder = dataDir): SessionReport {
  const reviewed = reviewSession(folder, sessionIds[name] ?? "", false);
  if (!reviewed.ok) throw new Error(reviewed.message);
  return reviewed.value;
}

function rows<T extends object>(name: string, sql: string, from = db): readonly T[] {
  return from.prepare<{ id: string | undefined }, T>(sql).all({ id: sessionIds[name] });
}

function one<T extends object>(name: string, sql: string): T {
  const [row] = rows<T>(name, sql);
  if (row === undefined) throw new Error("the statement must give a row");
  return row;
}

/** The rows of the result in their order, each with what it added to the one before. */
const STEPS = `
  path AS (
    SELECT seq, idx, at_us, CAST(pnl_net AS REAL) AS net, CAST(pnl_inventory AS REAL) AS inventory, 1 AS fills
      FROM fills WHERE session_id = :id
    UNION ALL
    SELECT seq, idx, at_us, CAST(pnl_net AS REAL), CAST(pnl_inventory AS REAL), 0 FROM samples WHERE session_id = :id),
  start AS (SELECT session_start_us AS start_us, profile_hash FROM sessions WHERE session_id = :id),
  steps AS (
    SELECT seq, idx, at_us, net, fills,
           net - lag(net, 1, 0) OVER byRow AS change,
           inventory - lag(inventory, 1, 0) OVER byRow AS inventory,
           at_us - lag(at_us, 1, (SELECT start_us FROM start)) OVER byRow AS span
      FROM path WINDOW byRow AS (ORDER BY seq, idx))`;

interface SplitRow {
  readonly name: string;
  readonly net: number;
  readonly inventory: number;
  readonly fills: number;
  readonly span: number;
}

function bySql(name: string, nameOfStep: string, from = db): readonly SplitRow[] {
  const sql = `WITH ${STEPS}
    SELECT ${nameOfStep} AS name, sum(change) AS net, sum(inventory) AS inventory, sum(fills) AS fills, sum(span) AS span
      FROM steps GROUP BY 1 ORDER BY 1`;
  return rows<SplitRow>(name, sql, from);
}

interface ToldSplit {
  readonly name: string;
  readonly net: string;
  readonly inventory: string;
  readonly fills: number;
  readonly durationUs: number;
}

function expectSplits(told: readonly ToldSplit[], sql: readonly SplitRow[]): void {
  const sorted = told.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(sorted.map(({ name, fills, durationUs }) => ({ name, fills, span: durationUs }))).toEqual(
    sql.map(({ name, fills, span }) => ({ name, fills, span })),
  );
  for (const [index, { net, inventory }] of sql.entries()) {
    expect(Number(sorted[index]?.net)).toBeCloseTo(net, 7);
    expect(Number(sorted[index]?.inventory)).toBeCloseTo(inventory, 7);
  }
}

/** The value at a share of sorted values: nearest rank, halves to the even one. */
function ranks(values: string): string {
  return `
    WITH v AS (SELECT value, row_number() OVER (ORDER BY value) - 1 AS n FROM (${values})),
      size AS (SELECT count(*) - 1 AS last FROM v),
      wanted (share) AS (VALUES (0.05), (0.1), (0.5), (0.9), (0.95), (0.99)),
      exact AS (SELECT share, share * last AS r, CAST(share * last AS INTEGER) AS below FROM wanted, size),
      near AS (SELECT share, below + (r - below > 0.5 OR (r - below = 0.5 AND below % 2 = 1)) AS n FROM exact)
    SELECT share, value FROM near JOIN v USING (n) ORDER BY share`;
}

/** A step that ends as the clock strikes is of the hour before. */
const HOUR = "strftime('%Y-%m-%d %H:00', (at_us - (span > 0)) / 1000000, 'unixepoch')";

/** A number of orders, by what any of their rows says. */
function orders(name: string, holds: string): number {
  const sql = `SELECT count(DISTINCT order_id) AS n FROM orders WHERE session_id = :id AND (${holds})`;
  return one<{ n: number }>(name, sql).n;
}

it("has sessions of the kinds that it wants", () => {
  const ends = sessions.map((name) =>
    one<{ how: string }>(name, "SELECT ended_how AS how FROM sessions WHERE session_id = :id"),
  );
  expect(ends.map(({ how }) => how)).toEqual(["ended", "killed", "crashed", "ended"]);
  for (const name of sessions) expect(report(name).fills.all.fills, name).toBeGreaterThan(5);
  const { rowsOf, orders: cancelled } = one<{ rowsOf: number; orders: number }>(
    "rough",
    "SELECT count(*) AS rowsOf, count(DISTINCT order_id) AS orders FROM orders WHERE session_id = :id AND status = 'cancelled'",
  );
  expect(rowsOf).toBeGreaterThan(cancelled);
});

describe.each(sessions)("the report of the session that was %s", (name) => {
  it("counts each order once, and so does the result of the session itself", () => {
    const { orders: told, quoteToFill, churn, decisions } = report(name);
    const placed = orders(name, "status <> 'denied'");
    const accepted = orders(name, "status = 'resting' OR filled_lots > 0");
    const cancelled = orders(name, "status = 'cancelled'");
    const filled = one<{ n: number }>(name, "SELECT count(DISTINCT order_id) AS n FROM fills WHERE session_id = :id").n;
    const partly = one<{ n: number }>(
      name,
      `SELECT count(*) AS n FROM orders AS o WHERE session_id = :id AND status = 'cancelled' AND filled_lots > 0 AND NOT EXISTS
         (SELECT 1 FROM orders AS l WHERE l.session_id = :id AND l.order_id = o.order_id AND (l.seq, l.idx) > (o.seq, o.idx))`,
    ).n;
    expect(told).toMatchObject({ placements: placed, accepted, cancelled, filledOrders: filled });
    expect(told.partlyFilledOrders).toBe(partly);
    expect(told.fillRate).toBeCloseTo(filled / accepted, 12);
    expect(told.cancelRatio).toBeCloseTo(cancelled / placed, 12);
    expect(told.cancelReasons.reduce((sum, of) => sum + of.orders, 0)).toBe(cancelled);
    const { makers, fills } = one<{ makers: number; fills: number }>(
      name,
      "SELECT sum(liquidity = 'maker') AS makers, count(*) AS fills FROM fills WHERE session_id = :id",
    );
    expect(quoteToFill).toBeCloseTo(placed / makers, 12);
    expect(churn).toBeCloseTo((cancelled + decisions.replaced) / fills, 12);
    const { live } = one<{ live: string | null }>(
      name,
      "SELECT json_array(result ->> 'placements', result ->> 'cancels') AS live FROM sessions WHERE session_id = :id AND result IS NOT NULL UNION ALL SELECT NULL LIMIT 1",
    );
    expect(live).toBe(name === "crashed" ? null : JSON.stringify([placed, cancelled]));
  });

  it("has the lifetimes of quotes", () => {
    const { orders: told, fills } = report(name);
    const lives = one<{ n: number; mean: number; least: number; greatest: number }>(
      name,
      `WITH o AS (SELECT order_id, status, at_us, row_number() OVER (PARTITION BY order_id ORDER BY seq, idx) AS n,
                         min(at_us) OVER (PARTITION BY order_id) AS placed FROM orders WHERE session_id = :id),
         ends AS (SELECT status, at_us - placed AS us, row_number() OVER (PARTITION BY order_id ORDER BY n) AS nth
                    FROM o WHERE status IN ('filled', 'cancelled', 'rejected', 'denied'))
       SELECT count(*) AS n, avg(us / 1000.0) AS mean, min(us) / 1000.0 AS least, max(us) / 1000.0 AS greatest
         FROM ends WHERE nth = 1 AND status IN ('filled', 'cancelled')`,
    );
    expect(told.lifetimeMs).toMatchObject({ count: lives.n, least: lives.least, greatest: lives.greatest });
    expect(told.lifetimeMs.mean).toBeCloseTo(lives.mean, 6);
    const filled = rows<{ share: number; value: number }>(
      name,
      ranks("SELECT quote_lifetime_us / 1000.0 AS value FROM fills WHERE session_id = :id"),
    );
    const { p5, p10, p50, p90, p95, p99 } = fills.lifetimeMs;
    expect([p5, p10, p50, p90, p95, p99]).toEqual(filled.map(({ value }) => value));
  });

  it("has the worst drawdown and where it was", () => {
    const { worst, atEnd, troughAtUs } = report(name).result.drawdown;
    const sql = `WITH ${STEPS},
      falls AS (SELECT seq, idx, at_us, max(0.0, max(net) OVER (ORDER BY seq, idx)) - net AS fall FROM steps)
      SELECT fall, at_us AS at, (SELECT fall FROM falls ORDER BY seq DESC, idx DESC LIMIT 1) AS atEnd
        FROM falls ORDER BY fall DESC, seq, idx LIMIT 1`;
    const found = one<{ fall: number; at: number; atEnd: number }>(name, sql);
    expect(found.fall).toBeGreaterThan(0);
    expect(Number(worst)).toBeCloseTo(found.fall, 7);
    expect(Number(atEnd)).toBeCloseTo(found.atEnd, 7);
    expect(troughAtUs).toBe(found.at);
  });

  it("splits the result by hour and by regime", () => {
    const { result } = report(name);
    expectSplits(result.byHour, bySql(name, HOUR));
    const regime = `coalesce((SELECT to_regime FROM regime_changes AS r WHERE r.session_id = :id AND (r.seq, r.idx) < (steps.seq, steps.idx)
      ORDER BY r.seq DESC, r.idx DESC LIMIT 1), 'before the first look')`;
    expect(result.byRegime.length).toBeGreaterThan(name === "rough" ? 1 : 0);
    expectSplits(result.byRegime, bySql(name, regime));
  });

  it("has the distribution of the position", () => {
    const { inventory } = report(name);
    const { lot } = one<{ lot: number }>(
      name,
      "SELECT CAST(rules ->> 'lotSize' AS REAL) AS lot FROM sessions WHERE session_id = :id",
    );
    const positions = "SELECT position_lots AS value FROM samples WHERE session_id = :id";
    const { n, mean, variance } = one<{ n: number; mean: number; variance: number }>(
      name,
      `SELECT count(*) AS n, avg(value) AS mean, avg(1.0 * value * value) - avg(value) * avg(value) AS variance FROM (${positions})`,
    );
    const { distribution } = inventory;
    expect(distribution.count).toBe(n);
    expect(distribution.mean).toBeCloseTo(mean * lot, 9);
    expect((distribution.variance ?? 0) / lot ** 2 / variance).toBeCloseTo(1, 9);
    const { p5, p10, p50, p90, p95, p99 } = distribution;
    const found = rows<{ share: number; value: number }>(name, ranks(positions)).map(({ value }) => value * lot);
    for (const [index, value] of [p5, p10, p50, p90, p95, p99].entries())
      expect(value).toBeCloseTo(found[index] ?? NaN, 9);
    const absolute = rows<{ share: number; value: number }>(
      name,
      ranks(`SELECT abs(value) AS value FROM (${positions})`),
    );
    expect(Number(inventory.p95Abs)).toBeCloseTo((absolute.find(({ share }) => share === 0.95)?.value ?? NaN) * lot, 9);
    const { most } = one<{ most: number }>(
      name,
      "SELECT max(abs(position_lots)) AS most FROM fills WHERE session_id = :id",
    );
    expect(Number(inventory.maxAbs)).toBeCloseTo(most * lot, 9);
  });

  it("has the cost of adverse selection", () => {
    const { markouts } = report(name);
    expect(markouts.source).toBe("journal");
    const found = rows<{ fills: number; halfTickLots: number; bps: number; scale: string }>(
      name,
      `SELECT count(*) AS fills, avg(against * 10000.0 / mid) AS bps, sum(against * size_lots) AS halfTickLots FROM (
         SELECT m.horizon_us, f.mid_half_ticks AS mid, f.size_lots,
                CASE f.side WHEN 'buy' THEN 1 ELSE -1 END * (f.mid_half_ticks - m.mid_half_ticks) AS against
           FROM fills AS f JOIN markouts AS m USING (session_id, trade_id)
          WHERE session_id = :id AND f.mid_half_ticks IS NOT NULL AND m.mid_half_ticks IS NOT NULL)
       GROUP BY horizon_us ORDER BY horizon_us`,
    );
    const { tick, lot } = one<{ tick: string; lot: string }>(
      name,
      "SELECT rules ->> 'tickSize' AS tick, rules ->> 'lotSize' AS lot FROM sessions WHERE session_id = :id",
    );
    expect(found.length).toBeGreaterThan(2);
    for (const [index, { fills, halfTickLots, bps }] of found.entries()) {
      const told = markouts.adverseSelection[index];
      expect(told?.fills).toBe(fills);
      expect(told?.total).toBe(new Decimal(halfTickLots).mul(tick).mul(lot).div(2).toFixed());
      expect(told?.meanBps).toBeCloseTo(bps, 9);
    }
  });

  it("has the pauses of the slots", () => {
    const { pauses } = report(name);
    const tables = [
      "fills",
      "markouts",
      "operator_commands",
      "orders",
      "profile_changes",
      "regime_changes",
      "risk_events",
    ];
    const ends = ["samples", ...tables].map((table) => `SELECT max(at_us) AS at FROM ${table} WHERE session_id = :id`);
    const runs = ["alerts", "reprice_decisions"].map(
      (table) => `SELECT max(last_at_us) FROM ${table} WHERE session_id = :id`,
    );
    const found = rows<{ reason: string; pauses: number; slotTimeUs: number; longestUs: number }>(
      name,
      `WITH last AS (SELECT max(at) AS end_us FROM (${[...ends, ...runs].join(" UNION ALL ")})),
         looks AS (SELECT side || level AS slot, seq, idx, at_us, CASE WHEN code GLOB 'skip_*' THEN code END AS reason FROM reprice_decisions
           WHERE session_id = :id AND code NOT IN ('skip_interval', 'skip_cancel_pending', 'skip_token')),
         numbered AS (SELECT *, row_number() OVER bySlot AS n, lag(reason) OVER bySlot AS before FROM looks
           WINDOW bySlot AS (PARTITION BY slot ORDER BY seq, idx)),
         spans AS (SELECT reason, lead(at_us, 1, (SELECT end_us FROM last)) OVER (PARTITION BY slot ORDER BY seq, idx) - at_us AS us
           FROM numbered WHERE n = 1 OR reason IS NOT before)
       SELECT reason, count(*) AS pauses, sum(us) AS slotTimeUs, max(us) AS longestUs
         FROM spans WHERE reason IS NOT NULL GROUP BY reason ORDER BY reason`,
    );
    expect(found.length).toBeGreaterThan(0);
    const told = pauses
      .map(({ reason, pauses: times, slotTimeUs, longestUs }) => ({ reason, pauses: times, slotTimeUs, longestUs }))
      .toSorted((a, b) => (a.reason < b.reason ? -1 : 1));
    expect(told).toEqual(found);
  });
});

describe("the report of a session over the hour", () => {
  it("splits the result where the clock strikes", () => {
    // All sessions begin on the hour: as if this one had begun 14 s before it
    const shift = 14_000_000;
    const columns = { samples: ["at_us"], fills: ["at_us"], sessions: ["session_start_us"] };
    const folder = tampered(dataDir, (copy) => {
      for (const [table, [column = ""]] of Object.entries(columns))
        copy.exec(`UPDATE ${table} SET ${column} = ${column} - ${shift}`);
    });
    const opened = openReadable(join(folder, "journal.sqlite"));
    if (!opened.ok) throw new Error(opened.message);
    onTestFinished(() => closeDb(opened.db));
    const { byHour } = report("plain", folder).result;
    expect(byHour.map(({ name }) => name)).toEqual(["2025-12-31 23:00", "2026-01-01 00:00"]);
    expect(byHour[0]?.durationUs).toBe(shift);
    expect(Math.min(...byHour.map(({ fills }) => fills))).toBeGreaterThan(0);
    expectSplits(byHour, bySql("plain", HOUR, opened.db));
  });
});

describe("a comparison with a session whose profile was changed", () => {
  it("says of each version what was earned while it was in force", () => {
    const everything = { sessionIds: [], market: null, profile: null, sinceUs: null, untilUs: null };
    const compared = compareSessions(dataDir, everything);
    if (!compared.ok) throw new Error(compared.message);
    const inForce = `coalesce((SELECT after_hash FROM profile_changes AS p WHERE p.session_id = :id AND (p.seq, p.idx) < (steps.seq, steps.idx)
      ORDER BY p.seq DESC, p.idx DESC LIMIT 1), (SELECT profile_hash FROM start))`;
    const found = new Map<string, { net: number; fills: number; sessions: number }>();
    for (const name of sessions) {
      for (const { name: hash, net, fills } of bySql(name, inForce)) {
        const known = found.get(hash) ?? { net: 0, fills: 0, sessions: 0 };
        found.set(hash, { net: known.net + net, fills: known.fills + fills, sessions: known.sessions + 1 });
      }
    }
    const { versions } = compared.value;
    expect(versions).toHaveLength(found.size);
    expect(found.size).toBe(3);
    for (const [hash, { net, fills, sessions: count }] of found) {
      const version = versions.find(({ name }) => name.includes(` ${hash.slice(0, 8)} `));
      expect(version).toMatchObject({ fills, sessions: count });
      expect(Number(version?.net)).toBeCloseTo(net, 7);
    }
  });
});
