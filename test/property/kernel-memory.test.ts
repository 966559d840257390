import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const soak = fileURLToPath(new URL("../support/kernel-soak.ts", import.meta.url));
const MEBIBYTE = 2 ** 20;

it("holds its memory over half a million events with thousands of orders and fills", async () => {
  const { stdout } = await run(process.execPath, ["--expose-gc", soak, "100000", "5"]);
  const { heaps, fills, placements } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as {
    heaps: number[];
    fills: number;
    placements: number;
  };
  expect(fills).toBeGreaterThan(5_000);
  expect(placements).toBeGreaterThan(10_000);
  // The first marks fill what is remembered on purpose: executions, ended orders, two minutes of mids
  const [, second = 0, , , last = Infinity] = heaps;
  expect(last - second).toBeLessThan(3 * MEBIBYTE);
  expect(last).toBeLessThan(40 * MEBIBYTE);
  // Eight seconds of one core; other work of the machine may stretch them
}, 120_000);
