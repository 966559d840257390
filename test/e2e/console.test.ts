/** The whole product in a real browser: `ballast console --web` with the real engine, journal and embedded market. */
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { JournalReader } from "../../db/journal-reader.ts";
import { launchChromium } from "../support/chromium.ts";
import { startConsole, type ConsoleProcess } from "../support/console-process.ts";
import { ConsoleScreen } from "./console-screen.ts";

const root = join(import.meta.dirname, "../..");
const artifacts = join(root, "test-results/console");
const isBuilt = existsSync(join(root, "out/renderer/index.html"));
const WAIT = { timeout: 30_000, interval: 50 };

let browser: Browser;
let console_: ConsoleProcess | null = null;

async function open(dataDir: string): Promise<{ screen: ConsoleScreen; page: Page; problems: string[] }> {
  console_ = await startConsole(dataDir);
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 }, colorScheme: "dark" });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  await page.goto(console_.url);
  return { screen: new ConsoleScreen(page), page, problems };
}

function journalOf(dataDir: string): JournalReader {
  const opened = JournalReader.open(join(dataDir, "journal.sqlite"));
  if (!opened.ok) throw new Error(opened.message);
  return opened.reader;
}

function shot(page: Page, name: string): Promise<unknown> {
  return page.screenshot({ path: join(artifacts, `${name}.png`) });
}

describe.skipIf(!isBuilt)(`the console${isBuilt ? "" : " (skipped: `npm run build` comes first)"}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    mkdirSync(artifacts, { recursive: true });
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await console_?.end("SIGTERM");
    console_ = null;
  });

  test("an operator starts a session, watches it, flips, pauses, resumes, cancels and kills it", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "ballast-console-"));
    const { screen, page, problems } = await open(dataDir);
    await shot(page, "01-idle");

    await screen.startSession({ profile: "crypto", speed: "10×" });
    await screen.waitForQuotes(4);
    expect(await screen.strip()).toContain("PAPER");
    await shot(page, "02-quoting");

    const before = await screen.slots();
    await expect.poll(async () => JSON.stringify(await screen.slots()), WAIT).not.toBe(JSON.stringify(before));
    const decisions = new Set<string>();
    await expect
      .poll(async () => {
        for (const { decision } of await screen.slots()) decisions.add(decision.split(/\s/)[0] ?? "");
        return decisions.size;
      }, WAIT)
      .toBeGreaterThanOrEqual(2);
    await expect.poll(() => page.getByTestId("why-answer").count(), WAIT).toBe(1);

    await page.keyboard.press("g");
    await expect.poll(() => screen.strip(), WAIT).toMatch(/legacy\s*r2/);
    await shot(page, "03-flipped");

    await page.keyboard.press("p");
    await screen.waitForState("PAUSED");
    await screen.waitForNoQuotes();
    await shot(page, "04-paused");

    await page.keyboard.press("p");
    await page.getByRole("button", { name: "Resume quoting" }).click();
    await screen.waitForState("ACTIVE");
    await screen.waitForQuotes(1);

    await page.keyboard.press("c");
    await screen.waitForNoQuotes();
    await screen.waitForState("PAUSED");
    await shot(page, "05-cancelled");

    await page.keyboard.press("p");
    await page.getByRole("button", { name: "Resume quoting" }).click();
    await screen.waitForQuotes(1);
    await page.keyboard.press("Control+k");
    await expect.poll(() => page.getByTestId("kill-latch").count(), WAIT).toBe(1);
    await shot(page, "06-killed");
    expect(problems).toEqual([]);

    const reader = journalOf(dataDir);
    const [session] = reader.sessions(10);
    expect(session).toMatchObject({ endedHow: "killed", mode: "paper", profile: "crypto" });
    const commands = [...reader.entries(session?.sessionId ?? "")].flatMap(({ record }) =>
      record.type === "record-operator-command" ? [record.command] : [],
    );
    expect(commands).toEqual(["pause", "resume", "cancel-all", "resume", "kill"]);
    const changes = [...reader.entries(session?.sessionId ?? "")].flatMap(({ record }) =>
      record.type === "record-profile-change" ? [[record.before.name, record.after.name, record.by]] : [],
    );
    expect(changes).toEqual([["crypto", "legacy", "operator"]]);
    reader.close();
  });

  test("the kill latch outlives the program and only a person with a reason clears it", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "ballast-console-"));
    const first = await open(dataDir);
    await first.screen.startSession({ profile: "legacy", speed: "10×" });
    await first.screen.waitForQuotes(1);
    await first.page.keyboard.press("Control+k");
    await expect.poll(() => first.page.getByTestId("kill-latch").count(), WAIT).toBe(1);
    expect(await console_?.end("SIGINT")).toBe(0);

    const { page, screen } = await open(dataDir);
    await expect.poll(() => page.getByTestId("kill-latch").count(), WAIT).toBe(1);
    await page.getByTestId("kill-latch").getByRole("button").click();
    await page.getByRole("textbox").last().fill("checked the book, all flat");
    await page.getByRole("button", { name: "Clear the latch" }).click();
    await expect.poll(() => page.getByTestId("kill-latch").count(), WAIT).toBe(0);
    await screen.startSession({ profile: "legacy", speed: "1×" });
    await screen.waitForQuotes(1);
  });

  test("a crash is told at the next start, and its session opens cleanly", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "ballast-console-"));
    const first = await open(dataDir);
    await first.screen.startSession({ profile: "crypto", speed: "10×" });
    await first.screen.waitForQuotes(2);
    await console_?.end("SIGKILL");

    const { page } = await open(dataDir);
    await expect.poll(() => page.getByTestId("crash-notice").count(), WAIT).toBe(1);
    await shot(page, "07-crashed");
    await expect.poll(() => page.getByTestId("past-session").first().innerText(), WAIT).toContain("crashed");
  });
});
