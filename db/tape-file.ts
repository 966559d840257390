import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";

/** The little of a file that a tape writer needs; tests put a full disk in its place. */
export interface TapeFile {
  /** Appends all bytes or throws; some of them may then have been written. */
  write(bytes: Uint8Array): void;
  /** Cuts the file back to `length` bytes; the next write goes there. */
  truncate(length: number): void;
  /** Returns when everything written is on the disk. */
  sync(): void;
  close(): void;
}

/** Makes a new file; throws when there is one of that name already. */
export function createTapeFile(path: string): TapeFile {
  return new DiskTapeFile(openSync(path, "wx"));
}

class DiskTapeFile implements TapeFile {
  readonly #descriptor: number;
  #position: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.#position = fstatSync(descriptor).size;
  }

  write(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) {
      const count = writeSync(this.#descriptor, bytes, written, bytes.length - written, this.#position);
      written += count;
      this.#position += count;
    }
  }

  truncate(length: number): void {
    ftruncateSync(this.#descriptor, length);
    this.#position = length;
  }

  sync(): void {
    fdatasyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
