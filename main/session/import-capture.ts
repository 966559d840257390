import { statSync } from "node:fs";
import { TAPE_FORMAT, type TapeHeader } from "../../db/tape-header.ts";
import type { MarketRules, MarketScale } from "../kernel/values/market-rules.ts";
import { readCaptureLine } from "../venues/binance-usdm/capture-line.ts";
import { beginsWithAnswer, readCapture } from "../venues/binance-usdm/capture-reader.ts";
import { excerpt } from "../venues/binance-usdm/frames.ts";
import { symbolOfAddress } from "../venues/binance-usdm/parse.ts";
import { findRules, type FoundRules, type RulesOverride } from "../venues/binance-usdm/symbol-rules.ts";
import type { RejectExample } from "./import-counts.ts";
import { FrameImporter, type FrameOutput, type ImportFrame } from "./import-frames.ts";
import { ImportTape, type CreateFile } from "./import-tape.ts";

export interface ImportOptions {
  /** Captures in the order of their time, gzip or plain. */
  readonly inputs: readonly string[];
  /** The venue's name of the market, in any case. */
  readonly symbol: string;
  /** The tape to write; one that is there already is replaced at the very end, or not at all. */
  readonly out: string;
  readonly rulesOverride?: RulesOverride;
  /** Takes a gzip file that breaks off for a warning instead of a problem. */
  readonly allowTruncated?: boolean;
  /** Program and version, for the tape's header. */
  readonly createdBy?: string;
  readonly onProgress?: (progress: { readonly bytesRead: number; readonly bytesTotal: number }) => void;
  readonly signal?: AbortSignal;
  readonly createFile?: CreateFile;
}

/** What came of an import. Times are microseconds since the epoch. */
export interface ImportDone {
  readonly ok: true;
  /** Lines that were frames or answers, rejected ones included. */
  readonly frames: number;
  /** Readable depth updates of the symbol, also those that `rejected` counts as older than the snapshot. */
  readonly depthUpdates: number;
  readonly trades: number;
  readonly tickers: number;
  readonly gaps: number;
  /** Frames left out, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly firstTs: number | null;
  readonly lastTs: number | null;
  /** Length of the tape. */
  readonly bytes: number;
  /** Share of points where the book's touch, price and size, was the ticker's; null when they were never both known. */
  readonly touchAgreement: number | null;
  readonly touchPriceAgreement: number | null;
  readonly touchSizeAgreement: number | null;
  readonly touchCompared: number;
  readonly snapshots: number;
  readonly fundingRates: number;
  /** Events on the tape. */
  readonly events: number;
  /** The first frame of every reason in `rejected`. */
  readonly examples: readonly RejectExample[];
  /** Median of receive time less venue time. */
  readonly clockOffsetUs: number | null;
  /** Receive times that fell and were raised to the one before. */
  readonly clockAdjustments: number;
  readonly inputBytes: number;
  readonly rules: MarketRules;
  readonly rulesSource: Extract<FoundRules, { ok: true }>["source"];
  /** What makes the tape less than the capture was meant to be: a reason for a failing exit status. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export interface ImportFailed {
  readonly ok: false;
  readonly message: string;
}

export type ImportResult = ImportDone | ImportFailed;

/** Thrown inside to end an import whose failure is expected; never leaves this file. */
class ImportRefusal extends Error {}

/** Above this share of frames off the tick or the lot the rules are probably not those of the capture. */
const MAX_OFF_GRID_SHARE = 0.01;

/**
 * Reads raw Binance USD-M captures and writes the tape of one symbol. The tape takes its name only when it is whole; a failure
 * (unknown symbol, unreadable input, full disk, abort) is a message and leaves no file.
 */
export async function importCapture(options: ImportOptions): Promise<ImportResult> {
  const run = new ImportRun(options);
  try {
    return await run.done();
  } catch (error) {
    run.abandon();
    if (options.signal?.aborted === true) return { ok: false, message: "the import was stopped before its end" };
    if (error instanceof ImportRefusal) return { ok: false, message: error.message };
    // A failed write does not say of which file
    if (isSystemError(error))
      return { ok: false, message: "path" in error ? error.message : `${options.out}: ${error.message}` };
    throw error;
  }
}

class ImportRun implements FrameOutput {
  readonly #options: ImportOptions;
  readonly #symbol: string;
  readonly #importer: FrameImporter;
  readonly #bytesTotal: number;
  #bytesRead = 0;
  #tape: ImportTape | null = null;
  #found: Extract<FoundRules, { ok: true }> | null = null;
  #answers: ImportFrame[] = [];

  constructor(options: ImportOptions) {
    this.#options = options;
    this.#symbol = options.symbol.toUpperCase();
    this.#importer = new FrameImporter(this.#symbol, this);
    this.#bytesTotal = 0;
    for (const input of options.inputs) this.#bytesTotal += statSync(input, { throwIfNoEntry: false })?.size ?? 0;
  }

  event(event: Parameters<ImportTape["add"]>[0]): void {
    this.#tape?.add(event);
  }

  scale(listed: MarketRules | null): MarketScale {
    const found = findRules(this.#symbol, listed, this.#options.rulesOverride ?? {});
    if (!found.ok) throw new ImportRefusal(found.message);
    this.#found = found;
    this.#tape = new ImportTape(this.#options.out, this.#header(found.scale.rules), this.#options.createFile);
    return found.scale;
  }

  async done(): Promise<ImportDone> {
    const { inputs } = this.#options;
    if (inputs.length === 0) throw new ImportRefusal("an import needs at least one capture");
    const answerFiles = inputs.filter((input) => beginsWithAnswer(input));
    const brokenOff = await this.#readAll(answerFiles, (frame) => this.#answers.push(frame));
    this.#answers.sort((one, other) => one.receivedUs - other.receivedUs);
    const streams = inputs.filter((input) => !answerFiles.includes(input));
    const streamsBrokenOff = brokenOff ?? (await this.#readAll(streams, (frame) => this.#inTime(frame)));
    this.#giveAnswers(Number.POSITIVE_INFINITY);
    this.#importer.end();
    return this.#finish(streamsBrokenOff);
  }

  abandon(): void {
    this.#tape?.abandon();
  }

  /** Reads the files in their order up to one that breaks off, and returns where. */
  async #readAll(files: readonly string[], take: (frame: ImportFrame) => void): Promise<string | null> {
    for (const file of files) {
      const line = (text: string | null, number: number): void => this.#line(text, { file, line: number }, take);
      const progress = (bytes: number): void => {
        this.#bytesRead += bytes;
        this.#options.onProgress?.({ bytesRead: this.#bytesRead, bytesTotal: this.#bytesTotal });
      };
      const read = await readCapture(file, { line, progress }, this.#options.signal);
      if (read.brokenOff !== null) return read.brokenOff;
    }
    return null;
  }

  #line(text: string | null, place: ImportFrame["place"], take: (frame: ImportFrame) => void): void {
    if (text === null) {
      this.#importer.unreadable("line-too-long", "the line is longer than any frame", place);
      return;
    }
    const read = readCaptureLine(text);
    switch (read.kind) {
      case "note":
        return;
      case "unreadable":
        this.#importer.unreadable("unreadable-line", `a line must begin with its time, was ${excerpt(text)}`, place);
        return;
      case "frame":
        take({ place, receivedUs: read.receivedUs, text: read.text, askedSymbol: null });
        return;
      case "answer":
        take({ place, receivedUs: read.receivedUs, text: read.text, askedSymbol: symbolOfAddress(read.url) });
        return;
      default:
        read satisfies never;
    }
  }

  /** A frame of a stream, after the REST answers that were received before it. */
  #inTime(frame: ImportFrame): void {
    this.#giveAnswers(frame.receivedUs);
    this.#importer.frame(frame);
  }

  #giveAnswers(untilUs: number): void {
    for (let next = this.#answers[0]; next !== undefined && next.receivedUs <= untilUs; next = this.#answers[0]) {
      this.#answers.shift();
      this.#importer.frame(next);
    }
  }

  #finish(brokenOff: string | null): ImportDone {
    const importer = this.#importer;
    const tape = this.#tape;
    const found = this.#found;
    if (tape === null || found === null || importer.depthUpdates + importer.trades + importer.tickers === 0)
      throw new ImportRefusal(this.#nothingFound(brokenOff));
    const bytes = tape.finish(this.#header(found.scale.rules));
    const touch = importer.touch.result;
    const { problems, warnings } = this.#remarks(brokenOff);
    return {
      ok: true,
      ...countsOf(importer),
      rejected: importer.rejects.counts,
      firstTs: tape.firstTsUs,
      lastTs: tape.lastTsUs,
      bytes,
      touchAgreement: touch.both,
      touchPriceAgreement: touch.prices,
      touchSizeAgreement: touch.sizes,
      touchCompared: touch.compared,
      events: tape.events,
      examples: importer.rejects.examples,
      clockOffsetUs: importer.clock.median,
      clockAdjustments: tape.clockAdjustments,
      inputBytes: this.#bytesTotal,
      rules: found.scale.rules,
      rulesSource: found.source,
      problems,
      warnings,
    };
  }

  #header(rules: MarketRules): TapeHeader {
    const { inputs, createdBy = "ballast" } = this.#options;
    const importer = this.#importer;
    return {
      format: TAPE_FORMAT,
      kind: "market",
      rules,
      createdBy,
      clock: {
        offsetUs: importer.clock.median ?? 0,
        note: "median of receive time less venue time; stored times are as received",
      },
      manifest: null,
      import: {
        source: "binance-usdm",
        inputs: inputs.map((input) => input.split(/[\\/]/).at(-1) ?? input),
        counts: countsOf(importer),
        rejected: importer.rejects.counts,
      },
    };
  }

  #nothingFound(brokenOff: string | null): string {
    if (brokenOff !== null) return brokenOff;
    const { frames, symbolsSeen, rejects } = this.#importer;
    const seen = [...symbolsSeen.keys()].slice(0, 10).join(", ");
    // Where the symbol does not occur at all, what else was refused only distracts
    const first = symbolsSeen.has(this.#symbol) || seen === "" ? rejects.examples[0] : undefined;
    const where = first === undefined ? "" : `; first refused: ${first.file} line ${first.line}: ${first.message}`;
    return `no usable frame of ${this.#symbol} among ${frames} frames; the capture has ${seen || "no symbol"}${where}`;
  }

  #remarks(brokenOff: string | null): { problems: string[]; warnings: string[] } {
    const { rejects, snapshots, frames } = this.#importer;
    const problems: string[] = [];
    const warnings = rejects.examples.map(
      ({ reason, file, line, message }) =>
        `${reason}: ${rejects.of(reason)} frames, the first in ${file} line ${line}: ${message}`,
    );
    if (brokenOff !== null) (this.#options.allowTruncated === true ? warnings : problems).push(brokenOff);
    if (snapshots === 0) problems.push("no usable depth snapshot: the tape has no book");
    const offGrid = rejects.of("price-off-tick") + rejects.of("size-off-lot");
    if (offGrid > frames * MAX_OFF_GRID_SHARE)
      problems.push(
        `${offGrid} of ${frames} frames are off the tick or the lot: check the market's rules (--tick, --lot)`,
      );
    return { problems, warnings };
  }
}

function countsOf(importer: FrameImporter) {
  const { frames, depthUpdates, trades, tickers, gaps, snapshots, fundingRates } = importer;
  return { frames, depthUpdates, trades, tickers, gaps, snapshots, fundingRates };
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}
