import fc from "fast-check";
import { expect, test } from "vitest";
import { createGenerator } from "../../main/venues/simulated/market-generator.ts";
import { SimulatedVenue } from "../../main/venues/simulated/simulated-venue.ts";
import { parseVenueFaults } from "../../main/venues/simulated/venue-faults.ts";
import { snapshotOf } from "../support/kernel-harness.ts";
import { generatedSettings, SESSION_START_US } from "../support/kernel-session.ts";
import { RestartingRun } from "../support/restarting-run.ts";

const S = 1_000_000;
const TIGHT = { offsetMode: "dynamic", minOffsetBps: 0.2, maxOffsetBps: 0.5 } as const;
const ROUGH = "rough,lost-reports=0.05,duplicate-reports=0.05,late-reports=0.05,lost-responses=0.02,lost-requests=0.02";

interface Life {
  readonly profile: "legacy" | "crypto";
  readonly seed: number;
  /** Events on the tape when the process dies; what the last of them asked for never left. */
  readonly prefix: number;
  readonly asleepS: number;
  readonly isRough: boolean;
}

function runOf({ profile, seed, isRough }: Life): { run: RestartingRun; venue: SimulatedVenue } {
  const source = createGenerator({ market: "alt", seed, startUs: SESSION_START_US, scenario: "volatile" });
  const faults = parseVenueFaults(`${ROUGH},seed=${seed}`);
  if (!faults.ok) throw new Error(faults.message);
  const venue = new SimulatedVenue({
    rules: source.rules,
    fees: { makerBps: 2, takerBps: 5 },
    latency: { outboundUs: 20_000, inboundUs: 20_000 },
    ...(isRough ? { faults: faults.value } : {}),
  });
  const settings = generatedSettings({ market: "alt", profile, changes: TIGHT });
  const run = new RestartingRun(
    { rules: source.rules, profile: snapshotOf(settings) },
    source,
    venue,
    SESSION_START_US,
  );
  return { run, venue };
}

test("after any prefix of a tape, a kernel made of it agrees with a venue that has lived on, within two minutes", () => {
  let heldPositions = 0;
  fc.assert(
    fc.property(
      fc.record({
        profile: fc.constantFrom("legacy" as const, "crypto" as const),
        seed: fc.nat(10_000),
        prefix: fc.integer({ min: 1, max: 1_800 }),
        asleepS: fc.constantFrom(0, 0.05, 3, 25),
        isRough: fc.boolean(),
      }),
      (life) => {
        const { run, venue } = runOf(life);
        run.advance(SESSION_START_US + 60 * S, life.prefix);
        run.sleep(life.asleepS * S);
        run.restart();
        run.advance(run.nowUs + 40 * S);
        run.command({ type: "operator-commanded", commandId: "end", command: "pause", by: "test" });
        run.advance(run.nowUs + 80 * S);
        const { kernel } = run;
        expect(kernel.orders.liveCount).toBe(0);
        expect(venue.openOrderCount()).toBe(0);
        expect(kernel.ledger.positionLots).toBe(venue.positionLots());
        expect(kernel.state.reasons()).not.toContain("reconciliation");
        if (venue.positionLots() !== 0) heldPositions += 1;
      },
    ),
    { numRuns: 30 },
  );
  expect(heldPositions).toBeGreaterThan(5);
}, 60_000);
