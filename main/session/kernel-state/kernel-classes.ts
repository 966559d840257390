import { SlotSums } from "../../kernel/accounting/fill-quality.ts";
import { Kernel } from "../../kernel/kernel.ts";
import type { KernelConfig } from "../../kernel/kernel-config.ts";
import { Decimal } from "../../kernel/values/decimal.ts";

/** A class as this file needs it: something with a name whose instances share a prototype. */
interface NamedClass {
  readonly name: string;
  readonly prototype: object;
}

/**
 * Kernel classes of which a fresh kernel holds no instance yet. Most classes need no line here: they are found in a fresh kernel.
 * A class that appears only later, because of an order or a setting, does.
 */
const APPEAR_LATER: readonly NamedClass[] = [SlotSums];

const NOT_A_CLASS: ReadonlySet<object> = new Set<object>([
  Object.prototype,
  Array.prototype,
  Map.prototype,
  Set.prototype,
  Decimal.prototype,
]);

/** The classes whose instances a saved state may hold, by name both ways. */
export class KernelClasses {
  readonly #byName = new Map<string, object>();
  readonly #names = new Map<object, string>();

  /** Takes the classes of everything that the roots hold. Throws when two classes have one name. */
  static of(roots: readonly object[], later: readonly NamedClass[] = APPEAR_LATER): KernelClasses {
    const classes = new KernelClasses();
    for (const { name, prototype } of later) classes.#add(name, prototype);
    const seen = new Set<object>();
    for (const root of roots) classes.#collect(root, seen);
    return classes;
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()].toSorted();
  }

  /** Null for a prototype that is none of ours. */
  nameOf(prototype: object): string | null {
    return this.#names.get(prototype) ?? null;
  }

  /** Null for a name that no class has. */
  prototypeOf(name: string): object | null {
    return this.#byName.get(name) ?? null;
  }

  #add(name: string, prototype: object): void {
    const known = this.#byName.get(name);
    if (known === prototype) return;
    if (known !== undefined)
      throw new Error(`two classes of the kernel are named ${name}; a saved state tells them apart by name`);
    this.#byName.set(name, prototype);
    this.#names.set(prototype, name);
  }

  #collect(value: unknown, seen: Set<object>): void {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
    seen.add(value);
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype !== null && !NOT_A_CLASS.has(prototype)) {
      this.#add((prototype.constructor as unknown as NamedClass).name, prototype);
    }
    if (value instanceof Map) this.#collect([...value].flat(), seen);
    if (value instanceof Set) this.#collect([...value], seen);
    for (const held of Object.values(value)) this.#collect(held, seen);
  }
}

/** The classes of a kernel made from this. */
export function kernelClassesOf(config: KernelConfig): KernelClasses {
  return KernelClasses.of([new Kernel(config)]);
}
