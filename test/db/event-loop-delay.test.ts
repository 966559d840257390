import { once } from "node:events";
import { expect, test } from "vitest";
import { EventLoopDelay } from "../../db/event-loop-delay.ts";

function blockThread(forMs: number): void {
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs);
}

test("a thread that is blocked again and again shows a delay of that length", async () => {
  const delay = new EventLoopDelay();
  let p99Us = delay.p99Us();
  expect(p99Us).toBe(0);
  // The histogram needs a few turns of the loop before its first reading
  for (let turn = 0; turn < 20 && p99Us < 20_000; turn += 1) {
    blockThread(30);
    await once(AbortSignal.timeout(1), "abort");
    p99Us = delay.p99Us();
  }
  expect(p99Us).toBeGreaterThanOrEqual(20_000);
  delay.stop();
});
