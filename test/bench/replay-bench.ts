import { statSync } from "node:fs";
import { join } from "node:path";
import {
  cursorOf,
  openReplay,
  snapshotBuilder,
  storedSnapshots,
  type OpenedReplay,
} from "../../main/session/playback/open-replay.ts";
import { ReplayPlayer } from "../../main/session/playback/replay-player.ts";
import { measureBallast } from "./bench-process.ts";
import { atLeast, atMost, percentile, reported, type BenchResult } from "./bench-result.ts";

const SEEKS = 300;
const MOST_SEEK_MS = 300;
const LEAST_SPEED = 60;
/** Its multiples, modulo 1, lie evenly and jump back and forth. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

/** The replay of a stored session: how long its snapshots take, what they weigh, and how long a seek anywhere takes, all views included. */
export function benchReplay(dataDir: string, sessionId: string, what: string): BenchResult[] {
  const startedMs = performance.now();
  const built = open(dataDir, sessionId);
  const builder = snapshotBuilder(built);
  const contents = (() => {
    for (;;) {
      const done = builder.step(100_000);
      if (done !== null) return done;
    }
  })();
  built.source.tape.close();
  const seconds = (performance.now() - startedMs) / 1000;
  const spanS = (contents.endUs - contents.startUs) / 1e6;
  const name = (figure: string): string => `replay of ${what}, ${figure}`;
  const tapeBytes = statSync(built.path.replace(/\.replay$/, ".tape")).size;
  const times = seekTimes(open(dataDir, sessionId));
  return [
    atLeast(name("its snapshots made, each checked, times real time"), spanS / seconds, "x", LEAST_SPEED),
    reported(name("bytes of its snapshots against the tape's"), statSync(built.path).size, "bytes", tapeBytes),
    reported(name("seek anywhere, p50"), percentile(times, 0.5), "ms", MOST_SEEK_MS),
    reported(name("seek anywhere, p99"), percentile(times, 0.99), "ms", MOST_SEEK_MS),
    atMost(name("seek anywhere, max"), times.at(-1) ?? Number.NaN, "ms", MOST_SEEK_MS),
  ];
}

/** A day of the embedded market, run anew: some minutes. */
export async function benchDay(dataDir: string): Promise<BenchResult[]> {
  const run = await measureBallast("run", "--profile", "legacy", "--for", "24h", "--speed", "max", "--data", dataDir);
  return benchReplay(dataDir, String(run.result["sessionId"]), "24 h of the generated market");
}

/** Milliseconds of every seek until all that the screen shows is made, sorted. */
function seekTimes(opened: OpenedReplay): Float64Array {
  const snapshots = storedSnapshots(opened);
  if (snapshots === null) throw new Error("the snapshots that were just made cannot be read");
  const { startUs, endUs } = snapshots.contents;
  const player = new ReplayPlayer(cursorOf(opened, snapshots));
  const times = Float64Array.from({ length: SEEKS }, (_, at) => {
    const us = startUs + Math.floor(((at * GOLDEN_RATIO) % 1) * (endUs - startUs));
    const startedMs = performance.now();
    player.seekTime(us, startedMs);
    if (player.takeShown(startedMs) === null) throw new Error("a seek that shows nothing measures nothing");
    return performance.now() - startedMs;
  });
  player.cursor.close();
  return times.sort();
}

function open(dataDir: string, sessionId: string): OpenedReplay {
  const opening = openReplay(dataDir, sessionId);
  if (!opening.ok) throw new Error(`${join(dataDir, sessionId)}: ${opening.message}`);
  return opening.opened;
}
