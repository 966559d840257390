import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { sessionMoment } from "../../main/cli/session-moment.ts";
import { root, runNode } from "./cli-process.ts";

const UTC_US = Date.UTC(2026, 10, 21, 15, 3, 20) * 1000;

test.each([
  ["+30.5", { kind: "since-start", us: 30_500_000 }],
  ["2026-11-21T15:03:20Z", { kind: "clock", us: UTC_US }],
  ["2026-11-21T15:03:20", { kind: "clock", us: UTC_US }],
  ["2026-11-21T15:03:20.25", { kind: "clock", us: UTC_US + 250_000 }],
  ["2026-11-21T10:03:20-05:00", { kind: "clock", us: UTC_US }],
  ["2026-11-21T15:03", { kind: "clock", us: UTC_US - 20_000_000 }],
])("%s is a moment", (text, moment) => {
  expect(sessionMoment(text)).toEqual(moment);
});

test.each([
  "",
  "now",
  "+",
  "-5",
  "2026-11-21",
  "2026-13-21T15:03:20",
  "2026-11-21T15:03:20 EST",
  "2026-11-21T25:03:20Z",
])("%j is none, and the message says what is", (text) => {
  expect(() => sessionMoment(text)).toThrow(/a time looks like .*\(UTC\) or \+30\.5, was/);
});

test("a time without a zone is UTC on a machine that lives elsewhere", async () => {
  const url = JSON.stringify(pathToFileURL(join(root, "main", "cli", "session-moment.ts")).href);
  const script = `const { sessionMoment } = await import(${url});
    console.log(new Date(2026, 0, 1).getTimezoneOffset(), sessionMoment("2026-11-21T15:03:20").us)`;
  const outcome = await runNode(["--input-type=module", "-e", script], { ...process.env, TZ: "America/New_York" });
  expect(outcome.stdout.trim(), outcome.stderr).toBe(`300 ${UTC_US}`);
});
