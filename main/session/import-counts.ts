import type { RejectReason } from "../venues/binance-usdm/rejection.ts";

/** Where in the inputs something stands. */
export interface InputPlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface RejectExample extends InputPlace {
  readonly reason: RejectReason;
  readonly message: string;
}

/** Frames that an import did not use, by reason, with the first of each kept. */
export class RejectCounts {
  readonly #counts = new Map<RejectReason, number>();
  readonly #examples: RejectExample[] = [];

  add(reason: RejectReason, message: string, place: InputPlace, times = 1): void {
    const before = this.#counts.get(reason) ?? 0;
    if (before === 0) this.#examples.push({ reason, message, file: place.file, line: place.line });
    this.#counts.set(reason, before + times);
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  get examples(): readonly RejectExample[] {
    return this.#examples;
  }

  of(reason: RejectReason): number {
    return this.#counts.get(reason) ?? 0;
  }
}

const MAX_SAMPLES = 1 << 16;

/**
 * Median of a stream of numbers in constant memory: when full, every second sample goes and from then on only every second is taken.
 * Exact up to 65,536 numbers.
 */
export class StreamMedian {
  #samples = new Float64Array(MAX_SAMPLES);
  #count = 0;
  #stride = 1;
  #seen = 0;

  add(value: number): void {
    if (this.#seen++ % this.#stride !== 0) return;
    if (this.#count === MAX_SAMPLES) {
      for (let i = 0; i * 2 < MAX_SAMPLES; i++) this.#samples[i] = this.#samples[i * 2] ?? 0;
      this.#count = MAX_SAMPLES / 2;
      this.#stride *= 2;
    }
    this.#samples[this.#count] = value;
    this.#count += 1;
  }

  /** The lower median; null without numbers. */
  get median(): number | null {
    const sorted = this.#samples.slice(0, this.#count).sort();
    return sorted[(this.#count - 1) >> 1] ?? null;
  }
}
