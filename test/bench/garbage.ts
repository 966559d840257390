import { PerformanceObserver, type PerformanceEntry } from "node:perf_hooks";
import { setImmediate as breathe } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";

/** Steps between two looks at the heap: few enough that most stretches see no collection. */
const STRETCH = 200;

/** Share of the work's time that the garbage collector stood in its way, 0 to 1. */
export async function gcShareOf(work: () => void): Promise<number> {
  globalThis.gc?.();
  const entries: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
  observer.observe({ entryTypes: ["gc"] });
  const fromMs = performance.now();
  work();
  const untilMs = performance.now();
  // The entries come with the next turns of the loop
  await breathe();
  await breathe();
  observer.disconnect();
  const pauses = entries.filter(({ startTime }) => startTime >= fromMs && startTime <= untilMs);
  return pauses.reduce((sum, { duration }) => sum + duration, 0) / (untilMs - fromMs);
}

/** Bytes that a step allocates, by the growth of the heap; stretches in which a collection shrank it are left out. */
export function allocatedPerStep(steps: number, step: (index: number) => void): number {
  globalThis.gc?.();
  let bytes = 0;
  let counted = 0;
  for (let from = 0; from + STRETCH <= steps; from += STRETCH) {
    const before = getHeapStatistics().used_heap_size;
    for (let index = from; index < from + STRETCH; index += 1) step(index);
    const grown = getHeapStatistics().used_heap_size - before;
    if (grown < 0) continue;
    bytes += grown;
    counted += STRETCH;
  }
  return bytes / counted;
}
