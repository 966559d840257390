/** The golden tapes on Chromium's V8: the effects are those of Node, to the bit. */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readGolden, readOutcomes } from "../golden/golden-replay.ts";
import { GOLDEN_SCRIPTS } from "../golden/golden-session.ts";
import { launchChromium } from "../support/chromium.ts";

const outcomes = readOutcomes();
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  page = await browser.newPage();
  // Web cryptography needs an origin that counts as secure
  await page.route("http://127.0.0.1/", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>golden</title>" }),
  );
  await page.goto("http://127.0.0.1/");
  await page.addScriptTag({ content: await bundle(join(import.meta.dirname, "../support/golden-page.ts")) });
});
afterAll(() => browser.close());

async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "silent",
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "golden" } },
  });
  const [output] = Array.isArray(built) ? built : [];
  const chunk = output?.output[0];
  if (chunk === undefined) throw new Error("the bundle of the golden page must be one script");
  return chunk.code;
}

/** The hash that the page comes to. */
function hashInPage(golden: unknown): Promise<string> {
  const json = JSON.stringify(golden, (_, value: unknown) =>
    typeof value === "bigint" ? { $bigint: value.toString() } : value,
  );
  return page.evaluate(
    (text) => (globalThis as unknown as { effectHashOf(golden: string): Promise<string> }).effectHashOf(text),
    json,
  );
}

describe.each(GOLDEN_SCRIPTS)("the golden tape $name in Chromium", ({ name }) => {
  test("comes to the effect hash of Node", async () => {
    expect(await hashInPage(readGolden(name))).toBe(outcomes[name]?.effectHash);
  });
});

test("the page's hash depends on what it is fed", async () => {
  const golden = readGolden("volatile");
  const shorter = { ...golden, events: golden.events.slice(0, -1) };
  expect(await hashInPage(shorter)).not.toBe(outcomes["volatile"]?.effectHash);
});
