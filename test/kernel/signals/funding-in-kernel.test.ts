import { describe, expect, it } from "vitest";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { micros } from "../../../main/kernel/values/units.ts";
import { quoting } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;

/** A long of half the limit, which pays 3 bps for 8 hours, or earns them. */
function held(rate: number, changes: Partial<Settings>) {
  const harness = quoting("crypto", {
    maxPositionSize: 0.03,
    inventorySkewFactor: 1,
    inventoryDeadbandPct: 0,
    skewMaxBps: 10,
    fundingBiasEnabled: true,
    fundingInventoryWeight: 1,
    fundingBiasCapBps: 5,
    fundingInventoryTolerance: 0,
    ...changes,
  });
  for (const bid of harness.liveOn("buy")) harness.fill(bid);
  harness.send({ type: "funding-rate-updated", rate, nextFundingUs: micros(0), intervalUs: 28_800 * SECOND });
  harness.keepServed(2 * SECOND);
  const ask = harness.decisions().findLast(({ slot, buildUp }) => slot.side === "sell" && buildUp !== null);
  return { context: harness.kernel.board.context, buildUp: ask?.buildUp };
}

describe("the tolerance of inventory by funding", () => {
  it.each([
    { fundingInventoryTolerance: 0, rate: -0.0003, factor: 1 },
    { fundingInventoryTolerance: 0.2, rate: -0.0003, factor: 0.8 },
    { fundingInventoryTolerance: 0.5, rate: -0.0003, factor: 0.7 },
    { fundingInventoryTolerance: 0.2, rate: 0.0003, factor: 1.2 },
    { fundingInventoryTolerance: 0.5, rate: 0.0003, factor: 1.3 },
  ])("of $fundingInventoryTolerance changes the skew at a rate of $rate by $factor", (one) => {
    const { rate, factor, fundingInventoryTolerance } = one;
    const { context, buildUp } = held(rate, { fundingInventoryTolerance });
    expect(context?.band).toBe("NORMAL");
    expect(context?.fundingSkewFactor).toBeCloseTo(factor, 12);
    const plain = held(rate, {}).buildUp;
    const skewBps = plain?.skewBps ?? 0;
    expect(skewBps).toBeLessThan(0);
    // What funding takes off the skew stands beside its bias
    expect((buildUp?.fundingBps ?? 0) - (plain?.fundingBps ?? 0)).toBeCloseTo(skewBps * (factor - 1), 6);
  });

  it.each([
    { fundingInventoryWeight: 0.5, fundingBiasCapBps: 5, biasBps: 1.5 },
    { fundingInventoryWeight: 1.5, fundingBiasCapBps: 5, biasBps: 4.5 },
    { fundingInventoryWeight: 1.5, fundingBiasCapBps: 2, biasBps: 2 },
  ])("hangs on a bias of $biasBps bps, by its weight $fundingInventoryWeight and cap $fundingBiasCapBps", (one) => {
    const { biasBps, ...changes } = one;
    const { context, buildUp } = held(0.0003, changes);
    expect(context?.fundingBiasBps).toBeCloseTo(biasBps, 9);
    // Longs pay: both quotes go down
    expect(buildUp?.fundingBps).toBeCloseTo(-biasBps, 9);
  });

  it("is nothing without the bias", () => {
    const { context } = held(0.0003, { fundingInventoryTolerance: 0.5, fundingBiasEnabled: false });
    expect(context).toMatchObject({ fundingBiasBps: 0, fundingSkewFactor: 1 });
  });
});
