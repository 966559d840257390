/** The Electron face, its main side from source and on the fake backend, with `electron` standing in and its page in Chromium. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { contract } from "../../preload/contract.ts";
import { buildPreload } from "../support/build-preload.ts";
import { launchChromium } from "../support/chromium.ts";
import { ElectronStandIn } from "../support/electron-stand-in/stand-in.ts";
import { pageFolder } from "../support/web-console.ts";

const FAKE_MAIN = join(import.meta.dirname, "../support/electron-stand-in/fake-main.ts");
const WAIT = { timeout: 20_000 };

let browser: Browser;
let preloadFile = "";
const rendererDir = pageFolder();
const running: ElectronStandIn[] = [];

beforeAll(async () => {
  [browser, preloadFile] = await Promise.all([launchChromium(), buildPreload()]);
  writeFileSync(
    join(rendererDir, "index.html"),
    '<!doctype html><title>Ballast</title><script src="assets/page.js"></script>',
  );
  writeFileSync(join(rendererDir, "assets", "page.js"), "document.title = 'script ran';");
});
afterAll(() => browser.close());
afterEach(async () => {
  for (const standIn of running.splice(0)) await standIn.close();
});

function start(options: { isShown?: boolean; env?: Record<string, string>; dataDir?: string } = {}): ElectronStandIn {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "ballast-electron-face-"));
  const standIn = new ElectronStandIn({
    main: [FAKE_MAIN, dataDir, rendererDir, preloadFile],
    preloadFile,
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.isShown === true ? { browser } : {}),
  });
  running.push(standIn);
  return standIn;
}

async function windowOf(standIn: ElectronStandIn, count = 1): Promise<number> {
  await expect.poll(() => standIn.notesOf("load").length, WAIT).toBe(count);
  return Number(standIn.notesOf("load").at(-1)?.["windowId"]);
}

function kinds(standIn: ElectronStandIn, ...wanted: string[]): string[] {
  return standIn.notes.map(({ kind }) => kind).filter((kind) => wanted.includes(kind));
}

const startInput = {
  commandId: "command-0001",
  source: { kind: "generated", market: "btc", seed: 7 },
  profile: "legacy",
  speed: 1,
};

describe("start", () => {
  test("locks everything down before the first page loads", async () => {
    const standIn = start();
    await windowOf(standIn);
    expect(kinds(standIn, "sandbox", "lock", "schemes", "window", "load")).toEqual([
      "sandbox",
      "lock",
      "schemes",
      "window",
      "load",
    ]);
    expect(standIn.notesOf("sandbox")[0]).toMatchObject({ isReady: false });
    expect(standIn.notesOf("schemes")[0]).toMatchObject({
      isReady: false,
      schemes: [{ scheme: "app", privileges: { standard: true, secure: true } }],
    });
    expect(standIn.notesOf("load")[0]).toMatchObject({ url: "app://console/" });
  });

  test.each([
    ["in development", {}, true],
    ["when packaged", { STAND_IN_PACKAGED: "1" }, false],
  ])("opens a sandboxed, isolated window %s", async (_when, env, devTools) => {
    const standIn = start({ env });
    await windowOf(standIn);
    const secure = {
      preload: preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      devTools,
    };
    expect(standIn.notesOf("window")).toMatchObject([{ options: { webPreferences: secure } }]);
  });

  test("a second instance ends at once, without a window", async () => {
    const standIn = start({ env: { STAND_IN_LOCK: "taken" } });
    expect(await standIn.exitCode).toBe(0);
    expect(standIn.notesOf("window")).toEqual([]);
    expect(standIn.notesOf("cancel-all")).toEqual([]);
  });

  test("a backend that cannot start is said in a box, and ends with 1 and without a window", async () => {
    const message = "The data folder is in use by process 4711";
    const standIn = start({ env: { STAND_IN_BACKEND_FAILURE: message } });
    expect(await standIn.exitCode).toBe(1);
    expect(standIn.notesOf("error-box")).toMatchObject([{ message }]);
    expect(standIn.notesOf("window")).toEqual([]);
  });

  test("the first instance comes to the front when a second was started", async () => {
    const standIn = start();
    await windowOf(standIn);
    await standIn.ask("appEvent", "second-instance");
    await expect.poll(() => standIn.notesOf("window-call").map((note) => note["what"]), WAIT).toContain("focus");
    expect(standIn.notesOf("window")).toHaveLength(1);
  });
});

describe("policy", () => {
  test("pages come from the build under the content policy, and nothing from outside it", async () => {
    const standIn = start();
    await windowOf(standIn);
    const get = (url: string, method = "GET") =>
      standIn.ask("protocol", url, method) as Promise<{ status: number; headers: Record<string, string> }>;
    const page = await get("app://console/");
    expect(page.status).toBe(200);
    expect(page.headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'none'",
    );
    expect(page.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-type": "text/html; charset=utf-8",
    });
    for (const url of [
      "app://console/%2e%2e%2fsecret.json",
      "app://console/assets/link.json",
      "app://other/index.html",
      "app://console/missing.js",
    ])
      expect([url, (await get(url)).status]).toEqual([url, 404]);
    expect((await get("app://console/", "POST")).status).toBe(404);
  });

  test("every request but those for the console's own files is cancelled", async () => {
    const standIn = start();
    await windowOf(standIn);
    const requests = [
      ["https://evil.example/x.js", true],
      ["http://127.0.0.1:1/", true],
      ["file:///etc/passwd", true],
      ["data:text/html,x", true],
      ["app://other/", true],
      ["app://console/assets/index-1.js", false],
    ] as const;
    for (const [url, cancel] of requests) expect([url, await standIn.ask("request", url)]).toEqual([url, { cancel }]);
  });

  test("permissions, devices, navigation, new windows and embedded pages are denied", async () => {
    const standIn = start();
    const windowId = await windowOf(standIn);
    for (const name of ["media", "geolocation", "notifications", "openExternal", "clipboard-read", "fullscreen"]) {
      const answers = [await standIn.ask("permission", name), await standIn.ask("permissionCheck", name)];
      expect([name, ...answers]).toEqual([name, false, false]);
    }
    expect(await standIn.ask("permission", "clipboard-sanitized-write")).toBe(true);
    expect(await standIn.ask("device")).toBe(false);
    for (const name of ["will-navigate", "will-redirect", "will-frame-navigate", "will-attach-webview"])
      expect([name, await standIn.ask("navigate", windowId, name)]).toEqual([name, true]);
    expect(await standIn.ask("openWindow", windowId, "https://evil.example/")).toEqual({ action: "deny" });
  });
});

describe("messages", () => {
  const foreignSenders = [
    { isSubframe: true },
    { isOtherContents: true },
    { hasNoFrame: true },
    { url: "" },
    { url: "app://console.evil.example/" },
    { url: "https://evil.example/" },
  ];

  test("of foreign senders are refused, calls and streams: frames, other windows, other addresses", async () => {
    const standIn = start();
    const windowId = await windowOf(standIn);
    const own = { windowId, url: "app://console/" };
    for (const foreign of foreignSenders) {
      const sender = { windowId, ...foreign };
      const call = standIn.ask("invoke", sender, "call:sessions.start", startInput);
      await expect(call).rejects.toThrow("refused");
      await standIn.ask("message", sender, "feed:open", 1, "status");
      expect(await standIn.ask("invoke", own, "call:console.hello", {})).toMatchObject({ ok: true });
    }
    const refusals = () => standIn.stderr.match(/a message of a foreign sender: refused/g)?.length;
    await expect.poll(refusals, WAIT).toBe(2 * foreignSenders.length);
    await standIn.ask("quit");
    await standIn.exitCode;
    expect(standIn.notesOf("flushed")[0]?.["calls"]).toEqual(foreignSenders.map(() => "console.hello"));
  });

  test("there is one channel a call of the contract and no other", async () => {
    const standIn = start();
    await windowOf(standIn);
    const channels = (await standIn.ask("channels")) as string[];
    const { feed: _feed, ...groups } = contract;
    const calls = Object.entries(groups).flatMap(([group, names]) =>
      Object.keys(names).map((name) => `call:${group}.${name}`),
    );
    expect(calls).toContain("call:risk.kill");
    expect(channels.toSorted()).toEqual(calls.toSorted());
  });

  test("a page that does not take what it is sent gets no more of it, while another stream flows", async () => {
    const standIn = start();
    const windowId = await windowOf(standIn);
    await standIn.ask("message", { windowId }, "feed:open", 1, "status");
    await standIn.ask("message", { windowId }, "feed:open", 2, "status");
    const sentOn = (id: number) => standIn.sent.filter(({ args }) => (args as unknown[])[0] === id);
    for (let taken = 0; taken < 20; taken += 1) {
      await expect.poll(() => sentOn(2).length, WAIT).toBeGreaterThan(taken);
      await standIn.ask("message", { windowId }, "feed:taken", 2);
    }
    expect(sentOn(1)).toHaveLength(4);
    await standIn.ask("message", { windowId }, "feed:taken", 1);
    await expect.poll(() => sentOn(1).length, WAIT).toBe(5);
    expect(sentOn(1).map(({ args }) => (args as [number, { n: number }])[1].n)).toEqual([0, 1, 2, 3, 4]);
  });

  test("the page in Chromium calls, streams and is refused as data, through the built preload", async () => {
    const standIn = start({ isShown: true });
    await expect.poll(() => standIn.notesOf("shown").length, WAIT).toBe(1);
    const page = standIn.page;
    if (page === null) throw new Error("expected a page, was none");
    expect(standIn.consoleLines).toEqual([]);
    expect(await page.title()).toBe("script ran");
    const seen = await page.evaluate(async (input) => {
      interface Exposed {
        readonly [group: string]: Readonly<Record<string, (argument: unknown) => Promise<unknown>>>;
      }
      const bridge = (globalThis as unknown as { ballast: Exposed }).ballast;
      const started = await bridge["sessions"]?.["start"]?.(input);
      const refused = await bridge["quoting"]?.["pause"]?.({ commandId: 1 });
      const messages: { n: number; kind: string; value: { mode: string } }[] = [];
      await new Promise<void>((done) => {
        void bridge["feed"]?.["status"]?.((message: unknown) => {
          messages.push(message as (typeof messages)[number]);
          if (messages.length === 12) done();
        });
      });
      return { started, refused, messages, isFrozen: Object.isFrozen(bridge), hasNode: "require" in globalThis };
    }, startInput);
    expect(seen).toMatchObject({
      started: { ok: true },
      refused: { ok: false, code: "invalid-input" },
      isFrozen: true,
      hasNode: false,
    });
    expect(seen.messages.map(({ n }) => n)).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(seen.messages.map(({ kind }) => kind)).toEqual(["snapshot", ...Array.from({ length: 11 }, () => "update")]);
    const reached = await page.evaluate(() =>
      fetch("https://evil.example/").then(
        () => "reached",
        () => "blocked",
      ),
    );
    expect(reached).toBe("blocked");
  });
});

describe("the end", () => {
  const ORDER = ["cancel-all", "flushed", "exit"];

  test("quitting cancels all, flushes, then exits, and a second quit changes nothing", async () => {
    const standIn = start({ env: { STAND_IN_SHUT_DOWN_MS: "300" } });
    await windowOf(standIn);
    await standIn.ask("quit");
    await standIn.ask("quit");
    expect(await standIn.exitCode).toBe(0);
    expect(kinds(standIn, ...ORDER)).toEqual(ORDER);
    expect(standIn.notesOf("exit")).toMatchObject([{ code: 0 }]);
  });

  test("a third quit abandons it with exit code 1", async () => {
    const standIn = start({ env: { STAND_IN_SHUT_DOWN_MS: "60000" } });
    await windowOf(standIn);
    for (let request = 0; request < 3; request += 1) await standIn.ask("quit").catch(() => {});
    expect(await standIn.exitCode).toBe(1);
    expect(kinds(standIn, ...ORDER)).toEqual(["cancel-all", "exit"]);
    expect(standIn.stderr).toContain("orders may still rest at the venue");
  });

  test("closing the window keeps it open until the orders are cancelled and the journal is written", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "ballast-electron-face-"));
    const standIn = start({ dataDir });
    const windowId = await windowOf(standIn);
    expect(await standIn.ask("windowEvent", windowId, "close")).toBe(true);
    expect(await standIn.exitCode).toBe(0);
    expect(kinds(standIn, ...ORDER)).toEqual(ORDER);
    expect(standIn.notesOf("cancel-all")[0]).toMatchObject({ reason: "window closed" });
    expect(JSON.parse(readFileSync(join(dataDir, "window.json"), "utf8"))).toEqual({
      bounds: { x: 40, y: 30, width: 1300, height: 800 },
      isMaximized: false,
    });
  });

  test.each(["SIGTERM", "SIGINT"] as const)("%s goes the same way", async (name) => {
    const standIn = start();
    await windowOf(standIn);
    standIn.signal(name);
    expect(await standIn.exitCode).toBe(0);
    expect(kinds(standIn, ...ORDER)).toEqual(ORDER);
  });

  test("so does the computer's shutdown, which is held back until then", async () => {
    const standIn = start({ env: { STAND_IN_SHUT_DOWN_MS: "300" } });
    await windowOf(standIn);
    expect(await standIn.ask("power", "shutdown")).toBe(true);
    expect(await standIn.exitCode).toBe(0);
    expect(kinds(standIn, ...ORDER)).toEqual(ORDER);
  });

  test("and the end of the person's session, told to the window twice", async () => {
    const standIn = start({ env: { STAND_IN_SHUT_DOWN_MS: "300" } });
    const windowId = await windowOf(standIn);
    expect(await standIn.ask("windowEvent", windowId, "query-session-end")).toBe(true);
    await standIn.ask("windowEvent", windowId, "session-end");
    expect(await standIn.exitCode).toBe(0);
    expect(kinds(standIn, ...ORDER)).toEqual(ORDER);
  });
});

describe("while quoting", () => {
  async function quoting(): Promise<{ standIn: ElectronStandIn; windowId: number }> {
    const standIn = start();
    const windowId = await windowOf(standIn);
    expect(await standIn.ask("invoke", { windowId }, "call:sessions.start", startInput)).toMatchObject({ ok: true });
    return { standIn, windowId };
  }

  async function callsAtTheEnd(standIn: ElectronStandIn): Promise<unknown> {
    await standIn.ask("quit");
    await standIn.exitCode;
    return standIn.notesOf("flushed")[0]?.["calls"];
  }

  test("sleep pauses, and waking up leaves it paused", async () => {
    const { standIn } = await quoting();
    await standIn.ask("power", "suspend");
    await standIn.ask("power", "resume");
    expect(await callsAtTheEnd(standIn)).toEqual(["sessions.start", "quoting.pause"]);
  });

  test("a page that dies is opened again, its streams are dropped, and nothing is cancelled", async () => {
    const { standIn, windowId } = await quoting();
    await standIn.ask("message", { windowId }, "feed:open", 1, "status");
    await standIn.ask("contentsEvent", windowId, "render-process-gone", {}, { reason: "crashed" });
    const reopened = await windowOf(standIn, 2);
    expect(reopened).not.toBe(windowId);
    await standIn.ask("message", { windowId: reopened }, "feed:open", 1, "status");
    await standIn.ask("appEvent", "child-process-gone", { type: "GPU", reason: "crashed", exitCode: 5 });
    await expect.poll(() => standIn.stderr, WAIT).toContain("quoting goes on");
    expect(await callsAtTheEnd(standIn)).toEqual(["sessions.start"]);
  });

  test("a page that keeps dying pauses quoting instead of flickering for ever", async () => {
    const { standIn, windowId } = await quoting();
    let current = windowId;
    for (let death = 1; death <= 3; death += 1) {
      await standIn.ask("contentsEvent", current, "render-process-gone", {}, { reason: "oom" });
      current = await windowOf(standIn, death + 1);
    }
    await standIn.ask("contentsEvent", current, "render-process-gone", {}, { reason: "oom" });
    expect(standIn.notesOf("window")).toHaveLength(4);
    await standIn.ask("appEvent", "second-instance");
    await windowOf(standIn, 5);
    expect(await callsAtTheEnd(standIn)).toEqual(["sessions.start", "quoting.pause"]);
  });
});
