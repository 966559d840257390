/** Builds the harness once, serves it under the console's own content policy and opens it in Chromium. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { launchChromium } from "../../support/chromium.ts";
import type { Stage } from "./stage.ts";

/** The console's policy, word for word as the web face sends it, but for the socket that the harness does not need. */
const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
};

declare global {
  interface Window {
    stage: Stage;
  }
}

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly zoom?: number;
  readonly theme?: "dark" | "light";
}

export interface Harness {
  /** A page of its own with the console on it; `problems` gathers page errors, console errors and refusals of the policy. */
  open(options?: OpenOptions): Promise<{ readonly page: Page; readonly problems: readonly string[] }>;
  close(): Promise<void>;
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
  const file = join(folder, path === "/" ? "index.html" : path);
  try {
    const content = await readFile(file);
    response.setHeader("content-type", contentTypes[extname(file)] ?? "application/octet-stream");
    response.setHeader("content-security-policy", CONTENT_POLICY);
    response.end(content);
  } catch {
    response.statusCode = path === "/favicon.ico" ? 204 : 404;
    response.end();
  }
}

function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => void answer(folder, request, response));
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

/** Vite reads the kind of build off the environment; under vitest that says "test", which would take React's slow development build. */
async function buildHarness(folder: string): Promise<void> {
  const environment = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  try {
    await build({
      configFile: false,
      logLevel: "error",
      root: import.meta.dirname,
      mode: "production",
      base: "./",
      build: {
        outDir: folder,
        emptyOutDir: true,
        minify: false,
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
      },
    });
  } finally {
    if (environment === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = environment;
  }
}

/** Builds into a folder of its own, which `close` removes. */
export async function startHarness(): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), "ballast-harness-"));
  await buildHarness(folder);
  const server = await serve(folder);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const browser: Browser = await launchChromium();
  return {
    async open({ width = 1280, height = 720, zoom = 1, theme = "dark" } = {}) {
      const context = await browser.newContext({
        viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
        deviceScaleFactor: zoom,
        colorScheme: theme,
      });
      const page = await context.newPage();
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
      });
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.waitForSelector("[data-testid=console]", { timeout: 15_000 });
      return { page, problems };
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a session on the fake market and lets it run for a while. */
export async function startSession(page: Page, seconds = 60): Promise<void> {
  await page.evaluate(async (runSeconds) => {
    await window.stage.backend.handlers.sessions.start({
      commandId: "harness-start",
      source: { kind: "generated", market: "btc", seed: 7 },
      profile: "crypto",
      speed: 1,
    });
    for (let second = 0; second < runSeconds; second += 1) window.stage.backend.advance(1000);
  }, seconds);
  await page.getByTestId("ladder-row").first().waitFor();
}
