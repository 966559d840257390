/** The test's side of the Electron stand-in: starts the main process, shows its page in Chromium, carries the preload's messages. */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page, Route } from "playwright-core";
import { Link, type Note } from "./link.ts";

/** Chromium knows no `app:` scheme; a secure address of the test stands for `app://console`. */
const PAGE_ORIGIN = "https://console.ballast.test";
const APP_ORIGIN = "app://console";

export interface StandInOptions {
  /** The main module and its arguments. */
  readonly main: readonly [file: string, ...args: string[]];
  readonly preloadFile: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Without a browser no page is shown; main runs all the same. */
  readonly browser?: Browser;
}

/** The preload's surroundings: a `require` that has `electron` alone, as a sandboxed preload has. */
function preloadScript(preloadFile: string): string {
  return `(() => {
    const listeners = new Map();
    const invoke = async (channel, ...args) => {
      const answer = await globalThis.__standInInvoke(channel, args);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.value;
    };
    const ipcRenderer = {
      invoke,
      send: (channel, ...args) => void globalThis.__standInSend(channel, args),
      on: (channel, listener) => listeners.set(channel, listener),
    };
    globalThis.__standInReceive = (channel, args) => listeners.get(channel)?.({}, ...args);
    const freeze = (value) => {
      if (typeof value === "object" && value !== null) { Object.values(value).forEach(freeze); Object.freeze(value); }
      return value;
    };
    const contextBridge = {
      exposeInMainWorld: (name, value) => Object.defineProperty(globalThis, name, { value: freeze(value), enumerable: true }),
    };
    const require = (name) => {
      if (name !== "electron") throw new Error("a sandboxed preload has no " + name);
      return { contextBridge, ipcRenderer };
    };
    const module = { exports: {} };
    ((require, module, exports) => { ${readFileSync(preloadFile, "utf8")}
    })(require, module, module.exports);
  })();`;
}

export class ElectronStandIn {
  readonly notes: Note[] = [];
  /** What main sent to its pages. */
  readonly sent: Note[] = [];
  readonly consoleLines: string[] = [];
  /** Requests that main cancelled. */
  readonly cancelled: string[] = [];
  page: Page | null = null;
  stderr = "";
  readonly #options: StandInOptions;
  readonly #child: ChildProcess;
  readonly #link: Link;
  readonly exitCode: Promise<number | null>;

  #hasEnded = false;

  constructor(options: StandInOptions) {
    this.#options = options;
    const [main, ...args] = options.main;
    this.#child = fork(join(import.meta.dirname, "start-main.ts"), [main, ...args], {
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, ...options.env },
    });
    this.#child.stderr?.on("data", (data: Buffer) => (this.stderr += data.toString("utf8")));
    this.#link = new Link(
      {
        send: (frame) => {
          // A page may still speak while the main side ends: the pipe then breaks, and the exit answers what is open
          if (this.#child.connected) this.#child.send(frame as object, () => undefined);
        },
        onFrame: (listener) => void this.#child.on("message", listener),
      },
      {},
      (note) => void this.#onNote(note),
    );
    this.exitCode = new Promise((done) =>
      this.#child.once("exit", (code) => {
        this.#hasEnded = true;
        this.#link.end();
        done(code);
      }),
    );
  }

  ask(name: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#link.ask(name, ...args);
  }

  notesOf(kind: string): Note[] {
    return this.notes.filter((note) => note.kind === kind);
  }

  /** Sends a real signal to the main process. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill("SIGKILL");
    await this.exitCode;
    await this.page?.context().close();
  }

  async #onNote(note: Note): Promise<void> {
    if (note.kind === "load") await this.#show(Number(note["windowId"]), String(note["url"]));
    if (note.kind !== "send") {
      this.notes.push(note);
      return;
    }
    this.sent.push(note);
    await this.#deliver(String(note["channel"]), note["args"] as unknown[]);
  }

  async #deliver(channel: string, args: unknown[]): Promise<void> {
    const script = ([name, values]: [string, unknown[]]): void => {
      (globalThis as unknown as { __standInReceive?: (c: string, a: unknown[]) => void }).__standInReceive?.(
        name,
        values,
      );
    };
    // A page that is just being replaced takes nothing
    await this.page?.evaluate(script, [channel, args] as [string, unknown[]]).catch(() => {});
  }

  async #show(windowId: number, url: string): Promise<void> {
    const { browser, preloadFile } = this.#options;
    if (browser === undefined) return;
    await this.page?.context().close();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    this.page = page;
    page.on("console", (message) => void this.consoleLines.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => void this.consoleLines.push(`pageerror: ${error.message}`));
    await context.exposeBinding("__standInInvoke", async (_source, channel: string, args: unknown[]) => {
      try {
        return { value: await this.ask("invoke", { windowId }, channel, ...args) };
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
      }
    });
    await context.exposeBinding("__standInSend", (_source, channel: string, args: unknown[]) =>
      this.#whileThere(this.ask("message", { windowId }, channel, ...args)),
    );
    await context.addInitScript({ content: preloadScript(preloadFile) });
    await context.route("**/*", (route) => this.#whileThere(this.#serve(route)));
    await page.goto(url.replace(APP_ORIGIN, PAGE_ORIGIN));
    await this.#whileThere(this.ask("windowEvent", windowId, "ready-to-show"));
    this.notes.push({ kind: "shown", windowId });
  }

  /** What the page still says while the main side ends goes nowhere, as a message to a process that is gone does. */
  async #whileThere(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!this.#hasEnded) throw error;
    }
  }

  async #serve(route: Route): Promise<void> {
    const url = route.request().url().replace(PAGE_ORIGIN, APP_ORIGIN);
    const { cancel } = (await this.ask("request", url)) as { cancel: boolean };
    if (cancel) {
      this.cancelled.push(url);
      await route.abort();
      return;
    }
    const answer = (await this.ask("protocol", url, route.request().method())) as {
      status: number;
      headers: Record<string, string>;
      body: string;
    };
    await route.fulfill({ status: answer.status, headers: answer.headers, body: Buffer.from(answer.body, "base64") });
  }
}
