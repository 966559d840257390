import fc from "fast-check";
import { expect, test } from "vitest";
import { createGenerator } from "../../main/venues/simulated/market-generator.ts";
import { SimulatedVenue } from "../../main/venues/simulated/simulated-venue.ts";
import { parseVenueFaults } from "../../main/venues/simulated/venue-faults.ts";
import type { MarketRules } from "../../main/kernel/values/market-rules.ts";
import { lots, micros, ticks } from "../../main/kernel/values/units.ts";
import type { IncomingMarketEvent, MarketSource } from "../../main/venues/port.ts";
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

/** A book and a trade at one of its touches every two seconds, around a mid that walks: little to compute, and enough to fill on. */
function slowMarket(rules: MarketRules, seed: number): MarketSource {
  let random = seed + 1;
  const below = (most: number): number => {
    random = (random * 48_271) % 2_147_483_647;
    return random % most;
  };
  let mid = 10_000;
  let count = 0;
  const next = (): IncomingMarketEvent => {
    count += 1;
    const at = micros(SESSION_START_US + count * S);
    const stamp = { tsEvent: at, tsInit: at };
    if (count % 2 === 0) {
      const aggressor = below(2) === 0 ? "buy" : "sell";
      const priceTicks = ticks(aggressor === "buy" ? mid + 4 : mid - 4);
      return { type: "trade-printed", ...stamp, tradeId: count, aggressor, priceTicks, sizeLots: lots(1 + below(40)) };
    }
    mid += below(5) - 2;
    const bids = [mid - 1, 100, mid - 2, 100];
    const asks = [mid + 1, 100, mid + 2, 100];
    return { type: "book-snapshot-received", ...stamp, updateId: count, bids, asks };
  };
  return { rules, next, close: () => {} };
}

function runOf(
  { profile, seed, isRough }: Life,
  marketOf: (generated: MarketSource) => MarketSource = (generated) => generated,
): { run: RestartingRun; venue: SimulatedVenue } {
  const generated = createGenerator({ market: "alt", seed, startUs: SESSION_START_US, scenario: "volatile" });
  const source = marketOf(generated);
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

const life = (mostEvents: number): fc.Arbitrary<Life> =>
  fc.record({
    profile: fc.constantFrom("legacy" as const, "crypto" as const),
    seed: fc.nat(10_000),
    prefix: fc.integer({ min: 1, max: mostEvents }),
    asleepS: fc.constantFrom(0, 0.05, 3, 25),
    isRough: fc.boolean(),
  });

/** Lives, dies, comes back, and must agree with the venue within two minutes. Returns the position that both hold. */
function converge({ run, venue }: ReturnType<typeof runOf>, { prefix, asleepS }: Life): number {
  run.advance(SESSION_START_US + 60 * S, prefix);
  run.sleep(asleepS * S);
  run.restart();
  run.advance(run.nowUs + 40 * S);
  run.command({ type: "operator-commanded", commandId: "end", command: "pause", by: "test" });
  run.advance(run.nowUs + 80 * S);
  const { kernel } = run;
  expect(kernel.orders.liveCount).toBe(0);
  expect(venue.openOrderCount()).toBe(0);
  expect(kernel.ledger.positionLots).toBe(venue.positionLots());
  expect(kernel.state.reasons()).not.toContain("reconciliation");
  return venue.positionLots();
}

test("after any prefix of a tape, a kernel made of it agrees with a venue that has lived on, within two minutes", () => {
  let held = 0;
  fc.assert(
    fc.property(life(1_800), (one) => {
      if (converge(runOf(one), one) !== 0) held += 1;
    }),
    { numRuns: 30 },
  );
  expect(held).toBeGreaterThan(5);
}, 60_000);

test("so it does a thousand times over in a slow market", () => {
  let held = 0;
  fc.assert(
    fc.property(life(250), (one) => {
      if (
        converge(
          runOf(one, ({ rules }) => slowMarket(rules, one.seed)),
          one,
        ) !== 0
      )
        held += 1;
    }),
    { numRuns: 1_000 },
  );
  expect(held).toBeGreaterThan(100);
}, 120_000);
