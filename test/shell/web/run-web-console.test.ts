import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { runWebConsole } from "../../../main/shell/web/run-web-console.ts";
import { createFakeBackend } from "../../support/fake-backend.ts";
import { pageFolder } from "../../support/web-console.ts";

/** A console on a terminal that the test plays. */
function consoleUnderTest(shutDown: (reason: string) => Promise<void>) {
  const said: string[] = [];
  let signal: (name: string) => void = () => undefined;
  const backend = { ...createFakeBackend(), shutDown };
  const ended = runWebConsole({
    greeting: "Hello",
    rendererDir: pageFolder(),
    dataDir: mkdtempSync(join(tmpdir(), "ballast-console-")),
    port: 0,
    createBackend: async () => backend,
    terminal: {
      say: (line) => void said.push(line),
      onEnter: () => () => undefined,
      onSignal: (listener) => {
        signal = listener;
        return () => undefined;
      },
    },
  });
  const link = () => vi.waitUntil(() => said.find((line) => line.includes("http://"))?.match(/http:\S+/)?.[0]);
  const isServing = async (url: string) =>
    fetch(url, { method: "HEAD" }).then(
      () => true,
      () => false,
    );
  return { said, ended, link, isServing, signal: (name: string) => signal(name) };
}

test("a clean end exits with 0 and serves nobody any more", async () => {
  const { ended, link, isServing, signal } = consoleUnderTest(async () => undefined);
  const url = await link();
  expect(await isServing(url)).toBe(true);
  signal("SIGINT");
  expect(await ended).toBe(0);
  expect(await isServing(url)).toBe(false);
});

test("a session that could not be written exits with 1, says why, and leaves no server that keeps the process alive", async () => {
  const { said, ended, link, isServing, signal } = consoleUnderTest(async () => {
    throw new Error("no space left");
  });
  const url = await link();
  signal("SIGTERM");
  expect(await ended).toBe(1);
  expect(said.at(-1)).toBe("Closing failed: no space left");
  expect(await isServing(url)).toBe(false);
});
