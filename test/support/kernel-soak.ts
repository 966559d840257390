import { createGenerator } from "../../main/venues/simulated/market-generator.ts";
import { SimulatedVenue } from "../../main/venues/simulated/simulated-venue.ts";
import { Kernel } from "../../main/kernel/kernel.ts";
import { discardingSink, SessionRecorder } from "../../main/session/session-recorder.ts";
import { SimulatedSession } from "../../main/session/simulated-session.ts";
import { snapshotOf } from "./kernel-harness.ts";
import { generatedSettings, SESSION_START_US } from "./kernel-session.ts";

/**
 * Runs a kernel of its own over many events and prints its heap after garbage collection, in bytes, at every mark: one JSON list on the last line.
 * Arguments: events between marks, number of marks. Needs `--expose-gc`.
 */
const [, , between = "100000", marks = "5"] = process.argv;

const source = createGenerator({ market: "btc", seed: 7, startUs: SESSION_START_US, scenario: "mixed" });
const eager = {
  offsetMode: "fixed",
  priceOffsetPerLevelPercent: 0.00002,
  minOffsetBps: 0,
  volRegimeEnabled: false,
} as const;
const kernel = new Kernel({
  rules: source.rules,
  profile: snapshotOf(generatedSettings({ profile: "crypto", changes: { ...eager, numPriceLevels: 1 } })),
});
const venue = new SimulatedVenue({ rules: source.rules, fees: { makerBps: 0, takerBps: 5 } });
const recorder = new SessionRecorder("soak", discardingSink);
const session = new SimulatedSession({ kernel, source, venue, recorder, startUs: SESSION_START_US });

const heaps: number[] = [];
for (let mark = 0; mark < Number(marks); mark += 1) {
  session.advance(Infinity, Number(between));
  globalThis.gc?.();
  heaps.push(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
}
session.close();
process.stdout.write(
  `${JSON.stringify({ heaps, fills: kernel.ledger.makerFills, placements: session.tally.placements })}\n`,
);
