import { renameSync, rmSync } from "node:fs";
import { BlockEncoder } from "../../db/tape-codec.ts";
import { createTapeFile, type TapeFile } from "../../db/tape-file.ts";
import type { TapeHeader } from "../../db/tape-header.ts";
import { openTape } from "../../db/tape-reader.ts";
import { TapeWriter } from "../../db/tape-writer.ts";
import type { MarketEvent, Unsequenced } from "../kernel/events.ts";
import type { Micros } from "../kernel/values/units.ts";

/** Large enough to compress well, small enough to seek and to decode at once. */
const BLOCK_RAW_BYTES = 256 * 1024;
const BLOCK_EVENTS = 8192;

/** Makes the files of an import; tests put a full disk in its place. */
export type CreateFile = (path: string) => TapeFile;

/**
 * Writes the tape of an import. Blocks go to a file beside the target while counts and clock are still being measured; `finish`
 * copies them behind the header that holds these, and only then takes the target's name.
 *
 * Invariants: events are numbered from 1, `tsInit` never falls, and under the target's name there is never half a tape.
 */
export class ImportTape {
  readonly #out: string;
  readonly #createFile: CreateFile;
  readonly #blocks: TapeWriter;
  readonly #encoder = new BlockEncoder();
  #seq = 0;
  #firstTsUs: number | null = null;
  #lastTsUs = 0;
  #adjustments = 0;

  /** `header` needs only what is known at the start. Leftovers of an import that died are removed. Throws the file system's errors. */
  constructor(out: string, header: TapeHeader, createFile: CreateFile = createTapeFile) {
    this.#out = out;
    this.#createFile = createFile;
    removeParts(out);
    try {
      this.#blocks = this.#begin(blocksPath(out), header);
    } catch (error) {
      removeParts(out);
      throw error;
    }
  }

  get events(): number {
    return this.#seq;
  }

  /** Receive times that fell and were raised to the last. */
  get clockAdjustments(): number {
    return this.#adjustments;
  }

  get firstTsUs(): number | null {
    return this.#firstTsUs;
  }

  get lastTsUs(): number | null {
    return this.#firstTsUs === null ? null : this.#lastTsUs;
  }

  add(event: Unsequenced<MarketEvent>): void {
    if (event.tsInit < this.#lastTsUs) this.#adjustments += 1;
    else this.#lastTsUs = event.tsInit;
    this.#firstTsUs ??= this.#lastTsUs;
    this.#seq += 1;
    this.#encoder.add({ ...event, seq: this.#seq, tsInit: this.#lastTsUs as Micros });
    if (this.#encoder.byteLength >= BLOCK_RAW_BYTES || this.#encoder.events >= BLOCK_EVENTS) this.#flush();
  }

  /** Closes the tape under its name and returns its length in bytes. Throws the file system's errors; `abandon` then cleans up. */
  finish(header: TapeHeader): number {
    this.#flush();
    this.#blocks.close();
    const writer = this.#begin(partPath(this.#out), header);
    try {
      copyBlocks(blocksPath(this.#out), writer);
      writer.close();
    } finally {
      writer.abandon();
    }
    renameSync(partPath(this.#out), this.#out);
    rmSync(blocksPath(this.#out));
    return writer.byteLength;
  }

  /** Removes what was begun; the target keeps what it had. */
  abandon(): void {
    this.#blocks.abandon();
    removeParts(this.#out);
  }

  #begin(path: string, header: TapeHeader): TapeWriter {
    return TapeWriter.create(path, header, this.#createFile(path));
  }

  #flush(): void {
    const block = this.#encoder.finish();
    if (block !== null) this.#blocks.append(block);
  }
}

function copyBlocks(from: string, to: TapeWriter): void {
  const opened = openTape(from);
  if (!opened.ok) throw new Error(`the blocks just written cannot be read: ${opened.message}`);
  try {
    for (let block = opened.tape.nextPacked(); block !== null; block = opened.tape.nextPacked()) to.appendPacked(block);
  } finally {
    opened.tape.close();
  }
}

function partPath(out: string): string {
  return `${out}.part`;
}

function blocksPath(out: string): string {
  return `${out}.blocks.part`;
}

function removeParts(out: string): void {
  rmSync(partPath(out), { force: true });
  rmSync(blocksPath(out), { force: true });
}
