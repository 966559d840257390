import { describe, expect, it } from "vitest";
import { lots, ticks } from "../../../main/kernel/values/units.ts";
import { ASK, BID, quoting, settingsFor, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;
const LEVELS = Array.from({ length: 10 }, (_, at) => at * 10);

/** Both sides of the book at another price, in one update. */
function move(harness: KernelHarness, toBid: number, fromBid = BID): void {
  const side = (best: number, step: 1 | -1, size: number): number[] =>
    LEVELS.flatMap((away) => [best + step * away, size]);
  const ask = ASK - BID;
  harness.delta(
    [...side(fromBid, -1, 0), ...side(toBid, -1, 1_000)],
    [...side(fromBid + ask, 1, 0), ...side(toBid + ask, 1, 1_000)],
  );
}

function tradeAt(harness: KernelHarness, priceTicks: number): void {
  harness.send({
    type: "trade-printed",
    tradeId: harness.nowUs,
    aggressor: "buy",
    priceTicks: ticks(priceTicks),
    sizeLots: lots(5),
  });
}

function alerts(harness: KernelHarness, kind: string): string[] {
  return harness.ofType("record-alert").flatMap((alert) => (alert.kind === kind ? [alert.message] : []));
}

const UP = BID * 1.3;
const FAR = { staleCancelGraceS: 3, priceCollarBps: 5_000 } as const;

describe.each(["legacy", "crypto"] as const)("a book that jumps by 30 %% at once, under %s", (profile) => {
  const jumped = (): KernelHarness => {
    const harness = quoting(profile, FAR).keepFresh(2 * SECOND);
    harness.forget();
    move(harness, UP);
    return harness;
  };

  it("takes every quote off in the same event, and tells reading and bound", () => {
    const harness = jumped();
    expect(harness.ofType("cancel-order").map(({ reason }) => reason)).toEqual(["stale_orderbook", "stale_orderbook"]);
    expect(harness.decisions().map(({ code, detail, bound }) => [code, detail, bound])).toEqual([
      ["skip_implausible_book", "jump", 300],
      ["skip_implausible_book", "jump", 300],
    ]);
    expect(harness.decisions()[0]?.reading).toBeCloseTo(3_000, 1);
    expect(harness.risks()).toEqual(["book-jump tripped: up"]);
    expect(alerts(harness, "book-jump")).toEqual([
      expect.stringMatching(/jumped up by 3000.* bps at once, more than the 300 bps of MM_MAX_BOOK_JUMP_BPS/),
    ]);
  });

  it("then still: nothing is quoted there after 5 s, nor ever while no trade speaks for it", () => {
    const harness = jumped().settle();
    harness.keepServed(60 * SECOND);
    expect(harness.ofType("place-order")).toEqual([]);
    expect(harness.risks()).toEqual(["book-jump tripped: up"]);
    expect(harness.kernel.market.midHalfTicks).toBeNull();
  });

  it("feeds no signal, no mark and no loss limit", () => {
    const harness = jumped();
    const { market, nowUs, ledger } = harness.kernel;
    const before = [market.signals.spreadEma.valueBps, market.signals.mids.rangeBps(3, nowUs), ledger.parts(null).net];
    harness.settle().keepServed(5 * SECOND);
    const now = harness.kernel.nowUs;
    expect([market.signals.spreadEma.valueBps, market.signals.mids.rangeBps(3, now), ledger.parts(null).net]).toEqual(
      before,
    );
    expect(harness.ofType("record-sample").map(({ midHalfTicks }) => midHalfTicks)).toEqual(
      expect.arrayContaining([null]),
    );
  });

  it("makes no trend", () => {
    const harness = quoting(profile, { ...FAR, trendFastEmaS: 0.5, trendSlowEmaS: 1 }).keepFresh(2 * SECOND);
    const trend = (): string | undefined => harness.kernel.board.context?.trendDirection;
    expect(trend()).toBe("NEUTRAL");
    move(harness, UP);
    harness.settle().keepServed(SECOND / 2);
    expect(trend()).toBe("NEUTRAL");
  });

  it("quotes again where it was, by itself, a second after the book is back", () => {
    const harness = jumped().settle();
    harness.keepServed(3 * SECOND).forget();
    move(harness, BID, UP);
    harness.keepServed(900_000);
    expect(harness.ofType("place-order")).toEqual([]);
    harness.keepServed(2 * SECOND);
    expect(harness.liveOn("buy")[0]?.priceTicks).toBeLessThanOrEqual(BID);
    expect(harness.live()).toHaveLength(2);
    expect(alerts(harness, "book-jump")).toEqual(["the book is fit to quote on again, 0 bps from where it was"]);
  });

  it("quotes at the new price once it has held there for MM_BOOK_JUMP_CONFIRM_S and a trade agrees", () => {
    const harness = jumped().settle();
    harness.keepServed(4 * SECOND);
    tradeAt(harness, UP);
    harness.keepServed(5_800_000);
    expect(harness.ofType("place-order")).toEqual([]);
    harness.keepServed(SECOND);
    expect(harness.risks()).toEqual(["book-jump tripped: up", "book-jump cleared: over"]);
    const book = harness.kernel.market;
    expect(book.midHalfTicks).toBe(UP * 2 + (ASK - BID));
  });
});

describe("a crash that has held", () => {
  it("is quoted on again in legacy, at the new price", () => {
    const harness = quoting("legacy", FAR);
    harness.keepFresh(2 * SECOND);
    move(harness, BID * 0.9);
    harness.settle().keepServed(SECOND);
    tradeAt(harness, BID * 0.9);
    harness.keepServed(12 * SECOND);
    expect(harness.live().map(({ side }) => side)).toEqual(["buy", "sell"]);
    expect(harness.liveOn("sell")[0]?.priceTicks).toBeLessThan(BID * 0.95);
  });

  it("is believed by time alone, when the book says nothing more", () => {
    const harness = quoting("legacy", FAR);
    harness.keepFresh(2 * SECOND);
    move(harness, BID * 0.9);
    harness.settle();
    harness.send({
      type: "book-ticker-received",
      updateId: 1,
      bidTicks: ticks(BID * 0.9),
      bidLots: lots(5),
      askTicks: ticks(BID * 0.9 + 10),
      askLots: lots(5),
    });
    harness.forget().wait(11 * SECOND);
    expect(harness.risks()).toEqual(["book-jump cleared: over"]);
    expect(harness.kernel.market.signals.spreadEma.valueBps).not.toBeNull();
    expect(harness.live()).toHaveLength(2);
  });

  it("needs no wait after a gap that moved the price within the bound, and the whole wait after one that did not", () => {
    const harness = quoting("legacy", FAR);
    harness
      .keepFresh(2 * SECOND)
      .gap()
      .settle();
    harness.snapshot([BID * 1.02, 9], [BID * 1.02 + 10, 9]).keepServed(2 * SECOND);
    expect(harness.live()).toHaveLength(2);
    harness.gap().settle().forget();
    harness.snapshot([BID * 1.2, 9], [BID * 1.2 + 10, 9]).keepServed(8 * SECOND);
    expect(harness.live()).toEqual([]);
    expect(harness.risks().filter((risk) => risk.startsWith("book"))).toEqual(["book-jump tripped: up"]);
    tradeAt(harness, BID * 1.2);
    harness.keepServed(4 * SECOND);
    expect(harness.live()).toHaveLength(2);
  });
});

describe("a book whose one side is gone", () => {
  it("is not quoted on while its spread is beyond MM_MAX_BOOK_SPREAD_BPS", () => {
    const harness = quoting("legacy", FAR);
    harness.keepFresh(2 * SECOND).forget();
    const gone = LEVELS.flatMap((away) => [ASK + away, 0]);
    harness.delta([], [...gone, BID + 180_000, 5]);
    expect(harness.decisions().map(({ code, detail }) => `${code} ${detail}`)).toEqual([
      "skip_implausible_book spread",
      "skip_implausible_book spread",
    ]);
    expect(harness.ofType("cancel-order")).toHaveLength(2);
    expect(alerts(harness, "book-spread")).toEqual([
      expect.stringMatching(/^the book's spread is 295\.\d bps, more than the 200 bps of MM_MAX_BOOK_SPREAD_BPS/),
    ]);
    harness.settle().keepServed(3 * SECOND);
    harness.delta([], [ASK, 5]).keepServed(3 * SECOND);
    expect(harness.risks()).toEqual(["book-spread tripped: wide", "book-spread cleared: over"]);
    expect(harness.live()).toHaveLength(2);
  });
});

describe("settings of plausibility", () => {
  it("0 believes any book", () => {
    const harness = quoting("legacy", { ...FAR, maxBookJumpBps: 0, maxBookSpreadBps: 0 });
    harness.keepFresh(2 * SECOND).forget();
    move(harness, UP);
    harness.settle().keepServed(5 * SECOND);
    expect(harness.risks()).toEqual([]);
    expect(harness.liveOn("buy")[0]?.priceTicks).toBeGreaterThan(BID * 1.2);
  });

  it("keep a doubt and what it waits for over a change of the profile", () => {
    const harness = quoting("legacy", FAR);
    harness.keepFresh(2 * SECOND);
    move(harness, UP);
    harness.settle().keepServed(2 * SECOND);
    tradeAt(harness, UP);
    harness
      .forget()
      .changeProfile(settingsFor("crypto", FAR), 2)
      .keepServed(2 * SECOND);
    expect(harness.ofType("place-order")).toEqual([]);
    harness.keepServed(7 * SECOND);
    expect(harness.risks()).toEqual(["book-jump cleared: over"]);
  });
});

describe("the way out", () => {
  it("stays open: a close-out on a book in doubt is priced off the last mid that was believed", () => {
    const harness = quoting("legacy", { ...FAR, shutdownFlattenRetryDelayS: 1 });
    const [bid] = harness.liveOn("buy");
    if (!bid) throw new Error("a bid rests");
    harness.fill(bid).keepServed(SECOND);
    move(harness, UP);
    harness.command("flatten").settle().forget().keepServed(SECOND);
    const [close] = harness.ofType("place-order");
    expect(close).toMatchObject({ purpose: "close", side: "sell" });
    expect(close?.priceTicks).toBeGreaterThan(BID * 0.99);
    expect(close?.priceTicks).toBeLessThan(BID);
  });
});
