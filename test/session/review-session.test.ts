/** The figures of real sessions against SQL that was written here, and their markouts against the tape. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDb, openReadable, type ReadableDb } from "../../db/open.ts";
import { Decimal } from "../../main/kernel/values/decimal.ts";
import type { SessionReport } from "../../main/review/session-report.ts";
import { comparePage } from "../../main/review/page/compare-page.ts";
import { compareSessions, reviewSession } from "../../main/session/review/review-session.ts";
import { ballast, lastLine } from "../cli/cli-process.ts";

const recorded = path.resolve(import.meta.dirname, "../../../shared/data/binance-usdm/btcusdt_20240808.gz");
const dataDir = mkdtempSync(path.join(tmpdir(), "ballast-review-"));
const EVERYTHING = { sessionIds: [], market: null, profile: null, sinceUs: null, untilUs: null };
let db: ReadableDb;
let sessionIds: readonly string[];

async function run(...args: readonly string[]): Promise<string> {
  const outcome = await ballast(...args, "--data", dataDir, "--json");
  if (outcome.code !== 0) throw new Error(`${args.join(" ")} must end well, was ${outcome.code}: ${outcome.stderr}`);
  return String(lastLine(outcome)["sessionId"]);
}

beforeAll(async () => {
  const common = ["run", "--for", "2m", "--speed", "max", "--fees", "-0.5,4"];
  sessionIds = [
    await run(...common, "--seed", "3", "--scenario", "volatile", "--profile", "legacy"),
    await run(...common, "--seed", "9", "--profile", "crypto"),
  ];
  const opened = openReadable(path.join(dataDir, "journal.sqlite"));
  if (!opened.ok) throw new Error(opened.message);
  db = opened.db;
}, 120_000);

afterAll(() => {
  closeDb(db);
  rmSync(dataDir, { recursive: true, force: true });
});

function report(sessionId: string, dir = dataDir): SessionReport {
  const reviewed = reviewSession(dir, sessionId, true);
  if (!reviewed.ok) throw new Error(reviewed.message);
  return reviewed.value;
}

function rows<T extends object>(sql: string, sessionId: string): readonly T[] {
  return db.prepare<[string], T>(sql).all(sessionId);
}

function sum(values: readonly (string | number)[]): string {
  return values.reduce((total: Decimal, value) => total.add(value), new Decimal(0)).toFixed();
}

describe.each([0, 1])("the report of session %i", (which) => {
  const idOf = (): string => sessionIds[which] ?? "";

  it("has the result of the last row, and it adds up", () => {
    const { result } = report(idOf());
    const [last] = rows<{ net: string; spread: string; inventory: string; fees: string; funding: string }>(
      `SELECT pnl_net AS net, pnl_spread_capture AS spread, pnl_inventory AS inventory, pnl_fees AS fees, pnl_funding AS funding FROM
         (SELECT * FROM (SELECT session_id, seq, idx, pnl_net, pnl_spread_capture, pnl_inventory, pnl_fees, pnl_funding FROM fills
           UNION ALL SELECT session_id, seq, idx, pnl_net, pnl_spread_capture, pnl_inventory, pnl_fees, pnl_funding FROM samples))
         WHERE session_id = ? ORDER BY seq DESC, idx DESC LIMIT 1`,
      idOf(),
    );
    const { spreadCapture, inventory, fees, funding, net } = result.parts;
    expect({ net, spread: spreadCapture, inventory, fees, funding }).toEqual(last);
    expect(result.proof.isExact).toBe(true);
    expect(result.proof.fees).toBe(last?.fees);
    const rules = rows<{ tick: string; lot: string }>(
      "SELECT json_extract(rules, '$.tickSize') AS tick, json_extract(rules, '$.lotSize') AS lot FROM sessions WHERE session_id = ?",
      idOf(),
    )[0];
    const cash = rows<{ cash: number }>(
      "SELECT -CASE side WHEN 'buy' THEN 1 ELSE -1 END * price_ticks * size_lots AS cash FROM fills WHERE session_id = ?",
      idOf(),
    ).map((row) => row.cash);
    expect(result.proof.cash).toBe(
      new Decimal(sum(cash))
        .mul(rules?.tick ?? 0)
        .mul(rules?.lot ?? 0)
        .toFixed(),
    );
  });

  it("counts fills, orders, decisions and alerts as SQL does", () => {
    const { fills, orders, decisions, alerts, inventory } = report(idOf());
    const count = (sql: string): number => rows<{ n: number }>(sql, idOf())[0]?.n ?? -1;
    expect(fills.all.fills).toBeGreaterThan(3);
    expect(fills.all.fills).toBe(count("SELECT count(*) AS n FROM fills WHERE session_id = ?"));
    expect(fills.kinds.find(({ name }) => name === "sell")?.fills).toBe(
      count("SELECT count(*) AS n FROM fills WHERE side = 'sell' AND session_id = ?"),
    );
    expect(orders.placements).toBe(
      count("SELECT count(DISTINCT order_id) AS n FROM orders WHERE status <> 'denied' AND session_id = ?"),
    );
    expect(orders.cancelled).toBe(
      count("SELECT count(DISTINCT order_id) AS n FROM orders WHERE status = 'cancelled' AND session_id = ?"),
    );
    expect(orders.filledOrders).toBe(count("SELECT count(DISTINCT order_id) AS n FROM fills WHERE session_id = ?"));
    expect(decisions.mix.map(({ code, detail, looks }) => ({ code, detail, looks })).toSorted(byName)).toEqual(
      rows<{ code: string; detail: string | null; looks: number }>(
        "SELECT code, detail, sum(count) AS looks FROM reprice_decisions WHERE session_id = ? GROUP BY code, detail",
        idOf(),
      ).toSorted(byName),
    );
    expect(alerts.reduce((total, alert) => total + alert.count, 0)).toBe(
      count("SELECT coalesce(sum(count), 0) AS n FROM alerts WHERE session_id = ?"),
    );
    const held = count("SELECT max(abs(position_lots)) AS n FROM fills WHERE session_id = ?");
    expect(Number(inventory.maxAbs)).toBeCloseTo(held * 0.001, 9);
  });

  it("has the markouts of the journal, which are those of the tape", () => {
    const { markouts, fills } = report(idOf());
    expect(markouts.source).toBe("journal");
    expect(markouts.agreement).toEqual({ same: fills.all.fills * 5, different: 0, firstDifference: null });
    const bySql = rows<{ horizon: number; n: number; mean: number; adverse: number }>(
      `SELECT horizon_us AS horizon, count(*) AS n, avg(markout_bps) AS mean, avg(markout_bps < 0) AS adverse
         FROM markouts WHERE session_id = ? AND markout_bps IS NOT NULL GROUP BY horizon_us ORDER BY horizon_us`,
      idOf(),
    );
    const all = markouts.rows[0]?.horizons ?? [];
    for (const [index, { n, mean, adverse }] of bySql.entries()) {
      expect(all[index]?.count).toBe(n);
      expect(all[index]?.meanBps).toBeCloseTo(mean, 9);
      expect(all[index]?.adverseShare).toBeCloseTo(adverse, 9);
    }
  });
});

function byName(a: { code: string; detail: string | null }, b: { code: string; detail: string | null }): number {
  return `${a.code} ${a.detail}` < `${b.code} ${b.detail}` ? -1 : 1;
}

describe("a comparison", () => {
  const compared = (filter: object) => {
    const reviewed = compareSessions(dataDir, { ...EVERYTHING, ...filter });
    if (!reviewed.ok) throw new Error(reviewed.message);
    return reviewed.value;
  };

  it("has the figures of the reports, and its days and versions add up", () => {
    const { sessions, days, versions } = compared({});
    expect(sessions.map(({ sessionId }) => sessionId).toSorted()).toEqual(sessionIds.toSorted());
    for (const session of sessions) {
      const { result, fills } = report(session.sessionId);
      expect(session).toMatchObject({ ...result.parts, fills: fills.all.fills });
    }
    const net = sum(sessions.map((session) => session.net));
    expect(sum(days.map((day) => day.net))).toBe(net);
    expect(sum(versions.map((version) => version.net))).toBe(net);
    expect(versions).toHaveLength(2);
  });

  it("keeps what is asked for", () => {
    expect(compared({ profile: "crypto" }).sessions.map(({ sessionId }) => sessionId)).toEqual([sessionIds[1]]);
    expect(compared({ sessionIds: [sessionIds[0]] }).sessions).toHaveLength(1);
    expect(compared({ market: "ETH" }).sessions).toEqual([]);
    expect(compared({ sinceUs: 1 }).sessions).toHaveLength(2);
    expect(compared({ untilUs: 1 }).sessions).toEqual([]);
  });

  it("says how many fit where it takes the newest only", () => {
    const reviewed = compareSessions(dataDir, EVERYTHING, 1);
    if (!reviewed.ok) throw new Error(reviewed.message);
    expect(reviewed.value.sessions.map(({ sessionId }) => sessionId)).toEqual([sessionIds[1]]);
    expect(reviewed.value.fitting).toBe(2);
    expect(comparePage(reviewed.value)).toContain("the newest 1 of 2 that fit");
    expect(compared({}).fitting).toBe(2);
    expect(comparePage(compared({}))).not.toContain("that fit");
  });

  it("stands in a terminal as a table, with days and profile versions below it", { timeout: 60_000 }, async () => {
    const { code, stdout } = await ballast("compare", "--data", dataDir);
    expect(code).toBe(0);
    for (const { sessionId, net } of compared({}).sessions)
      expect(stdout).toMatch(new RegExp(`${sessionId} .* ${net} `));
    const [, rest = ""] = stdout.split("By day\n");
    const [days = "", versions = ""] = rest.split("By profile version\n");
    expect(days).toMatch(/^ {2}\d{4}-\d\d-\d\d BTC-USD-PERP in USD +2 sessions +\d+ fills +net +\S+ +\S+ bps$/m);
    expect(versions.trim().split("\n")).toHaveLength(2);
  });

  it("is not cut in a list of sessions without a word", { timeout: 60_000 }, async () => {
    const { stdout } = await ballast("sessions", "--data", dataDir, "--limit", "1");
    expect(stdout).toContain("The newest 1 of 2; --limit 2 lists all.");
    expect((await ballast("sessions", "--data", dataDir)).stdout).not.toContain("newest");
  });

  it("refuses a session that is not there", () => {
    const refused = compareSessions(dataDir, { ...EVERYTHING, sessionIds: ["nobody"] });
    expect(refused).toMatchObject({ ok: false, code: "unknown-session" });
    expect(reviewSession(dataDir, "nobody", false)).toMatchObject({ ok: false, code: "unknown-session" });
  });
});

describe.skipIf(!existsSync(recorded))("the recorded BTC market (skipped where ../shared/data is not there)", () => {
  it("adds up to the last digit, with markouts as the tape has them", { timeout: 120_000 }, async () => {
    const tape = path.join(dataDir, "btc.tape");
    const imported = await ballast(
      ...["import", "--format", "binance-usdm", "--symbol", "BTCUSDT", "--allow-truncated", "--out", tape, recorded],
    );
    expect(imported.code, imported.stderr).toBe(0);
    const sessionId = await run(
      ...["backtest", "--tape", tape, "--profile", "crypto", "--set", "MM_MAX_POSITION_SIZE=0.05", "--fees", "-0.5,3"],
    );
    const { result, markouts, fills } = report(sessionId);
    expect(fills.all.fills).toBeGreaterThan(10);
    expect(result.proof.isExact).toBe(true);
    expect(markouts.agreement?.different).toBe(0);
    expect(Number(result.parts.fees)).not.toBe(0);
  });
});
