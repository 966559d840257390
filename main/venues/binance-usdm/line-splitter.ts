const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/**
 * Cuts a stream of bytes into lines of UTF-8. A line longer than `maxLineBytes` is given as null, and never held whole.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  readonly #take: (line: string | null) => void;
  #parts: Buffer[] = [];
  #partsLength = 0;
  #isTooLong = false;

  constructor(maxLineBytes: number, take: (line: string | null) => void) {
    this.#maxLineBytes = maxLineBytes;
    this.#take = take;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#add(chunk.subarray(from, at));
      this.#finishLine();
      from = at + 1;
    }
    if (from < chunk.length) this.#add(chunk.subarray(from));
  }

  /** Gives out a last line that has no newline. */
  end(): void {
    if (this.#partsLength > 0 || this.#isTooLong) this.#finishLine();
  }

  #add(part: Buffer): void {
    this.#partsLength += part.length;
    if (this.#partsLength > this.#maxLineBytes) {
      this.#isTooLong = true;
      this.#parts = [];
    }
    if (!this.#isTooLong) this.#parts.push(part);
  }

  #finishLine(): void {
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    const isTooLong = this.#isTooLong;
    this.#parts = [];
    this.#partsLength = 0;
    this.#isTooLong = false;
    const length = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
    this.#take(isTooLong ? null : bytes.toString("utf8", 0, length));
  }
}
