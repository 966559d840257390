import { describe, expect, it } from "vitest";
import { naturalLogarithm, SeededRandom, type QuantileTable } from "../../../main/venues/simulated/seeded-random.ts";

describe("seeded random", () => {
  it("gives the same words for the same seed, other words for another", () => {
    const words = (seed: number): number[] => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 50 }, () => random.word());
    };
    expect(words(7)).toEqual(words(7));
    expect(words(7)).not.toEqual(words(8));
    expect(words(7)).not.toEqual(words(7 + 2 ** 40));
    expect(words(-1)).toHaveLength(50);
    expect(() => words(0.5)).toThrow("was 0.5");
  });

  it("takes logarithms from exact operations, close to the true ones", () => {
    for (let step = 1; step <= 2_000; step += 1) {
      const x = step / 2_000;
      expect(Math.abs(naturalLogarithm(x) - Math.log(x))).toBeLessThan(1e-11);
    }
    expect(naturalLogarithm(2 ** -32)).toBeCloseTo(-32 * Math.LN2, 9);
  });

  it("has the moments of its distributions", () => {
    const random = new SeededRandom(3);
    const count = 100_000;
    let normal = 0;
    let squares = 0;
    let exponential = 0;
    let heads = 0;
    for (let draw = 0; draw < count; draw += 1) {
      const value = random.normal();
      normal += value;
      squares += value * value;
      exponential += random.exponential();
      heads += random.sign();
    }
    expect(Math.abs(normal / count)).toBeLessThan(0.015);
    expect(Math.abs(squares / count - 1)).toBeLessThan(0.02);
    expect(Math.abs(exponential / count - 1)).toBeLessThan(0.02);
    expect(Math.abs(heads / count)).toBeLessThan(0.015);
  });

  it("follows a table of quantiles", () => {
    const random = new SeededRandom(4);
    const table: QuantileTable = [
      [0, 1],
      [0.5, 10],
      [1, 100],
    ];
    const values = Array.from({ length: 20_000 }, () => random.quantile(table)).sort((a, b) => a - b);
    expect(values[0]).toBeGreaterThanOrEqual(1);
    expect(values.at(-1)).toBeLessThanOrEqual(100);
    expect(values[10_000]).toBeGreaterThan(9);
    expect(values[10_000]).toBeLessThan(12);
    expect(values[15_000]).toBeGreaterThan(52);
    expect(values[15_000]).toBeLessThan(58);
  });
});
