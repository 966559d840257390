/**
 * The bytes of a saved state: what a value is stands in a tag before it, and equal states have equal bytes, which the engine's own
 * serializer does not promise (it tells a whole number by how it happens to be kept).
 */
export const TAG = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  whole: 4,
  negativeWhole: 5,
  double: 6,
  text: 7,
  knownText: 8,
  bigint: 9,
  array: 10,
  map: 11,
  set: 12,
  plain: 13,
  instance: 14,
  numbers: 15,
  decimal: 16,
  known: 17,
  hole: 18,
} as const;

const FIRST_CAPACITY = 1 << 16;
const LONGEST_VARINT_BYTES = 8;

const textEncoder = new TextEncoder();

export class StateWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** What was written; good until the writer is used again. */
  taken(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  restart(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A whole number from 0 to 2^53 - 1. */
  unsigned(value: number): void {
    this.#reserve(LONGEST_VARINT_BYTES);
    let rest = value;
    while (rest > 0x7fffffff) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  text(value: string): void {
    const isLatin = isOneByteText(value);
    this.unsigned(value.length * 2 + (isLatin ? 0 : 1));
    if (isLatin) {
      this.#reserve(value.length);
      textEncoder.encodeInto(value, this.#bytes.subarray(this.#length));
      this.#length += value.length;
      return;
    }
    this.#reserve(value.length * 2);
    for (let at = 0; at < value.length; at += 1) {
      this.#view.setUint16(this.#length, value.charCodeAt(at), true);
      this.#length += 2;
    }
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export class StateReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new RangeError(`a saved state ends at byte ${this.#at}, inside a value`);
    this.#at += 1;
    return value;
  }

  unsigned(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  double(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  text(): string {
    const header = this.unsigned();
    const length = Math.floor(header / 2);
    let value = "";
    if (header % 2 === 0) {
      const bytes = this.raw(length);
      value = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1");
    } else {
      for (let at = 0; at < length; at += 1)
        value += String.fromCharCode(this.#view.getUint16(this.#at + 2 * at, true));
      this.#at += 2 * length;
    }
    return value;
  }

  /** The next bytes themselves, not a copy of them. */
  raw(count: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#at, this.#at + count);
    if (bytes.length < count) throw new RangeError(`a saved state ends at byte ${this.#bytes.length}, inside a value`);
    this.#at += count;
    return bytes;
  }
}

/** Plain ASCII: a byte a letter, the same in every encoding. */
function isOneByteText(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return false;
  return true;
}
