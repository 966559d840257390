import type { KernelEvent } from "../../main/kernel/events.ts";
import type { Kernel } from "../../main/kernel/kernel.ts";
import { prepareSession } from "../../main/session/session-factory.ts";
import { discardingSink } from "../../main/session/session-recorder.ts";
import type { SimulatedSession } from "../../main/session/simulated-session.ts";
import { kernelOf } from "../../main/session/stored-kernel.ts";
import type { BenchMarket } from "./bench-market.ts";
import { atMost, percentile, reported, type BenchResult } from "./bench-result.ts";
import { allocatedPerStep, gcShareOf } from "./garbage.ts";

const PASSES = 7;
const FEW_LEVELS = 2;
const MANY_LEVELS = 10;
/** What an event may cost, in times of `JSON.parse` of a frame. */
const MOST_PARSES = 2;
/** How much more than the first tenth of a long tape its last one may cost; a shared machine is no steadier. */
const MOST_GROWTH = 1.25;
/** Events of a batch whose cost is taken. */
const GROWTH_BATCH = 20_000;

interface Prepared {
  readonly session: SimulatedSession;
  readonly newKernel: () => Kernel;
}

/** Time, garbage and growth of the kernel with every signal on, by profile and levels a side. */
export async function benchKernel(market: BenchMarket, longTape: string): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const profile of ["legacy", "crypto"]) {
    const few = await benchLevels(market, profile, FEW_LEVELS);
    const many = await benchLevels(market, profile, MANY_LEVELS);
    const perLevels = `kernel time per event, ${profile}, ${MANY_LEVELS} levels against ${MANY_LEVELS / FEW_LEVELS} times that with ${FEW_LEVELS}`;
    results.push(...few.results, ...many.results);
    results.push(atMost(perLevels, many.meanUs, "us", (few.meanUs * MANY_LEVELS) / FEW_LEVELS));
  }
  results.push(growthResult(longTape, market.frames));
  return results;
}

/** Passes of the kernel and of `JSON.parse` over the venue's raw frames take turns. */
async function benchLevels(
  market: BenchMarket,
  profile: string,
  levels: number,
): Promise<{ readonly meanUs: number; readonly results: readonly BenchResult[] }> {
  const { session, newKernel } = prepare(market.tape, profile, levels);
  const events = eventsOf(session);
  parseAll(market.frames);
  handleAll(events, newKernel());
  const parses: number[] = [];
  const means: number[] = [];
  for (let pass = 0; pass < PASSES; pass += 1) {
    parses.push(parseAll(market.frames));
    means.push(handleAll(events, newKernel()));
  }
  const parseUs = median(parses);
  const meanUs = median(means);
  const times = handleEach(events, newKernel());
  const name = (what: string): string => `kernel, ${profile}, ${levels} levels, ${market.source} market: ${what}`;
  const collected = newKernel();
  const gcShare = await gcShareOf(() => {
    for (const event of events) collected.handle(event);
  });
  const measured = newKernel();
  const bytes = allocatedPerStep(events.length, (index) => {
    const event = events[index];
    if (event !== undefined) measured.handle(event);
  });
  const mean =
    levels === FEW_LEVELS
      ? atMost(
          name(`mean per event against ${MOST_PARSES} x JSON.parse of a frame`),
          meanUs,
          "us",
          MOST_PARSES * parseUs,
        )
      : reported(name("mean per event against JSON.parse of a frame"), meanUs, "us", parseUs);
  const results = [
    mean,
    reported(name("p50"), percentile(times, 0.5), "us", parseUs),
    reported(name("p99"), percentile(times, 0.99), "us", parseUs),
    reported(name("p99.9"), percentile(times, 0.999), "us", parseUs),
    reported(name("max"), times.at(-1) ?? Number.NaN, "us", parseUs),
    reported(name("share of its time that garbage collection takes"), gcShare, ""),
    reported(name("allocated per event"), bytes, "bytes"),
  ];
  return { meanUs, results };
}

/** A backtest, with the kernels that take in what it took in. */
function prepare(tape: string, profile: string, levels: number): Prepared {
  const outcome = prepareSession(
    {
      mode: "backtest",
      source: { kind: "tape", path: tape },
      profile,
      overrides: [`MM_NUM_PRICE_LEVELS=${levels}`],
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
  return { session, newKernel: () => kernelOf(manifest) };
}

/** Every event of a backtest, in memory: what the venue said of own orders included. */
function eventsOf(session: SimulatedSession): readonly KernelEvent[] {
  const events: KernelEvent[] = [];
  session.observe((event) => events.push(event));
  while (!session.isSourceDone) session.advance(Number.MAX_SAFE_INTEGER, 10_000);
  session.close();
  return events;
}

/**
 * A long tape in memory would be a bench of the memory: a second kernel takes a backtest's events in batches, timed, as they come. What an event of the
 * last tenth costs is held against one of the first: the tape is ten times the same market. Each batch is counted in times of `JSON.parse` over frames
 * just before it, because the machine's own pace differs more between the two tenths than the kernel's.
 */
function growthResult(longTape: string, frames: readonly string[]): BenchResult {
  const { session, newKernel } = prepare(longTape, "crypto", FEW_LEVELS);
  const kernel = newKernel();
  const pace = frames.slice(0, GROWTH_BATCH);
  const batches: number[] = [];
  let waiting: KernelEvent[] = [];
  session.observe((event) => waiting.push(event));
  while (!session.isSourceDone) {
    session.advance(Number.MAX_SAFE_INTEGER, GROWTH_BATCH);
    if (waiting.length === 0) continue;
    const parseUs = parseAll(pace);
    batches.push(handleAll(waiting, kernel) / parseUs);
    waiting = [];
  }
  session.close();
  const tenth = Math.floor(batches.length / 10);
  // The first batch pays for the compiler
  const first = median(batches.slice(1, 1 + tenth));
  const last = median(batches.slice(-tenth));
  return atMost(
    `kernel, crypto, ${FEW_LEVELS} levels: mean per event in the last tenth of ten times the market against ${MOST_GROWTH} x the first`,
    last,
    "x JSON.parse",
    MOST_GROWTH * first,
  );
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
