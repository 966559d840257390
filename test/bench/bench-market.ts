import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { BlockEncoder } from "../../db/tape-codec.ts";
import { openTape, type TapeReader } from "../../db/tape-reader.ts";
import { TapeWriter } from "../../db/tape-writer.ts";
import type { KernelEvent } from "../../main/kernel/events.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { measureBallast, type Measured } from "./bench-process.ts";

const capture = join(import.meta.dirname, "..", "..", "..", "shared", "data", "binance-usdm", "btcusdt_20240808.gz");

/** The market that everything is measured on. */
export interface BenchMarket {
  readonly source: "recorded" | "generated";
  readonly tape: string;
  /** The venue's raw frames, one text each; of a generated market its events as such frames would hold them. */
  readonly frames: readonly string[];
  readonly spanS: number;
  /** The import of the recorded capture, and of the same ten times over; null where nothing was recorded. */
  readonly imported: { readonly once: Measured; readonly tenTimes: Measured } | null;
}

/** The recorded BTC market where it lies beside the checkout, else five minutes of the embedded one. */
export async function benchMarket(folder: string): Promise<BenchMarket> {
  if (!existsSync(capture)) return generatedMarket(folder);
  const tape = join(folder, "btc.tape");
  const importArgs = ["import", "--format", "binance-usdm", "--symbol", "BTCUSDT", "--out"];
  const once = await measureBallast(...importArgs, tape, capture);
  const tenTimes = await measureBallast(
    ...importArgs,
    join(folder, "ten.tape"),
    ...Array.from({ length: 10 }, () => capture),
  );
  const lines = gunzipSync(readFileSync(capture)).toString("utf8").trimEnd().split("\n");
  const frames = lines.map((line) => line.slice(line.indexOf(" ") + 1));
  return { source: "recorded", tape, frames, spanS: spanOf(tape), imported: { once, tenTimes } };
}

async function generatedMarket(folder: string): Promise<BenchMarket> {
  const data = join(folder, "generated");
  const run = await measureBallast("run", "--profile", "legacy", "--for", "300s", "--speed", "max", "--data", data);
  const tape = join(data, "tapes", `${String(run.result["sessionId"])}.tape`);
  const frames: string[] = [];
  forEachEvent(tape, (event) => {
    if (event.type.startsWith("book-") || event.type === "trade-printed")
      frames.push(JSON.stringify({ stream: "generated", data: event }));
  });
  return { source: "generated", tape, frames, spanS: spanOf(tape), imported: null };
}

/** A market tape of the same events `times` over, one after the other. */
export function longTape(path: string, of: string, times: number): string {
  const source = opened(of);
  const spanUs = source.lastTsUs - source.firstTsUs + 1_000;
  const writer = TapeWriter.create(path, source.header);
  source.close();
  const encoder = new BlockEncoder();
  let seq = 0;
  const flush = (): void => {
    const block = encoder.finish();
    if (block !== null) writer.append(block);
  };
  for (let time = 0; time < times; time += 1) {
    forEachEvent(of, (event) => {
      seq += 1;
      const tsInit = micros(event.tsInit + time * spanUs);
      encoder.add({ ...event, seq, tsInit, tsEvent: micros(event.tsEvent + time * spanUs) });
      if (encoder.byteLength >= 256 * 1024) flush();
    });
  }
  flush();
  writer.close();
  return path;
}

export function forEachEvent(path: string, take: (event: KernelEvent) => void): void {
  const tape = opened(path);
  for (let event = tape.next(); event !== null; event = tape.next()) take(event);
  tape.close();
}

function spanOf(path: string): number {
  const tape = opened(path);
  tape.close();
  return (tape.lastTsUs - tape.firstTsUs) / 1e6;
}

function opened(path: string): TapeReader {
  const outcome = openTape(path);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.tape;
}
