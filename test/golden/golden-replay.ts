import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openTape } from "../../db/tape-reader.ts";
import type { KernelEvent } from "../../main/kernel/events.ts";
import type { KernelConfig } from "../../main/kernel/kernel-config.ts";
import { Kernel } from "../../main/kernel/kernel.ts";
import { EffectHash } from "../../main/session/effect-hash.ts";
import { SessionTally } from "../../main/session/session-result.ts";
import { kernelConfigOf } from "../../main/session/stored-kernel.ts";

/** What a golden tape must come to. Only the hash decides; the counts say what changed when it does not hold. */
export interface GoldenOutcome {
  readonly effectHash: string;
  readonly events: number;
  readonly eventTypes: Readonly<Record<string, number>>;
  readonly decisions: Readonly<Record<string, number>>;
  readonly placements: number;
  readonly cancels: number;
  readonly fills: number;
  readonly net: string;
}

export const goldenTape = (name: string): string => join(import.meta.dirname, `${name}.tape`);
const outcomesFile = join(import.meta.dirname, "outcomes.json");

export interface Golden {
  readonly config: KernelConfig;
  readonly events: readonly KernelEvent[];
}

/** What the golden tape of a name holds: all that decides its effects. */
export function readGolden(name: string): Golden {
  const opened = openTape(goldenTape(name));
  if (!opened.ok) throw new Error(opened.message);
  const { tape } = opened;
  if (tape.header.manifest === null) throw new Error(`${tape.path} must be the tape of a session`);
  const config = kernelConfigOf(tape.header.manifest);
  const events: KernelEvent[] = [];
  for (let event = tape.next(); event !== null; event = tape.next()) events.push(event);
  tape.close();
  return { config, events };
}

/** Replays the golden tape of a name through the kernel as it is now. */
export function replayGolden(name: string): GoldenOutcome {
  const golden = readGolden(name);
  const kernel = new Kernel(golden.config);
  const hash = new EffectHash();
  const tally = new SessionTally();
  const eventTypes = new Map<string, number>();
  for (const event of golden.events) {
    const effects = kernel.handle(event);
    hash.add(event.seq, effects);
    tally.add(effects);
    eventTypes.set(event.type, (eventTypes.get(event.type) ?? 0) + 1);
  }
  const effectHash = hash.digest();
  const result = tally.result(name, kernel, { effectHash, endedHow: "ended", eventsPerSecond: 0 });
  const { events, decisions, placements, cancels, fills, pnl } = result;
  return {
    effectHash,
    events,
    eventTypes: Object.fromEntries([...eventTypes].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    decisions,
    placements,
    cancels,
    fills: fills.maker + fills.taker,
    net: pnl.net,
  };
}

export function readOutcomes(): Readonly<Record<string, GoldenOutcome>> {
  return JSON.parse(readFileSync(outcomesFile, "utf8")) as Record<string, GoldenOutcome>;
}

export function writeOutcomes(outcomes: Readonly<Record<string, GoldenOutcome>>): void {
  writeFileSync(outcomesFile, `${JSON.stringify(outcomes, null, 2)}\n`);
}
