/** The risk stage in a real browser, on the real engine and journal: closing a position, and a latch that outlives the console. */
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { JournalReader } from "../../db/journal-reader.ts";
import { SHIPPED_PROFILES } from "../../main/profiles/shipped/shipped-profiles.ts";
import { launchChromium } from "../support/chromium.ts";
import { startConsole, type ConsoleProcess } from "../support/console-process.ts";
import { ConsoleScreen } from "./console-screen.ts";

const root = join(import.meta.dirname, "../..");
const artifacts = join(root, "test-results/risk");
const isBuilt = existsSync(join(root, "out/renderer/index.html"));
const WAIT = { timeout: 40_000, interval: 50 };

let browser: Browser;
let console_: ConsoleProcess | null = null;

async function open(dataDir: string): Promise<{ screen: ConsoleScreen; page: Page }> {
  console_ = await startConsole(dataDir);
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 }, colorScheme: "dark" });
  await page.goto(console_.url);
  return { screen: new ConsoleScreen(page), page };
}

/** An own profile whose quotes stand so near that they are filled. */
function writeEager(dataDir: string, changes: Readonly<Record<string, string>>): void {
  const wanted: Record<string, string> = {
    MM_OFFSET_MODE: "fixed",
    MM_PRICE_OFFSET_PER_LEVEL_PERCENT: "0.00002",
    MM_MICRO_VOL_MAX_BPS: "0",
    MM_MICRO_DRIFT_MAX_BPS: "0",
    ...changes,
  };
  let text = SHIPPED_PROFILES.get("legacy") ?? "";
  for (const [name, value] of Object.entries(wanted))
    text = text.replace(new RegExp(`^${name}=.*$`, "m"), `${name}=${value}`);
  mkdirSync(join(dataDir, "profiles"), { recursive: true });
  writeFileSync(join(dataDir, "profiles", "eager.env"), text);
}

function shot(page: Page, name: string): Promise<unknown> {
  return page.screenshot({ path: join(artifacts, `${name}.png`) });
}

function textOf(page: Page, testId: string): Promise<string> {
  return page
    .getByTestId(testId)
    .allInnerTexts()
    .then((texts) => texts.join(" ").replaceAll(/\s+/g, " "));
}

describe.skipIf(!isBuilt)(`the risk stage${isBuilt ? "" : " (skipped: `npm run build` comes first)"}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    mkdirSync(artifacts, { recursive: true });
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await console_?.end("SIGTERM");
    console_ = null;
  });

  test("flatten closes the position, says how, and leaves quoting paused", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "ballast-risk-"));
    writeEager(dataDir, { MM_REPEATED_EXECUTION_LIMIT: "100000" });
    const { screen, page } = await open(dataDir);
    await screen.startSession({ profile: "eager", speed: "10×" });
    await expect.poll(() => screen.command("flatten").innerText(), WAIT).toMatch(/[+−]\d.* ≤ \d+ bps/);
    // A pause keeps the position as it is, so that what is asked about is what is closed
    await page.keyboard.press("c");
    await screen.waitForNoQuotes();
    await page.keyboard.press("f");
    expect(await page.getByRole("dialog").innerText()).toMatch(/(SELL|BUY) \d.*at most 3/s);
    await shot(page, "01-flatten");
    await page.getByRole("button", { name: "Close the position" }).click();
    await expect.poll(() => textOf(page, "close-out"), WAIT).toMatch(/POSITION CLOSED flat after \d attempts?/);
    await expect.poll(() => screen.command("flatten").innerText(), WAIT).toContain("no position");
    await screen.waitForState("PAUSED");
    await expect.poll(() => page.getByTestId("fill").first().innerText(), WAIT).toMatch(/(SELL|BUY) take.*taker/s);
    await page.getByRole("button", { name: "Risk" }).click();
    await expect.poll(() => textOf(page, "risk-close-out"), WAIT).toContain("POSITION CLOSED");
    expect(await page.locator("[data-control=message-budget]").innerText()).toMatch(/clear\s+\d+\s+\d+/);
    await shot(page, "02-closed");

    const opened = JournalReader.open(join(dataDir, "journal.sqlite"));
    if (!opened.ok) throw new Error(opened.message);
    const sessionId = opened.reader.sessions(1)[0]?.sessionId ?? "";
    const told = [...opened.reader.entries(sessionId)].flatMap(({ record }) =>
      record.type === "record-risk-event" && record.control === "flatten" ? [record.happening] : [],
    );
    expect([told[0], told[1], told.at(-1)]).toEqual(["tripped", "changed", "cleared"]);
    opened.reader.close();
  });

  test("a latch outlives the console and is cleared by a person with a reason; a watched profile tells who changed what", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "ballast-risk-"));
    writeEager(dataDir, { MM_REPEATED_EXECUTION_LIMIT: "100000" });
    const first = await open(dataDir);
    await first.screen.startSession({ profile: "eager", speed: "10×" });
    await first.screen.waitForQuotes(1);
    await first.page.getByRole("button", { name: /^Alerts/ }).click();
    writeEager(dataDir, { MM_REPEATED_EXECUTION_LIMIT: "many" });
    await expect
      .poll(() => textOf(first.page, "alerts"), WAIT)
      .toMatch(/profile not changed by file: eager\.env: .*many/);
    writeEager(dataDir, { MM_REPEATED_EXECUTION_LIMIT: "1" });
    await expect.poll(() => textOf(first.page, "risk-latch"), WAIT).toMatch(/REPEATED EXECUTION.*reading \d+, bound 1/);
    await first.screen.waitForState("HALTED");
    await expect
      .poll(() => textOf(first.page, "alerts"), WAIT)
      .toMatch(/profile changed by file: eager\.env, eager r1 to eager r2: MM_REPEATED_EXECUTION_LIMIT 100000 → 1/);
    await first.page.getByRole("button", { name: /^Risk/ }).click();
    await expect
      .poll(() => textOf(first.page, "risk-profile"), WAIT)
      .toMatch(/eager r2 .*eager\.env, changed.*refused/);
    await shot(first.page, "03-latched");
    expect(await console_?.end("SIGINT")).toBe(0);

    const { screen, page } = await open(dataDir);
    await expect.poll(() => textOf(page, "risk-latch"), WAIT).toContain("too many fills of");
    await shot(page, "04-latched-idle");
    await page.getByText("crypto", { exact: true }).first().click();
    await page.getByRole("button", { name: "Start session" }).click();
    await screen.waitForState("HALTED");
    await expect.poll(() => textOf(page, "risk-latch"), WAIT).toContain("set by an earlier session");
    await shot(page, "05-latched-again");
    await page.getByTestId("risk-latch").getByRole("button").click();
    await page.getByLabel("Why is it safe to go on?").fill("the limit was a test's");
    await page.getByRole("button", { name: "Clear the latch" }).click();
    await expect.poll(() => page.getByTestId("risk-latch").count(), WAIT).toBe(0);
    await screen.waitForState("ACTIVE");
    await screen.waitForQuotes(1);
  });
});
