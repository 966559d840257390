import { Decimal } from "../../kernel/values/decimal.ts";
import type { KernelClasses } from "./kernel-classes.ts";
import { StateWriter, TAG } from "./state-bytes.ts";

/** A state holds something that cannot be saved. The message names its path from the root. */
export class UnsavableStateError extends Error {
  constructor(path: readonly string[], what: string) {
    super(`cannot save ${path.join("")}: ${what}`);
    this.name = "UnsavableStateError";
  }
}

/** Kinds of typed arrays, by their place. Never reorder. */
export const NUMBER_ARRAYS = [
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  BigInt64Array,
  BigUint64Array,
] as const;

type NumberArray = InstanceType<(typeof NUMBER_ARRAYS)[number]>;

/** Bytes before a saved state's numbers: how many bytes those are, as a double. */
export const STATE_HEAD_BYTES = 8;

/** The numbers of all arrays come first, so that those of two states of one kernel lie at the same places. */
function joined(numbers: Uint8Array, graph: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(STATE_HEAD_BYTES + numbers.length + graph.length);
  new DataView(bytes.buffer).setFloat64(0, numbers.length, true);
  bytes.set(numbers, STATE_HEAD_BYTES);
  bytes.set(graph, STATE_HEAD_BYTES + numbers.length);
  return bytes;
}

/** How many bytes of a saved state are its head and the numbers of its arrays. */
export function numberBytesOf(state: Uint8Array): number {
  if (state.length < STATE_HEAD_BYTES) throw new RangeError("a saved state ends at byte 0, inside a value");
  return STATE_HEAD_BYTES + new DataView(state.buffer, state.byteOffset).getFloat64(0, true);
}

/**
 * Writes a graph of objects as bytes: shared objects once, cycles included, classes by name.
 *
 * Invariants: equal graphs give equal bytes, whatever made them; what the bytes cannot hold (a function, a symbol, an accessor, an object
 * of a class that the registry does not know) throws `UnsavableStateError` with its path.
 */
export class StateSaver {
  readonly #classes: KernelClasses;
  readonly #writer = new StateWriter();
  readonly #numbers = new StateWriter();
  readonly #objects = new Map<object, number>();
  readonly #texts = new Map<string, number>();
  /** By class (or the plain prototype), the sequences of keys met so far. */
  readonly #shapes = new Map<string, number>();
  readonly #path: string[] = [];

  constructor(classes: KernelClasses) {
    this.#classes = classes;
  }

  /** The bytes of what `root` holds. */
  save(root: object, name = "state"): Uint8Array<ArrayBuffer> {
    this.#writer.restart();
    this.#numbers.restart();
    for (const known of [this.#objects, this.#texts, this.#shapes]) known.clear();
    this.#path.length = 0;
    this.#path.push(name);
    this.#value(root);
    return joined(this.#numbers.taken(), this.#writer.taken());
  }

  #value(value: unknown): void {
    const writer = this.#writer;
    switch (typeof value) {
      case "number":
        this.#number(value);
        return;
      case "string":
        this.#text(value);
        return;
      case "boolean":
        writer.byte(value ? TAG.true : TAG.false);
        return;
      case "undefined":
        writer.byte(TAG.undefined);
        return;
      case "bigint":
        writer.byte(TAG.bigint);
        writer.text(value.toString(16));
        return;
      case "object":
        if (value === null) writer.byte(TAG.null);
        else this.#object(value);
        return;
      default:
        this.#refuse(`a ${typeof value} is no state`);
    }
  }

  #number(value: number): void {
    const writer = this.#writer;
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      writer.byte(value < 0 ? TAG.negativeWhole : TAG.whole);
      writer.unsigned(Math.abs(value));
    } else {
      writer.byte(TAG.double);
      writer.double(value);
    }
  }

  #text(value: string): void {
    const known = this.#texts.get(value);
    if (known !== undefined) {
      this.#writer.byte(TAG.knownText);
      this.#writer.unsigned(known);
      return;
    }
    this.#texts.set(value, this.#texts.size);
    this.#writer.byte(TAG.text);
    this.#writer.text(value);
  }

  #object(value: object): void {
    const known = this.#objects.get(value);
    if (known !== undefined) {
      this.#writer.byte(TAG.known);
      this.#writer.unsigned(known);
      return;
    }
    this.#objects.set(value, this.#objects.size);
    if (Array.isArray(value)) this.#array(value);
    else if (value instanceof Map) this.#map(value);
    else if (value instanceof Set) this.#set(value);
    else if (ArrayBuffer.isView(value)) this.#numberArray(value);
    else if (value instanceof Decimal) this.#decimal(value);
    else this.#fields(value);
  }

  #array(value: readonly unknown[]): void {
    this.#writer.byte(TAG.array);
    this.#writer.unsigned(value.length);
    for (let at = 0; at < value.length; at += 1) {
      const item = value[at];
      if (item === undefined && !(at in value)) this.#writer.byte(TAG.hole);
      else this.#within("[", at, "]", item);
    }
  }

  #map(value: ReadonlyMap<unknown, unknown>): void {
    this.#writer.byte(TAG.map);
    this.#writer.unsigned(value.size);
    let at = 0;
    for (const [key, held] of value) {
      this.#within(".keys[", at, "]", key);
      this.#within(".values[", at, "]", held);
      at += 1;
    }
  }

  #set(value: ReadonlySet<unknown>): void {
    this.#writer.byte(TAG.set);
    this.#writer.unsigned(value.size);
    let at = 0;
    for (const held of value) {
      this.#within(".values[", at, "]", held);
      at += 1;
    }
  }

  #numberArray(value: ArrayBufferView): void {
    const kind = NUMBER_ARRAYS.findIndex((type) => Object.getPrototypeOf(value) === type.prototype);
    if (kind < 0) this.#refuse(`a ${value.constructor.name} is no array of numbers`);
    this.#writer.byte(TAG.numbers);
    this.#writer.byte(kind);
    this.#writer.unsigned((value as NumberArray).length);
    this.#numbers.raw(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }

  #decimal(value: Decimal): void {
    this.#writer.byte(TAG.decimal);
    this.#writer.text(value.toString());
  }

  #fields(value: object): void {
    const prototype = Object.getPrototypeOf(value) as object | null;
    const isPlain = prototype === Object.prototype;
    const className = isPlain || prototype === null ? null : this.#classes.nameOf(prototype);
    if (!isPlain && className === null) {
      const name = prototype === null ? "without a prototype" : `of class ${prototype.constructor.name}`;
      this.#refuse(`an object ${name}, which the registry of kernel classes does not hold`);
    }
    const keys = Object.keys(value);
    this.#writer.byte(isPlain ? TAG.plain : TAG.instance);
    this.#shape(value, className, keys);
    for (const key of keys) this.#within(".", key, "", (value as Record<string, unknown>)[key]);
  }

  /** Names of the fields, spelled out where they are new. */
  #shape(value: object, className: string | null, keys: readonly string[]): void {
    const signature = `${className ?? ""}\n${keys.join("\n")}`;
    const known = this.#shapes.get(signature);
    if (known !== undefined) {
      this.#writer.unsigned(known + 1);
      return;
    }
    for (const [key, field] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if (!("value" in field)) this.#refuse(`field ${key} is an accessor`);
      if (field.enumerable !== true) this.#refuse(`field ${key} is hidden`);
    }
    if (Object.getOwnPropertySymbols(value).length > 0) this.#refuse("it has a field named by a symbol");
    this.#shapes.set(signature, this.#shapes.size);
    this.#writer.unsigned(0);
    if (className !== null) this.#text(className);
    this.#writer.unsigned(keys.length);
    for (const key of keys) this.#text(key);
  }

  #within(before: string, key: string | number, after: string, value: unknown): void {
    if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") {
      this.#value(value);
      return;
    }
    this.#path.push(`${before}${key}${after}`);
    this.#value(value);
    this.#path.pop();
  }

  #refuse(what: string): never {
    throw new UnsavableStateError(this.#path, what);
  }
}
