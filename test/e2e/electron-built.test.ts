/** The Electron face as it is built: `out/main`, `out/preload` and `out/renderer` with the real engine and journal, `electron` standing in. */
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { StreamItem } from "../../preload/bridge.ts";
import { CALL_NAMES, STREAM_NAMES } from "../../preload/channels.ts";
import { launchChromium } from "../support/chromium.ts";
import { ElectronStandIn } from "../support/electron-stand-in/stand-in.ts";

const root = join(import.meta.dirname, "../..");
const mainFile = join(root, "out/main/index.js");
const preloadFile = join(root, "out/preload/index.cjs");
const artifacts = join(root, "test-results/electron-face");
const isBuilt = [mainFile, preloadFile, join(root, "out/renderer/index.html")].every((file) => existsSync(file));
const WAIT = { timeout: 60_000 };

let browser: Browser;
const running: ElectronStandIn[] = [];

function start(dataDir: string): ElectronStandIn {
  const standIn = new ElectronStandIn({ main: [mainFile, `--data=${dataDir}`], preloadFile, browser });
  running.push(standIn);
  return standIn;
}

async function pageOf(standIn: ElectronStandIn): Promise<Page> {
  await expect.poll(() => standIn.notesOf("shown").length, WAIT).toBe(1);
  if (standIn.page === null) throw new Error("expected a page, was none");
  return standIn.page;
}

interface Exposed {
  readonly [group: string]: Readonly<Record<string, (argument: unknown) => Promise<unknown>>>;
}

function call(page: Page, group: string, name: string, input: unknown): Promise<unknown> {
  const script = (argument: { group: string; name: string; input: unknown }): Promise<unknown> | undefined =>
    (globalThis as unknown as { ballast: Exposed }).ballast[argument.group]?.[argument.name]?.(argument.input);
  return page.evaluate(script, { group, name, input });
}

/** Follows the status stream in the page and reads its newest value from here. */
async function follow(page: Page): Promise<() => Promise<StreamItem<"status"> | null>> {
  await page.evaluate(() => {
    const shared = globalThis as unknown as { ballast: Exposed; seenStatus: unknown };
    void shared.ballast["feed"]?.["status"]?.((message: unknown) => {
      shared.seenStatus = (message as { value: unknown }).value;
    });
  });
  return () =>
    page.evaluate(() => (globalThis as unknown as { seenStatus: StreamItem<"status"> | null }).seenStatus ?? null);
}

describe.skipIf(!isBuilt)(`the built Electron face${isBuilt ? "" : " (skipped: `npm run build` comes first)"}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    mkdirSync(artifacts, { recursive: true });
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const standIn of running.splice(0)) await standIn.close();
  });

  test("shows the console, quotes, and ends in order; the next start finds the session ended", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "ballast-electron-built-"));
    const first = start(dataDir);
    const page = await pageOf(first);
    expect(await page.title()).toContain("Ballast");
    const exposed = await page.evaluate(() =>
      Object.fromEntries(
        Object.entries((globalThis as unknown as { ballast: Exposed }).ballast).map(([group, calls]) => [
          group,
          Object.keys(calls),
        ]),
      ),
    );
    expect(exposed).toEqual({ ...CALL_NAMES, feed: [...STREAM_NAMES] });
    expect(await call(page, "console", "hello", {})).toMatchObject({ ok: true, value: { face: "electron", dataDir } });

    const status = await follow(page);
    await expect.poll(async () => (await status())?.mode, WAIT).toBe("idle");
    await page.screenshot({ path: join(artifacts, "idle.png") });
    const input = {
      commandId: "electron-built-start",
      source: { kind: "generated", market: "btc", seed: 7 },
      profile: "legacy",
      speed: 10,
    };
    expect(await call(page, "sessions", "start", input)).toMatchObject({ ok: true });
    await expect.poll(async () => (await status())?.openOrders ?? 0, WAIT).toBeGreaterThan(0);
    await page.screenshot({ path: join(artifacts, "quoting.png") });

    await first.ask("quit");
    expect(await first.exitCode).toBe(0);
    expect(first.consoleLines.filter((line) => !line.startsWith("info"))).toEqual([]);
    expect(first.cancelled).toEqual([]);
    expect(existsSync(join(dataDir, "journal.sqlite"))).toBe(true);

    const second = start(dataDir);
    const filter = { market: null, profile: null, sinceUs: null, untilUs: null };
    const answer = await call(await pageOf(second), "sessions", "page", { limit: 5, beforeUs: null, filter });
    expect(answer).toMatchObject({ ok: true, value: { sessions: [{ endedHow: "ended" }] } });
    await second.ask("quit");
    expect(await second.exitCode).toBe(0);
  });

  test("the page's own start button is there, and no rule of the content policy is broken", async () => {
    const standIn = start(mkdtempSync(join(tmpdir(), "ballast-electron-built-")));
    const page = await pageOf(standIn);
    await expect.poll(() => page.getByRole("button", { name: /start/i }).count(), WAIT).toBeGreaterThan(0);
    expect(standIn.consoleLines).toEqual([]);
  });
});
