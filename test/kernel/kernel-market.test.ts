import { describe, expect, it } from "vitest";
import { lots, micros, ticks } from "../../main/kernel/values/units.ts";
import { ASK, BID, KernelHarness, quoting, settingsFor } from "../support/kernel-harness.ts";

const SECOND = 1_000_000;

function cancels(harness: KernelHarness): string[] {
  return harness.ofType("cancel-order").map((effect) => effect.reason);
}

describe("quoting on a good book", () => {
  it("places one order a side and says why, with the build-up", () => {
    const harness = quoting();
    expect(harness.live().map(({ side, status }) => [side, status])).toEqual([
      ["buy", "resting"],
      ["sell", "resting"],
    ]);
    const placed = harness.decisions().filter(({ code }) => code === "place_initial");
    expect(placed.map(({ buildUp }) => buildUp?.finalTicks)).toEqual([BID - 600, ASK + 601]);
  });

  it("waits for a first snapshot, and says so", () => {
    const harness = new KernelHarness(settingsFor("legacy"));
    harness.delta([BID, 10], [ASK, 10]).forget().wait(SECOND);
    expect(harness.live()).toEqual([]);
    expect(new Set(harness.codes())).toEqual(new Set(["skip_no_book"]));
  });

  it("waits until the venue has told what it holds, at the start and after a lost feed", () => {
    const harness = new KernelHarness(settingsFor("legacy"));
    harness.answersState = false;
    harness.snapshot([BID, 10], [ASK, 10]).wait(SECOND).delta([BID, 11], []);
    expect([harness.live(), harness.kernel.state.reasons()]).toEqual([[], ["reconciliation"]]);
    harness.answerState(0, []);
    expect(harness.live()).toHaveLength(2);
    harness.settle().send({ type: "feed-disconnected", reason: "test" });
    harness.settle().forget().snapshot([BID, 10], [ASK, 10]);
    harness.wait(SECOND).delta([BID, 12], []);
    expect([harness.live(), harness.ofType("query-venue-state").length]).toEqual([[], 1]);
    harness.answerState(0, []);
    expect(harness.live()).toHaveLength(2);
  });

  it("withholds everything below the least spread, and takes back what rests", () => {
    const harness = quoting("legacy", { minSpreadBps: 0.01 });
    expect(harness.live()).toHaveLength(2);
    harness
      .wait(SECOND)
      .forget()
      .delta([ASK - 1, 5], []);
    expect(harness.codes()).toEqual(["skip_min_spread", "skip_min_spread"]);
    expect(cancels(harness)).toEqual(["min_spread", "min_spread"]);
    const decision = harness.decisions()[0];
    expect(decision?.bound).toBe(0.01);
    expect(decision?.reading).toBeCloseTo(0.00167, 4);
  });

  it("looks again at once when the funding rate changes", () => {
    const harness = quoting("crypto", { fundingInventoryWeight: 1 });
    harness
      .wait(2 * SECOND)
      .delta([], [])
      .forget();
    harness.send({ type: "funding-rate-updated", rate: 0.0005, nextFundingUs: micros(0), intervalUs: SECOND });
    expect(harness.decisions().map(({ buildUp }) => buildUp?.fundingBps)).toEqual([-5, -5]);
  });
});

describe("a book that cannot be believed", () => {
  it("is dropped on a gap: histories are emptied, quotes go at once, and only a snapshot mends it", () => {
    const harness = quoting("legacy", { staleCancelGraceS: 3 });
    harness.keepFresh(2 * SECOND).forget();
    harness.gap();
    const { market, nowUs } = harness.kernel;
    expect(harness.ofType("record-alert").map(({ kind }) => kind)).toEqual(["book-gapped"]);
    expect([market.book.isSynchronized, market.midHalfTicks, market.gaps]).toEqual([false, null, 1]);
    expect(market.signals.spreadEma.valueBps).toBeNull();
    expect(market.signals.imbalance.mean(nowUs)).toBeNull();
    expect(market.signals.mids.count(4, nowUs)).toBe(0);
    expect(harness.codes()).toEqual(["skip_no_book", "skip_no_book"]);
    expect(cancels(harness)).toEqual(["stale_orderbook", "stale_orderbook"]);
    harness.settle().keepFresh(SECOND);
    expect(harness.live()).toEqual([]);
    harness.snapshot([BID, 10], [ASK, 10]).wait(SECOND).delta([], []);
    expect(harness.live()).toHaveLength(2);
  });

  it("forgives a silence that ends within the grace", () => {
    const harness = quoting("legacy", { orderbookStalenessThresholdS: 5, staleCancelGraceS: 3 });
    harness.wait(SECOND).delta([], []);
    harness.wait(7 * SECOND).delta([], []);
    expect(harness.codes()).toContain("skip_stale");
    harness.wait(2 * SECOND).delta([], []);
    // The grace starts anew
    harness.wait(7 * SECOND).delta([], []);
    expect(cancels(harness)).toEqual([]);
  });

  it("takes quotes off a lost book also where stale ones may stay", () => {
    const harness = quoting("legacy", {
      cancelOnStaleBook: false,
      staleCancelGraceS: 3,
      orderbookStalenessThresholdS: 2,
    });
    harness.wait(SECOND).send({ type: "feed-disconnected", reason: "test" });
    harness.wait(5 * SECOND);
    expect(cancels(harness)).toEqual(["stale_orderbook", "stale_orderbook"]);
  });

  it("is stale by silence alone, and quotes go after threshold and grace", () => {
    const harness = quoting("legacy", { orderbookStalenessThresholdS: 5, staleCancelGraceS: 2 });
    harness.wait(SECOND).delta([], []).forget();
    harness.wait(5 * SECOND);
    expect(harness.codes()).not.toContain("skip_stale");
    harness.wait(SECOND);
    expect(harness.codes()).toContain("skip_stale");
    expect(cancels(harness)).toEqual([]);
    // The second's housekeeping may notice the silence up to a second late
    harness.wait(2 * SECOND);
    expect(cancels(harness)).toEqual(["stale_orderbook", "stale_orderbook"]);
  });

  it("keeps stale quotes where the profile says so", () => {
    const harness = quoting("legacy", { cancelOnStaleBook: false, orderbookStalenessThresholdS: 5 });
    harness.wait(60 * SECOND);
    expect(cancels(harness)).toEqual([]);
    expect(harness.codes()).toContain("skip_stale");
  });

  it("goes stale while only the ticker is heard: a frozen book is not quoted on", () => {
    const harness = quoting("legacy", { orderbookStalenessThresholdS: 5, staleCancelGraceS: 2 });
    for (let i = 0; i < 20; i += 1) {
      harness.wait(SECOND / 2).send({
        type: "book-ticker-received",
        updateId: 1_000 + i,
        bidTicks: ticks(BID + i * 1_000),
        bidLots: lots(5),
        askTicks: ticks(ASK + i * 1_000),
        askLots: lots(5),
      });
    }
    expect(cancels(harness)).toEqual(["stale_orderbook", "stale_orderbook"]);
  });

  it.each([
    ["crossed", ASK + 5],
    ["locked", ASK],
  ])("quotes nothing on a %s book, feeds no history with it, and takes its quotes off after the grace", (_how, bid) => {
    const harness = quoting("legacy", { staleCancelGraceS: 1 });
    harness.wait(SECOND).forget();
    const before = harness.kernel.market.signals.spreadEma.valueBps;
    harness.delta([bid, 5], []);
    expect(harness.codes()).toEqual(["skip_crossed_book", "skip_crossed_book"]);
    expect(harness.kernel.market.midHalfTicks).toBeNull();
    expect(harness.kernel.market.signals.spreadEma.valueBps).toBe(before);
    harness.keepFresh(2 * SECOND);
    expect(cancels(harness)).toEqual(["stale_orderbook", "stale_orderbook"]);
    harness.settle().delta([bid, 0], []).wait(SECOND).delta([], []);
    expect(harness.live()).toHaveLength(2);
  });

  it("quotes nothing on a one-sided book", () => {
    const harness = new KernelHarness(settingsFor("legacy"));
    harness.snapshot([BID, 10], []).forget().wait(SECOND).delta([BID, 11], []);
    expect(new Set(harness.codes())).toEqual(new Set(["skip_no_book"]));
  });

  it("tells once that the venue's ticker shows another touch", () => {
    const harness = quoting();
    let updateId = 10_000;
    const disagree = (): void => {
      for (let i = 0; i < 3; i += 1) {
        updateId += 1;
        harness.send({
          type: "book-ticker-received",
          updateId,
          bidTicks: ticks(BID - 7),
          bidLots: lots(1),
          askTicks: ticks(ASK + 7),
          askLots: lots(1),
        });
      }
    };
    for (let i = 0; i < 60; i += 1) {
      updateId += 1;
      const previous = harness.kernel.market.book.updateId;
      harness.send({
        type: "book-delta-received",
        firstUpdateId: updateId,
        updateId,
        previousUpdateId: previous,
        bids: [],
        asks: [],
      });
      disagree();
    }
    expect(harness.kernel.market.tickerAgreement.disagreed).toBeGreaterThan(50);
    expect(harness.ofType("record-alert").map(({ kind }) => kind)).toEqual(["ticker-disagrees"]);
  });
});

describe("the gap rule", () => {
  const steps: readonly [string, [number, number, number], boolean][] = [
    ["a first delta that spans the snapshot", [95, 105, 94], true],
    ["a first delta that ends on the snapshot", [95, 100, 94], true],
    ["a first delta that begins right after it and names it", [101, 105, 100], true],
    ["a first delta that begins later", [102, 105, 101], false],
  ];
  it.each(steps)("%s", (_name, [firstUpdateId, updateId, previousUpdateId], isApplied) => {
    const harness = new KernelHarness(settingsFor("legacy"));
    harness.send({ type: "book-snapshot-received", updateId: 100, bids: [BID, 10], asks: [ASK, 10] });
    const delta = { firstUpdateId, updateId, previousUpdateId, bids: [BID + 1, 3], asks: [] };
    harness.send({ type: "book-delta-received", ...delta });
    expect(harness.kernel.market.book.isSynchronized).toBe(isApplied);
    expect(harness.kernel.market.book.bestBidTicks).toBe(isApplied ? BID + 1 : null);
  });

  it("ignores deltas from before the snapshot, and repeated ones", () => {
    const harness = new KernelHarness(settingsFor("legacy"));
    harness.send({ type: "book-snapshot-received", updateId: 100, bids: [BID, 10], asks: [ASK, 10] });
    const delta = { firstUpdateId: 98, updateId: 99, previousUpdateId: 97, bids: [BID + 1, 3], asks: [] };
    harness.send({ type: "book-delta-received", ...delta });
    expect(harness.kernel.market.book.bestBidTicks).toBe(BID);
    const next = { firstUpdateId: 100, updateId: 110, previousUpdateId: 99, bids: [BID + 2, 3], asks: [] };
    harness.send({ type: "book-delta-received", ...next });
    harness.send({ type: "book-delta-received", ...next, bids: [BID + 2, 0] });
    expect(harness.kernel.market.book.bestBidTicks).toBe(BID + 2);
    expect(harness.kernel.market.gaps).toBe(0);
  });
});

describe("a gap in a wild market", () => {
  it("does not end an EXTREME regime: quoting goes on only when the market is measured calmer", () => {
    const harness = quoting("crypto", { volRegimeEnabled: true });
    harness.keepFresh(40 * SECOND);
    // 60 bps up in one step: everything that was offered below is gone
    const gone = Array.from({ length: 10 }, (_, at) => [ASK + at * 10, 0]).flat();
    harness.delta([BID + 36_000, 5], [...gone, ASK + 36_000, 5]);
    harness.wait(2 * SECOND).delta([BID + 36_000, 6], []);
    expect(harness.kernel.board.regime.regime).toBe("EXTREME");
    harness.gap().snapshot([BID + 36_000, 5], [ASK + 36_000, 5]);
    harness.forget().delta([BID + 36_000, 6], []);
    expect(harness.kernel.board.regime.regime).toBe("EXTREME");
    expect(harness.ofType("place-order")).toEqual([]);
    harness.keepFresh(28 * SECOND);
    expect(harness.kernel.board.regime).toMatchObject({ regime: "EXTREME", isMeasuring: true });
    expect(harness.ofType("place-order")).toEqual([]);
    harness.keepFresh(10 * SECOND);
    expect(harness.kernel.board.regime).toMatchObject({ regime: "CALM", isMeasuring: false });
  });
});
