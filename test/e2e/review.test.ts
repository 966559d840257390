/** Pages about past sessions: from disk, with nothing but a browser, and inside the console. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
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
});
