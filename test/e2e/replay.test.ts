/** A past session on the screen as an operator goes through it: in the real console, on the replay's own thread. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ballast, lastLine } from "../cli/cli-process.ts";
import { launchChromium } from "../support/chromium.ts";
import { startConsole, type ConsoleProcess } from "../support/console-process.ts";
import { ConsoleScreen } from "./console-screen.ts";

const root = join(import.meta.dirname, "../..");
const artifacts = join(root, "test-results/replay");
const isBuilt = existsSync(join(root, "out/renderer/index.html"));
const WAIT = { timeout: 60_000, interval: 100 };

let browser: Browser;
let console_: ConsoleProcess | null = null;
let dataDir = "";
let session: Record<string, unknown> = {};

async function open(width = 1600, height = 900): Promise<{ page: Page; problems: string[] }> {
  console_ = await startConsole(dataDir);
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: "dark" });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  await page.goto(console_.url);
  return { page, problems };
}

async function openReplay(page: Page): Promise<void> {
  await page.getByTestId("past-session").last().getByRole("button", { name: "Replay" }).click();
  await page.getByTestId("transport").waitFor({ timeout: WAIT.timeout });
  await page.getByTestId("seek-bar").locator("canvas").waitFor({ timeout: WAIT.timeout });
}

async function seqOf(page: Page): Promise<number> {
  return Number(await page.getByTestId("replay-position").getAttribute("data-seq"));
}

function textOf(page: Page, testId: string): Promise<string> {
  return page.getByTestId(testId).innerText();
}

function shot(page: Page, name: string): Promise<unknown> {
  return page.screenshot({ path: join(artifacts, `${name}.png`) });
}

describe.skipIf(!isBuilt)(`the replay${isBuilt ? "" : " (skipped: `npm run build` comes first)"}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    mkdirSync(artifacts, { recursive: true });
    dataDir = mkdtempSync(join(tmpdir(), "ballast-replay-"));
    const args = ["--profile", "legacy", "--for", "240s", "--speed", "max", "--json"];
    session = lastLine(await ballast("run", ...args, "--data", dataDir));
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await console_?.end("SIGTERM");
    console_ = null;
  });

  test("an operator opens a past session, seeks, steps, jumps to a fill and reads why that quote stood there", async () => {
    const tape = join(dataDir, "tapes", `${String(session["sessionId"])}.tape`);
    const before = readFileSync(tape);
    const { page, problems } = await open();
    await openReplay(page);
    expect(await textOf(page, "replay-banner")).toContain("Nothing can be sent from here");
    expect(await textOf(page, "replay-equality")).toBe("equal to what was recorded, to the bit");
    expect(await new ConsoleScreen(page).strip()).toContain("REPLAY");
    await shot(page, "01-opened");

    const bar = await page.getByTestId("seek-bar").boundingBox();
    if (bar === null) throw new Error("expected a seek bar");
    await page.mouse.click(bar.x + bar.width / 2, bar.y + bar.height / 2);
    await expect.poll(() => textOf(page, "replay-position"), WAIT).toMatch(/2:0\d of 4:0\d/);
    await page.getByTestId("ladder-row").first().waitFor();
    await shot(page, "02-sought");

    const at = await seqOf(page);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => seqOf(page), WAIT).toBe(at + 1);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => seqOf(page), WAIT).toBe(at);
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(() => seqOf(page), WAIT).toBeGreaterThan(at);

    await page.keyboard.press("f");
    await expect.poll(() => textOf(page, "replay-said"), WAIT).toMatch(/^fill: (?:BUY|SELL) \d, [\d.]+ at [\d.]+$/);
    const [, slot = "", price = ""] =
      /^fill: (\w+ \d), [\d.]+ at ([\d.]+)$/.exec(await textOf(page, "replay-said")) ?? [];
    const shownPrice = (text: string): string => text.replaceAll(/[^\d.]/g, "");
    await expect
      .poll(async () => shownPrice(await page.getByTestId("fill").first().innerText()), WAIT)
      .toContain(price);
    await shot(page, "03-at-a-fill");

    await page.getByRole("button", { name: "Why it stood there" }).click();
    const quoteOf = async (): Promise<string> => {
      const rows = await new ConsoleScreen(page).slots();
      return shownPrice(rows.find((row) => row.slot === slot)?.price ?? "");
    };
    await expect.poll(quoteOf, WAIT).toBe(price);
    await expect.poll(() => textOf(page, "why"), WAIT).toContain(slot);
    const why = await textOf(page, "why");
    for (const part of ["anchor", "offset", "final"]) expect(why.toLowerCase()).toContain(part);
    expect(shownPrice(why)).toContain(price);
    await shot(page, "04-why");
    expect(problems).toEqual([]);
    expect(readFileSync(tape).equals(before)).toBe(true);
  });

  test("it plays at a speed, pauses, and jumps to a decision of a kind and to a halt", async () => {
    const { page, problems } = await open(1280, 720);
    await openReplay(page);
    await page.getByRole("button", { name: "10×", exact: true }).click();
    await page.keyboard.press(" ");
    await expect.poll(() => seqOf(page), WAIT).toBeGreaterThan(500);
    await page.keyboard.press(" ");
    await expect.poll(() => page.getByTestId("replay-play").innerText(), WAIT).toBe("Play");
    await shot(page, "05-at-1280");

    const before = await seqOf(page);
    await page.getByRole("combobox").selectOption("replace_target_shift");
    await page.keyboard.press("d");
    await expect.poll(() => seqOf(page), WAIT).toBeGreaterThan(before);
    await expect.poll(() => textOf(page, "decisions"), WAIT).toContain("target moved");
    await page.keyboard.press("h");
    await expect.poll(() => textOf(page, "replay-said"), WAIT).toMatch(/^halt: ACTIVE to \w+$/);
    await expect.poll(() => textOf(page, "trading-state"), WAIT).not.toContain("ACTIVE");
    await page.keyboard.press("Shift+?");
    await page.getByRole("dialog").waitFor();
    await shot(page, "06-keys");
    await page.keyboard.press("Escape");
    expect(problems).toEqual([]);
  });

  test("the keys and buttons of a session do nothing in it, and a kill latch stands as it was", async () => {
    const { page, problems } = await open();
    const screen = new ConsoleScreen(page);
    await screen.startSession({ profile: "crypto", speed: "1×" });
    await screen.waitForQuotes(1);
    await page.keyboard.press("Control+k");
    await expect.poll(() => page.getByTestId("kill-latch").count(), WAIT).toBe(1);
    await openReplay(page);
    for (const key of ["p", "c", "r", "g", "a"]) await page.keyboard.press(key);
    expect(await page.getByTestId(/^command-/).count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByTestId("past-sessions").waitFor();
    expect(await page.getByTestId("kill-latch").count()).toBe(1);
    expect(problems).toEqual([]);
  });
});
