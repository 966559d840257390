/** The same face in the real Electron runtime. Runs where the runtime and a display are there; elsewhere its title says why not. */
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, type ElectronApplication, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { electronPackageDir, findElectronRuntime, missingDisplay } from "../../main/shell/electron-runtime.ts";
import { CALL_NAMES, STREAM_NAMES } from "../../preload/channels.ts";

const root = join(import.meta.dirname, "../..");
const search = { platform: process.platform, env: process.env };
const runtime = findElectronRuntime({ ...search, packageDir: electronPackageDir(import.meta.url) });

function reasonToSkip(): string | null {
  if (runtime.kind === "missing") return runtime.reason;
  if (!existsSync(join(root, "out/main/index.js"))) return "`npm run build` comes first";
  return missingDisplay(search);
}

const reason = reasonToSkip();

describe.skipIf(reason !== null)(`real Electron${reason === null ? "" : ` (skipped: ${reason})`}`, () => {
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "ballast-electron-runtime-"));
    // Chromium's sandbox refuses to run as root, as in most containers
    const flags = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    app = await _electron.launch({
      executablePath: runtime.kind === "found" ? runtime.executable : "",
      args: [root, `--data=${dataDir}`, ...flags],
    });
    page = await app.firstWindow();
  });
  afterAll(async () => {
    if (app.process().exitCode === null) app.process().kill("SIGKILL");
  });

  test("the page is ours, without Node, with exactly the contract", async () => {
    const seen = await page.evaluate(() => ({
      origin: location.origin,
      hasNode: ["require", "process", "module"].filter((name) => name in globalThis),
      exposed: Object.fromEntries(
        Object.entries((globalThis as unknown as { ballast: Record<string, object> }).ballast).map(([group, calls]) => [
          group,
          Object.keys(calls),
        ]),
      ),
    }));
    expect(seen).toEqual({
      origin: "app://console",
      hasNode: [],
      exposed: { ...CALL_NAMES, feed: [...STREAM_NAMES] },
    });
  });

  test("the page can neither leave, nor open a window, nor reach the network", async () => {
    const before = page.url();
    const reached = await page.evaluate(() => {
      globalThis.open("https://example.org/");
      location.href = "https://example.org/";
      return fetch("https://example.org/").then(
        () => "reached",
        () => "blocked",
      );
    });
    expect(reached).toBe("blocked");
    expect(page.url()).toBe(before);
    expect(app.windows()).toHaveLength(1);
  });

  test("a second quit does not hurry the first, which ends with 0", async () => {
    const process_ = app.process();
    const ended = new Promise((done) => process_.once("exit", done));
    await app.evaluate(({ app: electronApp }) => {
      electronApp.quit();
      electronApp.quit();
    });
    expect(await ended).toBe(0);
  });
});
