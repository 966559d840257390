import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { postOnlyClamp } from "../../../main/kernel/quoting/post-only-clamp.ts";

describe("post-only clamp", () => {
  it.each([
    { name: "leaves a distant buy", side: "buy", target: 90, safety: 2, price: 90 },
    { name: "holds a buy back", side: "buy", target: 104, safety: 2, price: 103 },
    { name: "leaves a distant sell", side: "sell", target: 120, safety: 2, price: 120 },
    { name: "holds a sell back", side: "sell", target: 101, safety: 2, price: 102 },
    { name: "keeps one tick at least", side: "buy", target: 110, safety: 0, price: 104 },
    { name: "rounds a buy between ticks down", side: "buy", target: 90.9, safety: 1, price: 90 },
    { name: "rounds a sell between ticks up", side: "sell", target: 120.1, safety: 1, price: 121 },
  ] as const)("$name", ({ side, target, safety, price }) => {
    expect(postOnlyClamp(side, target, 100, 105, safety)).toBe(price);
  });

  it.each([
    { bid: 0, ask: 105 },
    { bid: 100, ask: 0 },
  ])("finds no price with bid $bid and ask $ask", ({ bid, ask }) => {
    expect(postOnlyClamp("buy", 90, bid, ask, 1)).toBeNull();
  });

  it("finds no price when none above zero is left", () => {
    expect(postOnlyClamp("buy", 5, 1, 2, 2)).toBeNull();
    expect(postOnlyClamp("buy", -3, 10, 20, 1)).toBeNull();
  });

  it("never crosses, keeps its distance, and never moves a quote towards the market", () => {
    const price = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(
        fc.constantFrom("buy", "sell"),
        price,
        price,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 10 }),
        (side, target, bid, spread, safety) => {
          const ask = bid + spread;
          const found = postOnlyClamp(side, target, bid, ask, safety);
          const distance = Math.max(1, safety);
          if (side === "buy") {
            const most = Math.min(target, ask - distance);
            expect(found).toBe(most > 0 ? most : null);
          } else {
            expect(found).toBe(Math.max(target, bid + distance));
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
