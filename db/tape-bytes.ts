/**
 * The bytes inside a tape block. Integers are LEB128 varints; differences are zigzag varints plus one, so that the code 0 is free
 * to announce an absolute value whose difference a double could not hold.
 */

/** A block that no encoder can have written. `byteOffset` counts from the start of the decoded block. */
export class TapeDecodeError extends Error {
  readonly block: number;
  readonly byteOffset: number;

  constructor(block: number, byteOffset: number, what: string) {
    super(`tape block ${block} cannot be decoded at byte ${byteOffset}: ${what}`);
    this.name = "TapeDecodeError";
    this.block = block;
    this.byteOffset = byteOffset;
  }
}

const FIRST_CAPACITY = 4096;
const LONGEST_VARINT_BYTES = 8;
/** Beyond it twice the difference would leave the safe integers. */
const LARGEST_DIFFERENCE = 2 ** 51;
const FLOAT_BYTES = 8;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class ByteWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Takes back what was written after `length`. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A whole number from 0 to 2^53 - 1; throws on anything else. */
  unsigned(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`a tape holds whole numbers from 0, was ${value}`);
    this.#reserve(LONGEST_VARINT_BYTES);
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = value;
    while (rest > 0x7fffffff) {
      bytes[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      bytes[at++] = (rest & 127) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  /** `value` by its difference from `from`; both any safe integers. */
  delta(from: number, value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`a tape holds whole numbers here, was ${value}`);
    const difference = value - from;
    if (difference > LARGEST_DIFFERENCE || difference < -LARGEST_DIFFERENCE) {
      this.byte(0);
      this.byte(value < 0 ? 1 : 0);
      this.unsigned(Math.abs(value));
    } else {
      this.unsigned(difference < 0 ? -2 * difference : 2 * difference + 1);
    }
  }

  float(value: number): void {
    this.#reserve(FLOAT_BYTES);
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += FLOAT_BYTES;
  }

  /** UTF-8; a text that UTF-8 cannot hold (lone surrogates) goes as UTF-16. */
  text(value: string): void {
    const isWellFormed = value.isWellFormed();
    const bytes = isWellFormed ? textEncoder.encode(value) : utf16Bytes(value);
    this.unsigned(bytes.length * 2 + (isWellFormed ? 0 : 1));
    this.#append(bytes);
  }

  /** A whole number of any size: sign, number of bytes, magnitude from its lowest byte. */
  bigint(value: bigint): void {
    const hex = (value < 0n ? -value : value).toString(16);
    const digits = hex.length % 2 === 0 ? hex : `0${hex}`;
    const bytes = value === 0n ? new Uint8Array(0) : Buffer.from(digits, "hex").reverse();
    this.unsigned(bytes.length * 2 + (value < 0n ? 1 : 0));
    this.#append(bytes);
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #block: number;
  #position = 0;

  /** `block` is only for the words of an error. */
  constructor(bytes: Uint8Array, block: number) {
    this.#bytes = bytes;
    this.#block = block;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  fail(what: string): never {
    throw new TapeDecodeError(this.#block, this.#position, what);
  }

  byte(): number {
    const value = this.#bytes[this.#position];
    if (value === undefined) this.fail("the block ends inside an event");
    this.#position += 1;
    return value;
  }

  unsigned(): number {
    const first = this.#bytes[this.#position];
    if (first !== undefined && first < 128) {
      this.#position += 1;
      return first;
    }
    let value = 0;
    let factor = 1;
    for (let i = 0; i < LONGEST_VARINT_BYTES; i++) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) this.fail("a whole number must be below 2^53");
        return value;
      }
      factor *= 128;
    }
    return this.fail(`a whole number must have at most ${LONGEST_VARINT_BYTES} bytes`);
  }

  delta(from: number): number {
    const code = this.unsigned();
    const value = code === 0 ? this.#absolute() : from + (code % 2 === 0 ? -code / 2 : (code - 1) / 2);
    if (!Number.isSafeInteger(value)) this.fail("a whole number must be within 2^53 of 0");
    return value;
  }

  float(): number {
    const bytes = this.#take(FLOAT_BYTES);
    const value = new DataView(bytes.buffer, bytes.byteOffset, FLOAT_BYTES).getFloat64(0, true);
    if (Number.isNaN(value)) this.fail("a fraction must be a number");
    return value;
  }

  text(): string {
    const header = this.unsigned();
    const bytes = this.#take(Math.floor(header / 2));
    if (header % 2 === 1) {
      if (bytes.length % 2 === 1) this.fail("a UTF-16 text must have an even number of bytes");
      return textOfUtf16(bytes);
    }
    try {
      return textDecoder.decode(bytes);
    } catch {
      return this.fail("a text must be UTF-8");
    }
  }

  bigint(): bigint {
    const header = this.unsigned();
    const bytes = this.#take(Math.floor(header / 2));
    if (bytes.length === 0) return 0n;
    const magnitude = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
    return header % 2 === 1 ? -magnitude : magnitude;
  }

  #absolute(): number {
    const isNegative = this.byte() === 1;
    const magnitude = this.unsigned();
    return isNegative ? -magnitude : magnitude;
  }

  #take(count: number): Uint8Array {
    if (count > this.remaining) this.fail(`${count} bytes were announced, ${this.remaining} are left`);
    const bytes = this.#bytes.subarray(this.#position, this.#position + count);
    this.#position += count;
    return bytes;
  }
}

function utf16Bytes(value: string): Uint8Array {
  const bytes = new Uint8Array(value.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < value.length; i++) view.setUint16(i * 2, value.charCodeAt(i), true);
  return bytes;
}

function textOfUtf16(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let text = "";
  for (let i = 0; i < bytes.length; i += 2) text += String.fromCharCode(view.getUint16(i, true));
  return text;
}
