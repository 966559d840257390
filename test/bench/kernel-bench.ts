import type { KernelEvent } from "../../main/kernel/events.ts";
import type { Kernel } from "../../main/kernel/kernel.ts";
import { prepareSession } from "../../main/session/session-factory.ts";
import { discardingSink } from "../../main/session/session-recorder.ts";
import { kernelOf } from "../../main/session/stored-kernel.ts";
import type { BenchMarket } from "./bench-market.ts";
import { atMost, percentile, reported, type BenchResult } from "./bench-result.ts";

const PASSES = 7;

interface Prepared {
  readonly profile: string;
  readonly events: readonly KernelEvent[];
  readonly newKernel: () => Kernel;
}

/** Time of the kernel for an event, against that of `JSON.parse` for one of the venue's raw frames; passes of both take turns. */
export function benchKernel(market: BenchMarket): BenchResult[] {
  const prepared = ["legacy", "crypto"].map((profile) => prepare(market, profile));
  const parses: number[] = [];
  const means = prepared.map((): number[] => []);
  parseAll(market.frames);
  for (const { events, newKernel } of prepared) handleAll(events, newKernel());
  for (let pass = 0; pass < PASSES; pass += 1) {
    parses.push(parseAll(market.frames));
    prepared.forEach(({ events, newKernel }, index) => means[index]?.push(handleAll(events, newKernel())));
  }
  const floorUs = median(parses);
  return prepared.flatMap(({ profile, events, newKernel }, index) => {
    const name = (what: string): string => `kernel time per event, ${profile}, ${market.source} market, ${what}`;
    const times = handleEach(events, newKernel());
    return [
      atMost(name("mean"), median(means[index] ?? []), "us", floorUs),
      reported(name("p50"), percentile(times, 0.5), "us", floorUs),
      reported(name("p99"), percentile(times, 0.99), "us", floorUs),
      reported(name("p99.9"), percentile(times, 0.999), "us", floorUs),
      reported(name("max"), times.at(-1) ?? Number.NaN, "us", floorUs),
    ];
  });
}

/** Every event of a backtest, in memory: what the venue said of own orders included. */
function prepare(market: BenchMarket, profile: string): Prepared {
  const outcome = prepareSession(
    {
      mode: "backtest",
      source: { kind: "tape", path: market.tape },
      profile,
      overrides: [],
      fillModel: "queue-log",
      latencyUs: 5_000,
      makerBps: "2",
      takerBps: "5",
      durationUs: null,
      speed: null,
      dataDir: null,
    },
    discardingSink,
  );
  if (!outcome.ok) throw new Error(outcome.message);
  const { session, manifest } = outcome.prepared;
  const events: KernelEvent[] = [];
  session.observe((event) => events.push(event));
  while (!session.isSourceDone) session.advance(Number.MAX_SAFE_INTEGER, 10_000);
  session.close();
  return { profile, events, newKernel: () => kernelOf(manifest) };
}

/** Mean microseconds a frame. */
function parseAll(frames: readonly string[]): number {
  collect();
  let keys = 0;
  const startedMs = performance.now();
  for (const frame of frames) keys += JSON.parse(frame) === null ? 0 : 1;
  const us = ((performance.now() - startedMs) * 1000) / frames.length;
  if (keys !== frames.length) throw new Error("every frame must hold an object");
  return us;
}

/** Mean microseconds an event. */
function handleAll(events: readonly KernelEvent[], kernel: Kernel): number {
  collect();
  let effects = 0;
  const startedMs = performance.now();
  for (const event of events) effects += kernel.handle(event).length;
  const us = ((performance.now() - startedMs) * 1000) / events.length;
  if (effects === 0) throw new Error("a kernel that does nothing measures nothing");
  return us;
}

/** Microseconds of every event, sorted; each includes the reading of the clock. */
function handleEach(events: readonly KernelEvent[], kernel: Kernel): Float64Array {
  collect();
  const times = new Float64Array(events.length);
  for (let index = 0; index < events.length; index += 1) {
    const event = events[index];
    if (event === undefined) continue;
    const startedMs = performance.now();
    kernel.handle(event);
    times[index] = (performance.now() - startedMs) * 1000;
  }
  return times.sort();
}

/** Garbage of one pass is not paid for by the next. */
function collect(): void {
  globalThis.gc?.();
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
