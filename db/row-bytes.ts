/** What SQLite gives for a value of a STRICT column. */
export type ColumnValue = number | bigint | string | Uint8Array | null | undefined;

const NULL = 0;
const NUMBER = 1;
const TEXT = 2;
const BYTES = 3;

const FIRST_CAPACITY = 1024;
const LONGEST_VARINT_BYTES = 8;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Bytes of values as SQLite keeps them: a row that is written and the same row read back give the same bytes.
 *
 * SQLite makes a null of NaN and zero of minus zero, and UTF-8 has no lone surrogates; so does this.
 */
export class RowBytes {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written; a view that the next write may change. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds a value of a column; an absent one is null. Returns its tag, 16 bits that a change of the value changes with 65535 chances in 65536. */
  value(value: ColumnValue): number {
    const start = this.#length;
    if (value === null || value === undefined || Number.isNaN(value)) this.byte(NULL);
    else if (typeof value === "string") this.#text(value);
    else if (typeof value === "object") this.#blob(value);
    else this.#number(Number(value) + 0);
    return this.#tagSince(start);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  short(value: number): void {
    this.#reserve(2);
    this.#length = this.#bytes.writeUInt16LE(value, this.#length);
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, lowest first. */
  unsigned(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`a row's place is a whole number, was ${value}`);
    this.#reserve(LONGEST_VARINT_BYTES);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length] = (rest % 128) | 0x80;
      this.#length += 1;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length] = rest;
    this.#length += 1;
  }

  /** UTF-8 behind its length. */
  name(text: string): void {
    const size = Buffer.byteLength(text, "utf8");
    this.unsigned(size);
    this.#reserve(size);
    this.#length += this.#bytes.write(text, this.#length, "utf8");
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #number(value: number): void {
    this.#reserve(9);
    this.#bytes[this.#length] = NUMBER;
    this.#length = this.#bytes.writeDoubleLE(value, this.#length + 1);
  }

  #text(value: string): void {
    this.byte(TEXT);
    this.name(value);
  }

  #blob(value: Uint8Array): void {
    this.byte(BYTES);
    this.unsigned(value.length);
    this.append(value);
  }

  /** FNV-1a, folded to 16 bits. */
  #tagSince(start: number): number {
    const bytes = this.#bytes;
    let hash = FNV_OFFSET;
    for (let at = start; at < this.#length; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
    return ((hash >>> 16) ^ hash) & 0xffff;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** Takes apart what the places and names of `RowBytes` were put into. Throws a `RangeError` where bytes are missing. */
export class RowByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes.readUInt8(this.#at);
    this.#at += 1;
    return value;
  }

  short(): number {
    const value = this.#bytes.readUInt16LE(this.#at);
    this.#at += 2;
    return value;
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new RangeError("a whole number is too long");
  }

  name(): string {
    const size = this.unsigned();
    const end = this.#at + size;
    if (end > this.#bytes.length) throw new RangeError("a name is cut off");
    const text = this.#bytes.toString("utf8", this.#at, end);
    this.#at = end;
    return text;
  }
}
