/** A what-if run as an operator asks for it: in the real console, of a real past session and of a tape, on its own thread. */
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ballast, hashesOf, lastLine } from "../cli/cli-process.ts";
import { launchChromium } from "../support/chromium.ts";
import { startConsole, type ConsoleProcess } from "../support/console-process.ts";

const root = join(import.meta.dirname, "../..");
const artifacts = join(root, "test-results/what-if");
const isBuilt = existsSync(join(root, "out/renderer/index.html"));
const WAIT = { timeout: 60_000, interval: 100 };

let browser: Browser;
let console_: ConsoleProcess | null = null;
let dataDir = "";
let session = "";

async function open(): Promise<{ page: Page; problems: string[] }> {
  console_ = await startConsole(dataDir);
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 }, colorScheme: "dark" });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  await page.goto(console_.url);
  return { page, problems };
}

function textOf(page: Page, testId: string): Promise<string> {
  return page.getByTestId(testId).innerText();
}

describe.skipIf(!isBuilt)(`the what-if screen${isBuilt ? "" : " (skipped: `npm run build` comes first)"}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    mkdirSync(artifacts, { recursive: true });
    dataDir = mkdtempSync(join(tmpdir(), "ballast-what-if-"));
    const args = ["--profile", "legacy", "--scenario", "volatile", "--for", "60s", "--speed", "max", "--json"];
    session = String(lastLine(await ballast("run", ...args, "--data", dataDir))["sessionId"]);
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await console_?.end("SIGTERM");
    console_ = null;
  });

  test("answers what the other profile would have done, equal to the command line, and says how sure it is", async () => {
    const before = hashesOf(join(dataDir, "tapes"));
    const { page, problems } = await open();
    await page.getByTestId("past-session").first().getByRole("button", { name: "What if" }).click();
    await page.screenshot({ path: join(artifacts, "01-asked.png") });
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByTestId("what-if-report").waitFor({ timeout: WAIT.timeout });

    const told = lastLine(
      await ballast("what-if", "--data", dataDir, "--session", session, "--profile", "crypto", "--json"),
    );
    const { certainty, fills } = told as {
      certainty: { words: string };
      fills: { pairs: unknown[]; matched: { fills: number } };
    };
    expect(await textOf(page, "what-if-certainty")).toContain(certainty.words);
    expect(await textOf(page, "what-if-certainty")).toContain("queue-power:3");
    expect(await page.getByTestId("what-if-certainty").locator("td[data-sign]").count()).toBe(12);
    expect(await textOf(page, "what-if-parts")).toContain("spread capture");
    expect(await page.getByTestId("what-if-fill").count()).toBe(fills.pairs.length);
    expect(await textOf(page, "what-if-fills")).toContain(`${fills.matched.fills} within 1 s`);

    const rows = page.getByTestId("what-if-disagreement");
    expect(await rows.count()).toBeGreaterThan(1);
    await rows.nth(1).getByRole("button").click();
    const example = await textOf(page, "what-if-example");
    expect(example).toMatch(/legacy[^]*crypto/);
    expect(example).toMatch(/(?:BUY|SELL) \d at \d\d:\d\d:\d\d/);
    await page.getByTestId("what-if-build-up").waitFor();
    await page.screenshot({ path: join(artifacts, "02-read.png") });

    await page.getByRole("button", { name: "Back" }).click();
    await page.getByTestId("past-sessions").waitFor();
    expect(problems).toEqual([]);
    expect(hashesOf(join(dataDir, "tapes"))).toEqual(before);
  });

  test("takes a tape and single settings, tells of a setting that is none, and stops when it is told to", async () => {
    const { page, problems } = await open();
    await page.getByText(`${session}.tape`).click();
    await page.getByTestId("start").getByRole("button", { name: "What if" }).click();
    await page.getByRole("textbox").fill("MM_NO_SUCH=1");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await expect
      .poll(() => page.getByTestId("what-if-form").getByRole("alert").allInnerTexts(), WAIT)
      .toEqual([expect.stringContaining("MM_NO_SUCH")]);

    await page.getByRole("textbox").fill("MM_MIN_OFFSET_BPS=0.2");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByTestId("what-if-progress").waitFor();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await expect
      .poll(() => page.getByTestId("what-if-form").getByRole("alert").allInnerTexts(), WAIT)
      .toEqual(["The run was cancelled."]);

    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByTestId("what-if-report").waitFor({ timeout: WAIT.timeout });
    expect(await textOf(page, "what-if")).toContain("MM_MIN_OFFSET_BPS");
    expect(problems).toEqual([]);
  });
});
