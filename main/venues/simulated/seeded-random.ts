/**
 * xoshiro128** (Blackman and Vigna) in 32-bit integers, seeded through splitmix32, and the variates of the market generator.
 *
 * Only integer operations, + - x / and the square root touch a value, all exactly defined by IEEE 754: no `Math.exp`, `Math.log` or
 * `Math.sin`, whose last bit may differ between engines. The same seed gives the same market on every machine.
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spareNormal: number | null = null;

  /** `seed` is any safe integer; other numbers throw. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a whole number, was ${seed}`);
    let state = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      return (mixed ^ (mixed >>> 15)) >>> 0;
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1;
  }

  /** Whole number in 0 .. 2^32 - 1. */
  word(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** In [0, 1). */
  uniform(): number {
    return this.word() / 4_294_967_296;
  }

  /** Whole number in 0 .. below - 1. */
  below(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  sign(): 1 | -1 {
    return this.word() < 2_147_483_648 ? 1 : -1;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -naturalLogarithm(1 - this.uniform());
  }

  /** Standard normal, by the polar method. */
  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * naturalLogarithm(square)) / square);
      this.#spareNormal = y * factor;
      return x * factor;
    }
  }

  /** Variate of a distribution given by its quantiles at `probabilities`, straight lines between. */
  quantile(table: QuantileTable): number {
    const at = this.uniform();
    let index = 1;
    while (index < table.length - 1 && (table[index]?.[0] ?? 1) < at) index += 1;
    const [fromP, fromValue] = table[index - 1] ?? [0, 0];
    const [toP, toValue] = table[index] ?? [1, 0];
    return fromValue + ((toValue - fromValue) * (at - fromP)) / (toP - fromP);
  }
}

/** Pairs of probability and value, both rising, from probability 0 to 1. */
export type QuantileTable = readonly (readonly [number, number])[];

/** ln x for x in (0, 1], from exact operations only: halving range, then the series of the area tangent. Error below 1e-12. */
export function naturalLogarithm(x: number): number {
  let mantissa = x;
  let doublings = 0;
  while (mantissa < 0.75) {
    mantissa *= 2;
    doublings += 1;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  const square = z * z;
  let term = z;
  let sum = z;
  for (let power = 3; power <= 17; power += 2) {
    term *= square;
    sum += term / power;
  }
  return 2 * sum - doublings * Math.LN2;
}
