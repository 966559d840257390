/** The web face in a real browser: its link, its cookie, its content policy, its socket, and what another site can do to it. */
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { pageFolder, startTestedWebConsole, type TestedWebConsole } from "../support/web-console.ts";

const rendererDir = pageFolder();
let browser: Browser;
let context: BrowserContext;
let tested: TestedWebConsole;
let evil: Server;
let evilUrl = "";

beforeAll(async () => {
  browser = await launchChromium();
  await build({
    configFile: false,
    logLevel: "silent",
    build: {
      outDir: join(rendererDir, "assets"),
      emptyOutDir: false,
      lib: {
        entry: join(import.meta.dirname, "../support/bridge-page.ts"),
        formats: ["es"],
        fileName: () => "page.js",
      },
    },
  });
  const page = '<!doctype html><title>Ballast</title><script type="module" src="assets/page.js"></script>';
  writeFileSync(join(rendererDir, "index.html"), `${page}<script>document.title = "inline ran";</script>`);
  evil = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>evil</title>");
  });
  await new Promise<void>((done) => evil.listen(0, "127.0.0.1", done));
  evilUrl = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  await browser.close();
  evil.closeAllConnections();
  evil.close();
});
beforeEach(async () => {
  tested = await startTestedWebConsole(rendererDir);
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await tested.web.close();
});

interface Shared {
  readonly bridge: { readonly console: { hello(input: unknown): Promise<unknown> } };
  readonly seen: { readonly states: boolean[]; readonly kinds: string[] };
}

function seenBy(page: Page): Promise<Shared["seen"] | undefined> {
  return page.evaluate(() => (globalThis as unknown as Partial<Shared>).seen);
}

describe("in the browser", () => {
  test("a link opens the console, leaves no token in the address, and works once", async () => {
    const link = tested.web.issueLink();
    const page = await context.newPage();
    await page.goto(link);
    expect(page.url()).toBe(`http://127.0.0.1:${tested.web.port}/`);
    await expect.poll(() => seenBy(page)).toEqual({ states: [false, true], kinds: ["snapshot"] });
    const hello = await page.evaluate(() => (globalThis as unknown as Shared).bridge.console.hello({}));
    expect(hello).toMatchObject({ ok: true, value: { face: "web" } });
    await page.reload();
    await expect.poll(async () => (await seenBy(page))?.kinds).toEqual(["snapshot"]);
    const other = await browser.newContext();
    const stranger = await other.newPage();
    expect((await stranger.goto(link))?.status()).toBe(403);
    expect(await stranger.textContent("p")).toContain("Press Enter in the terminal");
    await other.close();
  });

  test("inline scripts do not run and other hosts are out of reach", async () => {
    const page = await context.newPage();
    await page.goto(tested.web.issueLink());
    expect(await page.title()).toBe("Ballast");
    const reached = await page.evaluate(
      (url) =>
        fetch(url, { mode: "no-cors" }).then(
          () => "reached",
          () => "blocked",
        ),
      evilUrl,
    );
    expect(reached).toBe("blocked");
  });

  test("another site cannot open a socket, read a page or frame it, though the operator is signed in", async () => {
    const own = await context.newPage();
    await own.goto(tested.web.issueLink());
    await expect.poll(() => tested.web.clientCount).toBe(1);
    const page = await context.newPage();
    await page.goto(evilUrl);
    const outcome = await page.evaluate(async (port) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/bridge`);
      const socketOutcome = await new Promise((done) => {
        socket.addEventListener("open", () => done("open"));
        socket.addEventListener("error", () => done("refused"));
      });
      const read = await fetch(`http://127.0.0.1:${port}/`, { credentials: "include" }).then(
        () => "read",
        () => "blocked",
      );
      return [socketOutcome, read];
    }, tested.web.port);
    expect(outcome).toEqual(["refused", "blocked"]);
    await page.evaluate((port) => {
      const frame = document.createElement("iframe");
      frame.src = `http://127.0.0.1:${port}/`;
      document.body.append(frame);
      return new Promise((done) => frame.addEventListener("load", done));
    }, tested.web.port);
    expect(await page.frames()[1]?.evaluate(() => "seen" in globalThis)).toBe(false);
    expect(tested.web.clientCount).toBe(1);
  });

  test("a closed page leaves nothing behind, and closing the console is noticed by the page", async () => {
    const page = await context.newPage();
    await page.goto(tested.web.issueLink());
    await expect.poll(() => tested.backend.subscriberCount).toBe(1);
    const other = await context.newPage();
    await other.goto(`http://127.0.0.1:${tested.web.port}/`);
    await expect.poll(() => tested.backend.subscriberCount).toBe(2);
    await page.close();
    await expect.poll(() => tested.backend.subscriberCount).toBe(1);
    await tested.web.close();
    await expect.poll(async () => (await seenBy(other))?.states).toEqual([false, true, false]);
  });
});
