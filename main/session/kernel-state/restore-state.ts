import { Decimal } from "../../kernel/values/decimal.ts";
import type { KernelClasses } from "./kernel-classes.ts";
import { NUMBER_ARRAYS, numberBytesOf, STATE_HEAD_BYTES } from "./save-state.ts";
import { StateReader, TAG } from "./state-bytes.ts";

interface Shape {
  readonly prototype: object | null;
  readonly keys: readonly string[];
}

/** Reads what a `StateSaver` wrote: the same graph of new objects. Throws on bytes that none can have written. */
export function restoreState(bytes: Uint8Array, classes: KernelClasses): unknown {
  const restorer = new StateRestorer(bytes, classes);
  return restorer.restore();
}

class StateRestorer {
  readonly #reader: StateReader;
  readonly #numberBytes: StateReader;
  readonly #classes: KernelClasses;
  readonly #objects: object[] = [];
  readonly #texts: string[] = [];
  readonly #shapes: Shape[] = [];

  constructor(bytes: Uint8Array, classes: KernelClasses) {
    const end = numberBytesOf(bytes);
    this.#numberBytes = new StateReader(bytes.subarray(STATE_HEAD_BYTES, end));
    this.#reader = new StateReader(bytes.subarray(end));
    this.#classes = classes;
  }

  restore(): unknown {
    const value = this.#value(this.#reader.byte());
    if (!this.#reader.isAtEnd || !this.#numberBytes.isAtEnd)
      throw new RangeError("a saved state has bytes behind its end");
    return value;
  }

  #value(tag: number): unknown {
    const reader = this.#reader;
    switch (tag) {
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.whole:
        return reader.unsigned();
      case TAG.negativeWhole:
        return -reader.unsigned();
      case TAG.double:
        return reader.double();
      case TAG.text:
      case TAG.knownText:
        return this.#text(tag);
      case TAG.bigint:
        return bigintOf(reader.text());
      default:
        return this.#object(tag);
    }
  }

  #object(tag: number): object {
    const reader = this.#reader;
    switch (tag) {
      case TAG.known:
        return this.#knownAt(reader.unsigned());
      case TAG.array:
        return this.#array(reader.unsigned());
      case TAG.map:
        return this.#map(reader.unsigned());
      case TAG.set:
        return this.#set(reader.unsigned());
      case TAG.numbers:
        return this.#numbers();
      case TAG.decimal:
        return this.#keep(new Decimal(reader.text()));
      case TAG.plain:
      case TAG.instance:
        return this.#fields(tag);
      default:
        throw new RangeError(`a saved state has no value of tag ${tag}`);
    }
  }

  #text(tag: number): string {
    if (tag === TAG.text) {
      const text = this.#reader.text();
      this.#texts.push(text);
      return text;
    }
    const text = tag === TAG.knownText ? this.#texts[this.#reader.unsigned()] : undefined;
    if (text === undefined) throw new RangeError("a saved state names a text that it does not hold");
    return text;
  }

  #knownAt(index: number): object {
    const known = this.#objects[index];
    if (known === undefined) throw new RangeError(`a saved state names object ${index}, which it does not hold`);
    return known;
  }

  #keep<T extends object>(value: T): T {
    this.#objects.push(value);
    return value;
  }

  #array(length: number): unknown[] {
    const array: unknown[] = this.#keep([]);
    for (let at = 0; at < length; at += 1) {
      const tag = this.#reader.byte();
      if (tag === TAG.hole) array.length = at + 1;
      else array[at] = this.#value(tag);
    }
    return array;
  }

  #map(size: number): Map<unknown, unknown> {
    const map = this.#keep(new Map<unknown, unknown>());
    for (let at = 0; at < size; at += 1) {
      const key = this.#value(this.#reader.byte());
      map.set(key, this.#value(this.#reader.byte()));
    }
    return map;
  }

  #set(size: number): Set<unknown> {
    const set = this.#keep(new Set<unknown>());
    for (let at = 0; at < size; at += 1) set.add(this.#value(this.#reader.byte()));
    return set;
  }

  #numbers(): object {
    const kind = NUMBER_ARRAYS[this.#reader.byte()];
    if (kind === undefined) throw new RangeError("a saved state has an array of unknown numbers");
    const length = this.#reader.unsigned();
    // A copy of its own: the bytes may lie at any offset, and the kernel writes into it
    const bytes = new Uint8Array(this.#numberBytes.raw(length * kind.BYTES_PER_ELEMENT));
    return this.#keep(new kind(bytes.buffer, 0, length));
  }

  #fields(tag: number): object {
    const slot = this.#objects.length;
    this.#objects.push(this);
    const { prototype, keys } = this.#shape(tag);
    const object = (prototype === null ? {} : Object.create(prototype)) as Record<string, unknown>;
    this.#objects[slot] = object;
    for (const key of keys) object[key] = this.#value(this.#reader.byte());
    return object;
  }

  #shape(tag: number): Shape {
    const reader = this.#reader;
    const known = reader.unsigned();
    if (known > 0) {
      const shape = this.#shapes[known - 1];
      if (shape === undefined) throw new RangeError(`a saved state names shape ${known}, which it does not hold`);
      return shape;
    }
    const prototype = tag === TAG.plain ? null : this.#prototype(this.#text(reader.byte()));
    const keys = Array.from({ length: reader.unsigned() }, () => this.#text(reader.byte()));
    const shape = { prototype, keys };
    this.#shapes.push(shape);
    return shape;
  }

  #prototype(name: string): object {
    const prototype = this.#classes.prototypeOf(name);
    if (prototype === null) throw new RangeError(`a saved state holds a ${name}, which is no class of this kernel`);
    return prototype;
  }
}

function bigintOf(hex: string): bigint {
  return hex.startsWith("-") ? -BigInt(`0x${hex.slice(1)}`) : BigInt(`0x${hex}`);
}
