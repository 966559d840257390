import { createHash, type Hash } from "node:crypto";
import { encodeEffect, type EffectWriter } from "../kernel/effect-encoding.ts";
import type { Effect } from "../kernel/effects.ts";

const BUFFER_BYTES = 1 << 16;
/** Longest text written in one piece; longer ones are flushed around. */
const MARGIN_BYTES = 1024;

/**
 * The effect hash of a session: SHA-256 over every effect, in order, of every event. Two runs of one tape under one profile have one hash.
 */
export class EffectHash implements EffectWriter {
  readonly #hash: Hash = createHash("sha256");
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;

  /** Adds the effects of one event. */
  add(seq: number, effects: readonly Effect[]): void {
    this.integer(seq);
    this.integer(effects.length);
    for (const effect of effects) encodeEffect(effect, this);
  }

  /** Hash of all so far, hex; more may be added after it. */
  digest(): string {
    this.#flush();
    return this.#hash.copy().digest("hex");
  }

  integer(value: number | null): void {
    if (this.#used > BUFFER_BYTES - 16) this.#flush();
    if (value === null) {
      this.#buffer[this.#used] = 1;
      this.#used += 1;
      return;
    }
    this.#buffer[this.#used] = 2;
    this.#buffer.writeDoubleLE(value + 0, this.#used + 1);
    this.#used += 9;
  }

  text(value: string | null): void {
    if (value === null) {
      this.integer(null);
      return;
    }
    this.integer(value.length);
    if (value.length * 3 > MARGIN_BYTES) {
      this.#flush();
      this.#hash.update(value, "utf8");
      return;
    }
    if (this.#used > BUFFER_BYTES - MARGIN_BYTES) this.#flush();
    this.#used += this.#buffer.write(value, this.#used, "utf8");
  }

  money(value: bigint): void {
    this.text(value.toString());
  }

  #flush(): void {
    if (this.#used === 0) return;
    this.#hash.update(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}
