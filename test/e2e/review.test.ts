/** Pages about past sessions: from disk, with nothing but a browser, and inside the console. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { closeDb, openReadable } from "../../db/open.ts";
import { ballast, lastLine } from "../cli/cli-process.ts";
import { launchChromium } from "../support/chromium.ts";
import { startConsole } from "../support/console-process.ts";

const root = join(import.meta.dirname, "../..");
const artifacts = join(root, "test-results/review");
const isBuilt = existsSync(join(root, "out/renderer/index.html"));
const WAIT = { timeout: 30_000, interval: 50 };

let browser: Browser;

/** A data folder with a session of each profile, and their ids in that order. */
const dataDir = mkdtempSync(join(tmpdir(), "ballast-review-"));
const sessionIds: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  mkdirSync(artifacts, { recursive: true });
  for (const profile of ["legacy", "crypto"]) {
    const run = await ballast(
      "run",
      "--seed",
      "7",
      "--for",
      "3m",
      "--speed",
      "max",
      "--profile",
      profile,
      "--data",
      dataDir,
      "--json",
    );
    if (run.code !== 0) throw new Error(`the session must end well, was ${run.code}: ${run.stderr}`);
    sessionIds.push(String(lastLine(run)["sessionId"]));
  }
});
afterAll(async () => {
  await browser.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A page from disk, with every request and every complaint that it made. */
async function openFile(file: string): Promise<{ page: Page; requests: string[]; problems: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  onTestFinished(() => page.close());
  const requests: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(`file://${file}`);
  return { page, requests, problems };
}

/** What the page says each figure is. */
function figuresOf(page: Page): Promise<readonly { place: string; value: string; text: string }[]> {
  return page.locator("data").evaluateAll((elements) =>
    elements.map((element) => ({
      place: element.getAttribute("data-figure") ?? "",
      value: element.getAttribute("value") ?? "",
      text: element.textContent,
    })),
  );
}

/** The figure of the JSON at a path such as `result.byHour.0.net`, as the page writes it: nothing for null. */
function at(json: unknown, place: string): string {
  const value = find(json, place);
  return typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
}

function find(json: unknown, place: string): unknown {
  return place
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key] ?? null, json);
}

const RESULT = `(SELECT seq, idx, pnl_net, pnl_spread_capture, pnl_inventory, pnl_fees FROM fills WHERE session_id = :id
  UNION ALL SELECT seq, idx, pnl_net, pnl_spread_capture, pnl_inventory, pnl_fees FROM samples WHERE session_id = :id)`;
const lastOf = (column: string): string => `SELECT ${column} FROM ${RESULT} ORDER BY seq DESC, idx DESC LIMIT 1`;
const ordersThat = (holds: string): string =>
  `(SELECT count(DISTINCT order_id) FROM orders WHERE session_id = :id AND (${holds}))`;

/** Figures of the page by their places, and the SQL that must give the same to the last digit. */
const EXACT_FIGURES: Readonly<Record<string, string>> = {
  "result.parts.net": lastOf("pnl_net"),
  "result.parts.spreadCapture": lastOf("pnl_spread_capture"),
  "result.parts.inventory": lastOf("pnl_inventory"),
  "result.parts.fees": lastOf("pnl_fees"),
  "orders.placements": `SELECT ${ordersThat("status <> 'denied'")}`,
  "orders.accepted": `SELECT ${ordersThat("status = 'resting' OR filled_lots > 0")}`,
  "orders.cancelled": `SELECT ${ordersThat("status = 'cancelled'")}`,
  "orders.filledOrders": "SELECT count(DISTINCT order_id) FROM fills WHERE session_id = :id",
  "decisions.looks": "SELECT sum(count) FROM reprice_decisions WHERE session_id = :id",
};

/** The same for what SQL has only as a double. */
const ROUNDED_FIGURES: Readonly<Record<string, string>> = {
  "result.drawdown.worst": `SELECT max(peak - net) FROM (SELECT CAST(pnl_net AS REAL) AS net,
    max(0.0, max(CAST(pnl_net AS REAL)) OVER (ORDER BY seq, idx)) AS peak FROM ${RESULT})`,
  "orders.fillRate": `SELECT 1.0 * ${ordersThat("filled_lots > 0")} / ${ordersThat("status = 'resting' OR filled_lots > 0")}`,
  "orders.cancelRatio": `SELECT 1.0 * ${ordersThat("status = 'cancelled'")} / ${ordersThat("status <> 'denied'")}`,
  "inventory.distribution.mean": `SELECT avg(position_lots) * (SELECT rules ->> 'lotSize' FROM sessions WHERE session_id = :id)
    FROM samples WHERE session_id = :id`,
  "markouts.adverseSelection.2.total": `SELECT sum(CASE f.side WHEN 'buy' THEN 1 ELSE -1 END * (f.mid_half_ticks - m.mid_half_ticks) * f.size_lots)
      / 2.0 * (SELECT (rules ->> 'tickSize') * (rules ->> 'lotSize') FROM sessions WHERE session_id = :id)
    FROM fills AS f JOIN markouts AS m USING (session_id, trade_id)
    WHERE session_id = :id AND horizon_us = 5000000 AND m.mid_half_ticks IS NOT NULL`,
};

describe("pages about past sessions", () => {
  test("the report opens from disk, asks for nothing, and says what the JSON says", async () => {
    const file = join(dataDir, "report.html");
    const made = await ballast("report", "--data", dataDir, "--session", sessionIds[0] ?? "", "--out", file, "--json");
    expect(made.code, made.stderr).toBe(0);
    const json = lastLine(made);

    const { page, requests, problems } = await openFile(file);
    await page.screenshot({ path: join(artifacts, "report.png"), fullPage: true });
    expect(requests).toEqual([`file://${file}`]);
    expect(problems).toEqual([]);
    expect(readFileSync(file, "utf8")).not.toMatch(/<script|<link|<img|https?:|style=|url\(/);

    const figures = await figuresOf(page);
    expect(figures.length).toBeGreaterThan(200);
    const wrong = figures.filter(({ place, value }) => value !== at(json, place));
    expect(wrong).toEqual([]);
    // Money stands there to the last digit
    const money = page.locator(".money data");
    for (const text of await money.allTextContents()) expect(text).toMatch(/^[+−]?\d+(?:\.\d+)?$/);
    const net = figures.find(({ place }) => place === "result.parts.net");
    expect(net?.text.replace("−", "-").replace("+", "")).toBe(net?.value);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1600);
  });

  test("the page of a report says what SQL over the journal says", async () => {
    const [id = ""] = sessionIds;
    const file = join(dataDir, "sql.html");
    const made = await ballast("report", "--data", dataDir, "--session", id, "--out", file);
    expect(made.code, made.stderr).toBe(0);
    const { page } = await openFile(file);
    const told = new Map((await figuresOf(page)).map(({ place, value }) => [place, value]));
    const opened = openReadable(join(dataDir, "journal.sqlite"));
    if (!opened.ok) throw new Error(opened.message);
    onTestFinished(() => closeDb(opened.db));
    const bySql = (sql: string): unknown => opened.db.prepare<{ id: string }, unknown>(sql).pluck().get({ id });

    for (const [place, sql] of Object.entries(EXACT_FIGURES))
      expect([place, told.get(place)]).toEqual([place, String(bySql(sql))]);
    for (const [place, sql] of Object.entries(ROUNDED_FIGURES)) {
      const value = Number(bySql(sql));
      expect(value, place).not.toBe(0);
      expect(Math.abs(Number(told.get(place)) / value - 1), place).toBeLessThan(1e-8);
    }
  });

  test("a comparison opens from disk and says what the JSON says", async () => {
    const file = join(dataDir, "comparison.html");
    const made = await ballast("compare", "--data", dataDir, "--out", file, "--json");
    expect(made.code, made.stderr).toBe(0);
    const json = lastLine(made);
    const { page, requests, problems } = await openFile(file);
    await page.screenshot({ path: join(artifacts, "comparison.png"), fullPage: true });
    expect(requests).toEqual([`file://${file}`]);
    expect(problems).toEqual([]);
    const figures = await figuresOf(page);
    expect(figures.filter(({ place }) => place.endsWith(".net"))).toHaveLength(2 + 1 + 2);
    expect(figures.filter(({ place, value }) => value !== at(json, place))).toEqual([]);
    for (const sessionId of sessionIds) expect(await page.getByText(sessionId).count()).toBe(1);
  });

  test.skipIf(!isBuilt)(
    `an operator opens the report of a past session and compares two${isBuilt ? "" : " (skipped: `npm run build` comes first)"}`,
    async () => {
      const house = await startConsole(dataDir);
      onTestFinished(async () => void (await house.end("SIGTERM")));
      const page = await browser.newPage({ viewport: { width: 1600, height: 900 }, colorScheme: "dark" });
      onTestFinished(() => page.close());
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
      });
      await page.goto(house.url);

      const crypto = page.getByTestId("past-session").filter({ hasText: "crypto" });
      await crypto.getByRole("button", { name: "Report" }).click();
      const shown = page.getByTestId("review-page");
      await shown.locator('[data-figure="result.parts.net"]').first().waitFor();
      const told = await ballast("report", "--data", dataDir, "--session", sessionIds[1] ?? "", "--json");
      const net = at(lastLine(told), "result.parts.net");
      expect(await shown.locator('[data-figure="result.parts.net"]').first().getAttribute("value")).toBe(net);
      // The page has its own look inside the console
      const background = await shown.locator(".page").evaluate((element) => getComputedStyle(element).backgroundColor);
      expect(background).toBe("rgb(9, 12, 17)");
      await page.screenshot({ path: join(artifacts, "console-report.png") });
      const kept = join(dataDir, "reports", `${sessionIds[1]}.html`);
      await expect.poll(() => existsSync(kept), WAIT).toBe(true);
      expect(await page.getByTestId("review").innerText()).toContain(kept);

      await page.getByRole("button", { name: "Back" }).click();
      for (const sessionId of sessionIds) await page.getByLabel(`Choose for comparing ${sessionId}`).check();
      await page.screenshot({ path: join(artifacts, "console-past.png") });
      await page.getByRole("button", { name: "Compare", exact: true }).click();
      await shown.locator('[data-figure="sessions.1.net"]').waitFor();
      await page.screenshot({ path: join(artifacts, "console-compare.png") });
      expect(problems).toEqual([]);
    },
  );

  test.skipIf(!isBuilt)(
    `an operator narrows the past sessions by keyboard and compares those${isBuilt ? "" : " (skipped: `npm run build` comes first)"}`,
    async () => {
      const house = await startConsole(dataDir);
      onTestFinished(async () => void (await house.end("SIGTERM")));
      const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme: "dark" });
      onTestFinished(() => page.close());
      await page.goto(house.url);
      const rows = page.getByTestId("past-session");
      const counted = () => page.getByTestId("past-count").innerText();
      await expect.poll(counted, WAIT).toBe("2");

      await page.getByLabel("Market of the sessions").focus();
      await page.keyboard.press("Tab");
      await page.keyboard.type("crypto");
      await expect.poll(counted, WAIT).toBe("1 that fit (2 in all)");
      expect(await rows.count()).toBe(1);
      expect(await rows.first().innerText()).toContain("crypto");
      await page.screenshot({ path: join(artifacts, "console-narrowed.png") });
      await page.getByRole("button", { name: "Compare 1" }).press("Enter");
      const shown = page.getByTestId("review-page");
      await shown.locator('[data-figure="sessions.0.net"]').waitFor();
      const compared = await shown.locator(".page").innerText();
      expect(compared).toContain("profile crypto");
      expect(compared).not.toContain(sessionIds[0]);
      await page.getByRole("button", { name: "Back" }).click();

      // The choice is still there; a day on which nothing ran leaves nothing
      expect(await rows.count()).toBe(1);
      await page.getByLabel("from", { exact: true }).fill("2001-01-01");
      await page.getByLabel("to", { exact: true }).fill("2001-01-01");
      await expect.poll(counted, WAIT).toBe("0 that fit (2 in all)");
      await page.getByText("No session fits.").waitFor();
      expect(await page.getByRole("button", { name: "Compare 0" }).isDisabled()).toBe(true);
      const today = new Date().toISOString().slice(0, 10);
      await page.getByLabel("to", { exact: true }).fill(today);
      await expect.poll(counted, WAIT).toBe("1 that fit (2 in all)");
      await page.getByRole("button", { name: "Show all" }).press("Enter");
      await expect.poll(counted, WAIT).toBe("2");
    },
  );
});
