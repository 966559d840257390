import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSettings } from "../../main/kernel/settings/parse-settings.ts";
import { SETTING_KEYS, settingRow } from "../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { ASK, BID, KernelHarness, settingsFor } from "../support/kernel-harness.ts";

const EXTREMES = ["0", "0.000000000001", "0.1", "0.999", "1", "2", "20", "100", "9000", "1000000", "999999999999999"];
const VAST = [`1${"0".repeat(30)}`, `1${"0".repeat(300)}`];
const CADENCES = ["0/0", "0/1", "5/0", "999999999/999999999", "0.000001/0.000001"];

/** A setting at an end of what its row accepts, or far out. */
const assignment = fc.constantFrom(...SETTING_KEYS).chain((key) => {
  const row = settingRow(key);
  const texts =
    row.kind === "enum"
      ? row.options
      : row.kind === "bool"
        ? ["true", "false"]
        : row.kind === "cadence"
          ? CADENCES
          : row.kind === "text"
            ? ["X"]
            : [...EXTREMES, ...VAST, ...EXTREMES.map((text) => `-${text}`)];
  return fc.constantFrom(...texts).map((value) => ({ name: row.name, value }));
});

/** Settings that the schema accepts, however mad. */
const settings: fc.Arbitrary<Settings> = fc
  .tuple(
    fc.constantFrom("legacy" as const, "crypto" as const),
    fc.uniqueArray(assignment, { selector: ({ name }) => name, minLength: 1, maxLength: 12 }),
  )
  .map(([profile, pairs]) => {
    let accepted = settingsFor(profile, { numPriceLevels: 2 });
    for (const pair of pairs) {
      const parsed = parseSettings([{ ...pair, line: 1 }], accepted);
      if (parsed.ok) accepted = parsed.settings;
    }
    return accepted;
  });

function trade(harness: KernelHarness): void {
  harness.keepFresh(1_200_000, 200_000).settle();
  for (const order of harness.live().slice(0, 2)) harness.fill(order, Math.max(1, order.sizeLots >> 1));
  harness.delta([BID + 3, 20], [ASK, 0, ASK + 30, 7]).keepFresh(1_200_000, 300_000);
  harness.settle().delta([BID + 3, 0], [ASK, 9, ASK + 30, 0]);
  const prices = (side: "buy" | "sell"): number[] => harness.liveOn(side).map(({ priceTicks }) => priceTicks);
  expect(Math.max(-Infinity, ...prices("buy"))).toBeLessThan(Math.min(Infinity, ...prices("sell")));
}

describe("whatever settings the schema accepts", () => {
  it("the kernel runs on them, and on a change to others", () => {
    fc.assert(
      fc.property(settings, settings, (first, second) => {
        const harness = new KernelHarness(first);
        const bids = Array.from({ length: 5 }, (_, at) => [BID - at * 10, 100]).flat();
        const asks = Array.from({ length: 5 }, (_, at) => [ASK + at * 10, 100]).flat();
        harness.snapshot(bids, asks);
        trade(harness);
        harness.changeProfile(second, 2);
        trade(harness);
        harness.command("kill").settle();
        expect(harness.live()).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
    // Other work of the machine may stretch it
  }, 120_000);
});
