import { createReadStream, openSync, readSync, closeSync } from "node:fs";
import type { Readable } from "node:stream";
import { constants, createGunzip, gunzipSync } from "node:zlib";
import { LineSplitter } from "./line-splitter.ts";

/** No venue sends a frame near it; a longer line is rubbish. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

export interface ReadCapture {
  readonly lines: number;
  /** Set where the file ended before its gzip did, or its gzip is damaged; what was read until there was given out. */
  readonly brokenOff: string | null;
}

export interface CaptureSink {
  /** `line` is null when it was too long to hold; `number` counts from 1. Throwing ends the reading. */
  line(line: string | null, number: number): void;
  /** Bytes of the file read since the last call. */
  progress(bytes: number): void;
}

/**
 * Reads a capture, gzip or plain (told by its first bytes), line by line; memory does not grow with it. Rejects with the file
 * system's errors, with what the sink throws, and with the signal's reason.
 */
export async function readCapture(path: string, sink: CaptureSink, signal?: AbortSignal): Promise<ReadCapture> {
  const isGzip = isGzipFile(path);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const content: Readable = isGzip ? file.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : file;
  let lines = 0;
  const splitter = new LineSplitter(MAX_LINE_BYTES, (line) => {
    lines += 1;
    sink.line(line, lines);
  });
  file.on("data", (chunk) => sink.progress(chunk.length));
  const brokenOff = await drain(file, content, (chunk) => splitter.push(chunk), signal);
  // The rest of a line that was cut off is no line
  if (brokenOff === null) splitter.end();
  return { lines, brokenOff: brokenOff === null ? null : `${path}: ${brokenOff} after line ${lines}` };
}

/** Takes every chunk in the very call that brings it: an error of the stream behind it would discard what is only buffered. */
function drain(
  file: Readable,
  content: Readable,
  take: (chunk: Buffer) => void,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const finish = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      signal?.removeEventListener("abort", onAbort);
      file.destroy();
      content.destroy();
      settle();
    };
    const fail = (error: unknown): void =>
      finish(() => reject(error instanceof Error ? error : new Error(String(error))));
    const onAbort = (): void => fail(signal?.reason);
    content.on("data", (chunk: Buffer) => {
      if (isOver) return;
      try {
        take(chunk);
      } catch (error) {
        fail(error);
      }
    });
    content.on("end", () => finish(() => resolve(null)));
    content.on("error", (error) => {
      const what = gzipFault(error);
      if (what === null) fail(error);
      else finish(() => resolve(what));
    });
    if (file !== content) file.on("error", fail);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener("abort", onAbort);
  });
}

function gzipFault(error: Error): string | null {
  const code = "code" in error ? error.code : null;
  if (code === "Z_BUF_ERROR") return "the gzip file is cut off";
  return code === "Z_DATA_ERROR" ? `the gzip file is damaged (${error.message})` : null;
}

/** True when the file begins with a request to a REST interface, as the second recorder's `.http.` files do. */
export function beginsWithAnswer(path: string): boolean {
  const start = firstBytes(path);
  const text = isGzipStart(start) ? unzippedStart(start) : start;
  return /^https?:\/\/\S+ -> /.test(text.subarray(0, 1024).toString("latin1"));
}

function unzippedStart(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    // Damaged from its first block on; reading it will say so
    return Buffer.alloc(0);
  }
}

function isGzipFile(path: string): boolean {
  return isGzipStart(firstBytes(path));
}

function isGzipStart(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function firstBytes(path: string): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(CHUNK_BYTES);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, CHUNK_BYTES, 0));
  } finally {
    closeSync(descriptor);
  }
}
