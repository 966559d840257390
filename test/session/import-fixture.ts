import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTape } from "../../db/tape-reader.ts";
import { importCapture, type ImportDone, type ImportOptions } from "../../main/session/import-capture.ts";
import type { KernelEvent } from "../../main/kernel/events.ts";

type Level = readonly [string, string];

/** Builds lines of a capture, a millisecond apart, of a market whose ids and prices the test chooses. */
export class CaptureLines {
  readonly lines: string[] = [];
  #ms = 1_700_000_000_000;
  readonly #symbol: string;

  constructor(symbol = "BTCUSDT") {
    this.#symbol = symbol;
  }

  depth(
    firstId: number,
    lastId: number,
    previousId: number,
    bids: readonly Level[] = [],
    asks: readonly Level[] = [],
  ): this {
    return this.frame({ e: "depthUpdate", U: firstId, u: lastId, pu: previousId, b: bids, a: asks });
  }

  snapshot(
    lastUpdateId: number,
    bids: readonly Level[] = [["100.0", "1"]],
    asks: readonly Level[] = [["100.1", "2"]],
  ): this {
    return this.raw(JSON.stringify({ lastUpdateId, E: this.#ms, T: this.#ms, bids, asks }));
  }

  ticker(updateId: number, bid: Level, ask: Level): this {
    return this.frame({ e: "bookTicker", u: updateId, b: bid[0], B: bid[1], a: ask[0], A: ask[1] });
  }

  trade(id: number, price = "100.0", over: Record<string, unknown> = {}): this {
    return this.frame({ e: "trade", t: id, p: price, q: "0.001", X: "MARKET", m: true, ...over });
  }

  /** A frame of a stream; time and symbol are added. */
  frame(data: Record<string, unknown>): this {
    const { e, ...rest } = data;
    return this.raw(JSON.stringify({ stream: "x", data: { e, E: this.#ms, T: this.#ms, s: this.#symbol, ...rest } }));
  }

  /** A line with a receive time a second behind the venue's. */
  raw(text: string): this {
    this.#ms += 1;
    return this.line(`${this.#ms - 1000}000000 ${text}`);
  }

  line(text: string): this {
    this.lines.push(text);
    return this;
  }

  get text(): string {
    return `${this.lines.join("\n")}\n`;
  }
}

/** A synchronized book, two updates, a trade, tickers that agree: nothing wrong with it. Nine frames. */
export function soundCapture(): CaptureLines {
  return new CaptureLines()
    .depth(1, 10, 0)
    .ticker(12, ["100.0", "1"], ["100.1", "2"])
    .snapshot(11)
    .depth(11, 15, 10, [["100.0", "3"]])
    .ticker(15, ["100.0", "3"], ["100.1", "2"])
    .trade(1)
    .depth(
      16,
      20,
      15,
      [],
      [
        ["100.1", "0"],
        ["100.2", "5"],
      ],
    )
    .ticker(20, ["100.0", "3"], ["100.2", "5"])
    .ticker(21, ["100.0", "4"], ["100.2", "5"]);
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "import-"));
}

let files = 0;

/** Imports text or bytes as one capture of `BTCUSDT`. */
export async function importBytes(
  folder: string,
  content: string | Uint8Array | CaptureLines,
  over: Partial<ImportOptions> = {},
) {
  const name = `capture-${(files += 1)}`;
  const input = join(folder, name);
  writeFileSync(input, content instanceof CaptureLines ? content.text : content);
  const out = join(folder, `${name}.tape`);
  const result = await importCapture({ inputs: [input], symbol: "BTCUSDT", out, ...over });
  return { result, input, out: over.out ?? out };
}

export function done(result: Awaited<ReturnType<typeof importCapture>>): ImportDone {
  if (!result.ok) throw new Error(result.message);
  return result;
}

export function eventsOf(path: string): KernelEvent[] {
  const opened = openTape(path);
  if (!opened.ok) throw new Error(opened.message);
  const events: KernelEvent[] = [];
  for (let event = opened.tape.next(); event !== null; event = opened.tape.next()) events.push(event);
  opened.tape.close();
  return events;
}
