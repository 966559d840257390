import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog } from "../../main/shell/log.ts";

function opened() {
  const dataDir = join(mkdtempSync(join(tmpdir(), "ballast-log-")), "data");
  const warned: string[] = [];
  const log = openLog({ dataDir, warn: (line) => void warned.push(line) });
  const lines = () =>
    readFileSync(join(dataDir, "ballast.log"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { dataDir, warned, log, lines };
}

test("writes every line to the data folder, and warnings to the terminal too", () => {
  const { log, lines, warned } = opened();
  log.info({ sessionId: "s-1" }, "session started");
  log.warn("book is stale");
  expect(lines()).toMatchObject([
    { level: "info", msg: "session started", sessionId: "s-1" },
    { level: "warn", msg: "book is stale" },
  ]);
  expect(warned).toEqual(["ballast: warn: book is stale"]);
});

test("whatever is named a key, a secret or a token is redacted, however deep and inside errors' causes", () => {
  const { log, lines, dataDir } = opened();
  log.error(
    {
      apiKey: "AAAA-1",
      venue: { account: { privateKey: "AAAA-2", accountId: 7 } },
      headers: [{ Cookie: "AAAA-3" }, { sessionToken: "AAAA-4" }],
      SECRET: { inner: "AAAA-5" },
      deep: { a: { b: { c: { d: { e: { f: { key: "AAAA-6" } } } } } } },
    },
    "request failed",
  );
  expect(readFileSync(join(dataDir, "ballast.log"), "utf8")).not.toContain("AAAA");
  expect(lines()[0]).toMatchObject({
    apiKey: "[redacted]",
    venue: { account: { privateKey: "[redacted]", accountId: 7 } },
  });
});

test("an error keeps its message, stack and cause", () => {
  const { log, lines } = opened();
  log.error({ error: new Error("flush failed", { cause: new RangeError("disk full") }) }, "journal");
  expect(lines()[0]).toMatchObject({
    error: {
      message: "Error: flush failed",
      stack: expect.stringContaining("log.test.ts") as string,
      cause: { message: "RangeError: disk full" },
    },
  });
});

test("a long log moves aside at the next start", () => {
  const { dataDir } = opened();
  writeFileSync(join(dataDir, "ballast.log"), "x".repeat(9 * 1024 * 1024));
  openLog({ dataDir, warn: () => {} }).info("fresh");
  expect(statSync(join(dataDir, "ballast.log")).size).toBeLessThan(1000);
  expect(statSync(join(dataDir, "ballast.log.1")).size).toBe(9 * 1024 * 1024);
});

test.skipIf(process.platform !== "linux")(
  "a folder that nobody can make is an error and not a hang (only where there is a /proc)",
  () => {
    expect(() => openLog({ dataDir: "/proc/nope/data" })).toThrow(/nope/);
  },
);
