import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { launchConsole, type LaunchOptions } from "../../main/shell/launch-console.ts";
import { createFakeBackend } from "../support/fake-backend.ts";
import { pageFolder } from "../support/web-console.ts";

function installation(): string {
  const rootDir = mkdtempSync(join(tmpdir(), "ballast-launch-"));
  writeFileSync(join(rootDir, "package.json"), "{}");
  cpSync(pageFolder(), join(rootDir, "out", "renderer"), { recursive: true });
  return rootDir;
}

function launched(overrides: Partial<LaunchOptions> = {}) {
  const lines: string[] = [];
  const enters = new Set<() => void>();
  const signals = new Set<(signal: string) => void>();
  const backend = createFakeBackend();
  const rootDir = overrides.rootDir ?? installation();
  const done = launchConsole({
    rootDir,
    dataDir: join(rootDir, "data"),
    web: true,
    port: 0,
    createBackend: async () => backend,
    env: {},
    platform: "linux",
    terminal: {
      say: (line) => void lines.push(line),
      onEnter: (listener) => {
        enters.add(listener);
        return () => void enters.delete(listener);
      },
      onSignal: (listener) => {
        signals.add(listener);
        return () => void signals.delete(listener);
      },
    },
    ...overrides,
  });
  const press = (): void => enters.forEach((listener) => listener());
  const signal = (name: string): void => signals.forEach((listener) => listener(name));
  const links = (): string[] => lines.filter((line) => line.startsWith("http://"));
  const served = () => expect.poll(() => signals.size, { timeout: 10_000 }).toBe(1);
  return { done, lines, links, press, signal, served, backend, rootDir, enters, signals };
}

describe("the web face from the command line", () => {
  test("says in one line that it serves the browser, prints a link, and a fresh one at Enter", async () => {
    const { done, lines, links, press, signal, served } = launched();
    await served();
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("as asked");
    press();
    expect(links()).toHaveLength(2);
    expect(links()[0]).not.toBe(links()[1]);
    signal("SIGINT");
    expect(await done).toBe(0);
  });

  test("ends by a signal: cancel all and flush first, then exit, and lets go of the terminal", async () => {
    const { done, signal, served, backend, enters, signals, lines } = launched();
    await served();
    signal("SIGTERM");
    expect(await done).toBe(0);
    expect(backend.shutDowns).toEqual(["SIGTERM"]);
    expect([enters.size, signals.size]).toEqual([0, 0]);
    expect(lines.slice(-2)).toEqual([
      "Closing (SIGTERM): cancelling all orders, then writing the journal",
      "Closed: no own orders are left, the journal is written",
    ]);
  });

  test("a second signal is answered by a line only, a third abandons with exit code 1", async () => {
    const stuck = createFakeBackend();
    const { done, signal, served, lines } = launched({
      createBackend: async () => ({ ...stuck, shutDown: () => new Promise(() => {}) }),
    });
    await served();
    signal("SIGINT");
    signal("SIGINT");
    expect(lines.at(-1)).toContain("Still cancelling orders");
    signal("SIGINT");
    expect(await done).toBe(1);
    expect(lines.at(-1)).toContain("orders may still rest at the venue");
  });

  test("a backend that cannot start is said in one line, exit code 1", async () => {
    const { done, lines } = launched({
      createBackend: () => Promise.reject(new Error("journal.sqlite is from a newer version (90), this one knows 40")),
    });
    expect(await done).toBe(1);
    expect(lines).toEqual([
      "The console could not start: journal.sqlite is from a newer version (90), this one knows 40",
    ]);
  });

  test("a taken port is said, and the backend is shut down again", async () => {
    const first = launched();
    await first.served();
    const port = Number(new URL(first.links()[0] ?? "").port);
    const second = launched({ port });
    expect(await second.done).toBe(1);
    expect(second.lines).toEqual([expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`)]);
    expect(second.backend.shutDowns).toHaveLength(1);
    first.signal("SIGINT");
    await first.done;
  });

  test("a data folder that cannot be written is said, exit code 1", async () => {
    const rootDir = installation();
    writeFileSync(join(rootDir, "data"), "a file, not a folder");
    const { done, lines } = launched({ rootDir });
    expect(await done).toBe(1);
    expect(lines).toEqual([expect.stringContaining(`The data folder ${join(rootDir, "data")} cannot be written`)]);
  });

  test("a page that was not built is said, with what to do", async () => {
    const { done, lines } = launched({ rootDir: mkdtempSync(join(tmpdir(), "ballast-launch-")) });
    expect(await done).toBe(1);
    expect(lines).toEqual(["The console has not been built: run `npm start`, or `npm run build` first"]);
  });
});

describe("choosing the face", () => {
  test.each([
    ["no display here", {}],
    ["the electron package is not installed", { DISPLAY: ":0" }],
    ["ELECTRON_EXEC_PATH names no file", { DISPLAY: ":0", ELECTRON_EXEC_PATH: "/nowhere/electron" }],
  ])("falls back to the web face with one line: %s", async (why, env) => {
    const { done, lines, signal, served } = launched({ web: false, env });
    await served();
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(`(${why})`);
    signal("SIGINT");
    expect(await done).toBe(0);
  });

  test("in an automated run nothing is fetched", async () => {
    const rootDir = installation();
    const packageDir = join(rootDir, "node_modules", "electron");
    mkdirSync(packageDir, { recursive: true });
    writeFileSync(join(packageDir, "package.json"), "{}");
    writeFileSync(
      join(packageDir, "install.js"),
      `require("node:fs").writeFileSync(${JSON.stringify(join(rootDir, "ran"))}, "")`,
    );
    const { done, lines, signal, served } = launched({ rootDir, web: false, env: { DISPLAY: ":0", CI: "true" } });
    await served();
    expect(lines[0]).toContain("(no Electron runtime here)");
    signal("SIGINT");
    await done;
    expect(existsSync(join(rootDir, "ran"))).toBe(false);
  });

  test("a failed download falls back with one more line, and a good one starts the window", async () => {
    const rootDir = installation();
    const packageDir = join(rootDir, "node_modules", "electron");
    mkdirSync(join(packageDir, "dist"), { recursive: true });
    writeFileSync(join(packageDir, "package.json"), "{}");
    writeFileSync(join(packageDir, "install.js"), "process.exit(1)");
    // A mirror stands for a network that is there, so that the test asks no name server
    const env = { DISPLAY: ":0", ELECTRON_MIRROR: "http://127.0.0.1:9/" };
    const failed = launched({ rootDir, web: false, env });
    await failed.served();
    expect(failed.lines.map((line) => line.slice(0, 20))).toEqual([
      "Fetching the Electro",
      "Serving the console ",
      expect.stringMatching(/^http/) as string,
    ]);
    failed.signal("SIGINT");
    await failed.done;
    const seen = join(rootDir, "arguments");
    const runtime = `#!/bin/sh\\nprintf '%s\\\\n' \\"$@\\" > '${seen}'\\nexit 3\\n`;
    writeFileSync(
      join(packageDir, "install.js"),
      `const fs = require("node:fs"); fs.writeFileSync(__dirname + "/dist/electron", "${runtime}"); fs.chmodSync(__dirname + "/dist/electron", 0o755); fs.writeFileSync(__dirname + "/path.txt", "electron");`,
    );
    const good = launched({ rootDir, web: false, env: { ...process.env, CI: "", ...env } });
    expect(await good.done).toBe(3);
    expect(readFileSync(seen, "utf8").trim().split("\n")).toEqual([rootDir, `--data=${join(rootDir, "data")}`]);
  });

  test("an Electron runtime that is there is started, and its exit code is the console's", async () => {
    const rootDir = installation();
    const executable = join(rootDir, "runtime");
    writeFileSync(executable, "#!/bin/sh\nexit 0\n");
    chmodSync(executable, 0o755);
    const { done, lines } = launched({ rootDir, web: false, env: { DISPLAY: ":0", ELECTRON_EXEC_PATH: executable } });
    expect(await done).toBe(0);
    expect(lines).toEqual([]);
  });

  test.each([
    ["is killed as it starts", "kill -ABRT $$", "did not start: SIGABRT"],
    ["misses a library", "exit 127", "did not start: exit code 127"],
  ])("a runtime that %s is replaced by the web face", async (_what, script, why) => {
    const rootDir = installation();
    const executable = join(rootDir, "runtime");
    writeFileSync(executable, `#!/bin/sh\n${script}\n`);
    chmodSync(executable, 0o755);
    const env = { DISPLAY: ":0", ELECTRON_EXEC_PATH: executable };
    const { done, lines, signal, served } = launched({ rootDir, web: false, env });
    await served();
    expect(lines[0]).toContain(why);
    signal("SIGINT");
    expect(await done).toBe(0);
  });
});
