/** What the browser tests share: one harness a file, pages that are closed and held to account after each test, and the operator's hands. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { type Harness, type OpenOptions, startHarness, startSession } from "./open-console.ts";

/** Where the screenshots go; never committed. */
export const screenshots = join(import.meta.dirname, "../../../test-results/renderer");

let harness: Harness | null = null;
let opened: { page: Page; problems: readonly string[] }[] = [];

/** Starts the harness before the file's tests; after each, a page error, a console error or a refusal of the content policy fails it. */
export function useHarness(): void {
  vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });
  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    harness = await startHarness();
  });
  afterAll(() => harness?.close());
  afterEach(async () => {
    const problems = opened.flatMap((each) => each.problems);
    await Promise.all(opened.map(({ page }) => page.context().close()));
    opened = [];
    if (problems.length > 0) throw new Error(`expected a quiet page, was: ${problems.join("; ")}`);
  });
}

export async function open(options?: OpenOptions): Promise<Page> {
  if (harness === null) throw new Error("expected useHarness() at the top of the test file");
  const each = await harness.open(options);
  opened.push(each);
  return each.page;
}

/** Forgets what the pages complained of so far: for tests that provoke it. */
export function forgiveProblems(): void {
  opened = opened.map(({ page }) => ({ page, problems: [] }));
}

/** A console ten seconds into a session, with nothing sent yet. */
export async function openRunning(options?: OpenOptions): Promise<Page> {
  const page = await open(options);
  await startSession(page, 10);
  await page.evaluate(() => {
    (window.stage.sent as unknown[]).length = 0;
  });
  return page;
}

/** Names of the calls that left the console, but for the questions that it asks by itself. */
export function sentBy(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    window.stage.sent.map(([name]) => name).filter((name) => name !== "console.hello" && name !== "sessions.page"),
  );
}

export function commandIds(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    window.stage.sent.flatMap(([, input]) => (input as { commandId?: string }).commandId ?? []),
  );
}

export async function advance(page: Page, ms: number): Promise<void> {
  await page.evaluate((wallMs) => window.stage.backend.advance(wallMs), ms);
}

export async function letFramesPass(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

/** A key held down: one press and the repeats that the keyboard sends after it. */
export async function hold(page: Page, key: string, repeats = 5): Promise<void> {
  for (let press = 0; press <= repeats; press += 1) await page.keyboard.down(key);
  await page.keyboard.up(key);
}
