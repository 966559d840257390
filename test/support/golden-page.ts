/** A golden tape in a browser: the kernel of this tree on the V8 of the page, and the effect hash as `docs/determinism.md` defines it. */
import { encodeEffect, type EffectWriter } from "../../main/kernel/effect-encoding.ts";
import type { KernelEvent } from "../../main/kernel/events.ts";
import type { KernelConfig } from "../../main/kernel/kernel-config.ts";
import { Kernel } from "../../main/kernel/kernel.ts";

/** The bytes that are hashed, all of them kept: a golden session is small. */
class EffectBytes implements EffectWriter {
  readonly #utf8 = new TextEncoder();
  #bytes = new Uint8Array(1 << 20);
  #view = new DataView(this.#bytes.buffer);
  #used = 0;

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#used);
  }

  integer(value: number | null): void {
    this.#reserve(9);
    this.#bytes[this.#used] = value === null ? 1 : 2;
    this.#used += 1;
    if (value === null) return;
    // Adding 0 makes 0 of -0
    this.#view.setFloat64(this.#used, value + 0, true);
    this.#used += 8;
  }

  text(value: string | null): void {
    this.integer(value === null ? null : value.length);
    if (value === null) return;
    const encoded = this.#utf8.encode(value);
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.#used);
    this.#used += encoded.length;
  }

  money(value: bigint): void {
    this.text(value.toString());
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * this.#bytes.length + bytes);
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Runs `{ config, events }`, given as JSON with every BigInt as `{ "$bigint": "123" }`; resolves with the effect hash, hex. */
async function effectHashOf(goldenJson: string): Promise<string> {
  const golden = JSON.parse(goldenJson, (_, value: unknown) => {
    const isTagged = typeof value === "object" && value !== null && "$bigint" in value;
    return isTagged ? BigInt(String(value.$bigint)) : value;
  }) as { readonly config: KernelConfig; readonly events: readonly KernelEvent[] };
  const kernel = new Kernel(golden.config);
  const hashed = new EffectBytes();
  for (const event of golden.events) {
    const effects = kernel.handle(event);
    hashed.integer(event.seq);
    hashed.integer(effects.length);
    for (const effect of effects) encodeEffect(effect, hashed);
  }
  const digest = await crypto.subtle.digest("SHA-256", hashed.bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

Object.assign(globalThis, { effectHashOf });
