import { describe, expect, it } from "vitest";
import type { OrderPurpose } from "../../../main/kernel/effects.ts";
import { TakerLeakage } from "../../../main/kernel/risk/taker-leakage.ts";
import { lots, micros, money, ticks, type Liquidity } from "../../../main/kernel/values/units.ts";
import { quoting, type KernelHarness } from "../../support/kernel-harness.ts";
import { voice } from "./halts-fixture.ts";

const SECOND = 1_000_000;

function watched(): {
  readonly leakage: TakerLeakage;
  readonly said: () => string[];
  readonly fill: (atS: number, liquidity: Liquidity, tickLots?: number, purpose?: OrderPurpose) => void;
} {
  const { halts, said } = voice();
  const leakage = new TakerLeakage(halts);
  return {
    leakage,
    said,
    fill: (atS, liquidity, tickLots = 100, purpose = "quote") =>
      leakage.filled(purpose, liquidity, tickLots, micros(atS * SECOND)),
  };
}

describe("taker leakage", () => {
  it("tells at once of a quote that took, with count and share of the last minute", () => {
    const { fill, said } = watched();
    fill(1, "maker", 300);
    expect(said()).toEqual([]);
    fill(2, "taker");
    expect(said()).toEqual([
      "taker-leakage tripped 1 fills 0.25/0",
      "warning: 1 fills of quotes in the last minute took liquidity, 25.0 % of what was traded: a quote must never take",
    ]);
  });

  it.each(["close", "hedge"] as const)("does not mind a %s, which takes on purpose, nor counts it", (purpose) => {
    const { leakage, fill, said } = watched();
    fill(1, "taker", 100, purpose);
    expect(said()).toEqual([]);
    expect(leakage.reading(SECOND)).toEqual({ count: 0, share: null });
  });

  it("tells at most every 30 s, and then of all that came", () => {
    const { leakage, fill, said } = watched();
    fill(0, "taker");
    said();
    for (let second = 1; second < 30; second += 1) {
      fill(second, "taker");
      leakage.review(micros(second * SECOND));
    }
    expect(said()).toEqual([]);
    leakage.review(micros(30 * SECOND));
    expect(said()[0]).toBe("taker-leakage changed 30 fills 1/0");
  });

  it("tells nothing twice, and once that it is over", () => {
    const { leakage, fill, said } = watched();
    fill(0, "taker");
    said();
    for (let second = 1; second <= 60; second += 1) leakage.review(micros(second * SECOND));
    expect(said()).toEqual([]);
    leakage.review(micros(60 * SECOND + 1));
    expect(said()).toEqual(["taker-leakage cleared none 0/null", "info: no quote has taken for a minute"]);
    leakage.review(micros(61 * SECOND));
    expect(said()).toEqual([]);
  });

  it("counts 60 s and not more", () => {
    const { leakage, fill } = watched();
    fill(0, "taker", 100);
    fill(30, "maker", 300);
    expect(leakage.reading(60 * SECOND)).toEqual({ count: 1, share: 0.25 });
    expect(leakage.reading(60 * SECOND + 1)).toEqual({ count: 0, share: 0 });
    expect(leakage.reading(91 * SECOND)).toEqual({ count: 0, share: null });
  });
});

describe("taker leakage of nothing", () => {
  it("has no share", () => {
    const { fill, said } = watched();
    fill(1, "taker", 0);
    expect(said()).toEqual([
      "taker-leakage tripped 1 fills 0/0",
      expect.stringContaining("took liquidity, 0.0 % of what was traded"),
    ]);
  });
});

describe("taker leakage in the kernel", () => {
  const fillAs = (harness: KernelHarness, liquidity: Liquidity): void => {
    const [bid] = harness.liveOn("buy");
    if (!bid) throw new Error("a bid rests");
    harness.send({
      type: "order-filled",
      orderId: bid.orderId,
      tradeId: `${liquidity} ${harness.nowUs}`,
      priceTicks: ticks(bid.priceTicks),
      sizeLots: lots(1),
      liquidity,
      fee: money(0n),
    });
  };

  it("is told of a resting quote that the venue says took", () => {
    const harness = quoting("legacy");
    harness.forget();
    fillAs(harness, "maker");
    expect(harness.risks()).toEqual([]);
    fillAs(harness, "taker");
    expect(harness.risks()).toEqual(["taker-leakage tripped: 1 fills"]);
    expect(harness.kernel.risk.leakage.reading(harness.nowUs)).toEqual({ count: 1, share: 0.5 });
    harness.keepServed(62 * SECOND);
    expect(harness.risks()).toContain("taker-leakage cleared: none");
  });
});
