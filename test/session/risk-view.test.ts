import { describe, expect, test } from "vitest";
import { contract } from "../../preload/contract.ts";
import type { StreamItem } from "../../preload/bridge.ts";
import { lots, micros, money, ticks } from "../../main/kernel/values/units.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { KernelClasses } from "../../main/session/kernel-state/kernel-classes.ts";
import { StateSaver } from "../../main/session/kernel-state/save-state.ts";
import { profileRefusalText, RiskFeed } from "../../main/session/views/risk-feed.ts";
import { riskView } from "../../main/session/views/risk-view.ts";
import { ASK, BID, type KernelHarness, quoting, settingsFor } from "../support/kernel-harness.ts";

type Risk = StreamItem<"risk">;
const SECOND = 1_000_000;
const DRAWDOWN = { drawdownStopEnabled: true, maxPositionNotionalUsd: 1_000_000 };

interface Watched {
  readonly harness: KernelHarness;
  readonly feed: RiskFeed;
  readonly view: () => Risk;
  readonly control: (name: Risk["controls"][number]["control"]) => Risk["controls"][number];
}

/** A kernel that quotes, with a feed that sees everything from here on. */
function watch(changes: Partial<Settings> = {}, more: Parameters<typeof quoting>[2] = {}): Watched {
  const harness = quoting("legacy", { shutdownFlattenRetryDelayS: 1, ...changes }, more);
  const feed = new RiskFeed();
  const { kernel } = harness;
  const handle = kernel.handle.bind(kernel);
  kernel.handle = (event) => {
    const effects = handle(event);
    for (const effect of effects) feed.observe(event, effect);
    return effects;
  };
  const view = (): Risk => contract.feed.risk.item.parse(riskView(kernel, feed.saved()));
  return {
    harness,
    feed,
    view,
    control(name) {
      const found = view().controls.find(({ control }) => control === name);
      if (found === undefined) throw new Error(`expected a control ${name}`);
      return found;
    },
  };
}

function fillBid({ harness }: Watched): void {
  const [bid] = harness.liveOn("buy");
  if (!bid) throw new Error("a bid rests");
  harness.fill(bid, bid.sizeLots);
}

describe("a close-out", () => {
  test("is shown from the wish to the end, attempt by attempt", () => {
    const watched = watch();
    const { harness, view } = watched;
    fillBid(watched);
    harness.keepServed(SECOND);
    expect(view().closeOut).toMatchObject({ phase: "none", attempt: 0, attempts: 3 });
    harness.command("flatten");
    expect(view().closeOut).toMatchObject({ phase: "closing", attempt: 0, why: "asked for by the operator" });
    harness.settle();
    expect(view().closeOut).toMatchObject({ phase: "closing", attempt: 1, slippageBps: 20, left: null });
    const order = harness.live().find(({ purpose }) => purpose === "close");
    if (!order) throw new Error("a closing order is live");
    harness.fill(order, 4);
    harness.send({ type: "order-cancelled", orderId: order.orderId, cause: "expired" });
    harness.keepServed(SECOND);
    expect(view().closeOut).toMatchObject({ phase: "closing", attempt: 2, slippageBps: 30 });
    const second = harness.live().find(({ purpose }) => purpose === "close");
    if (!second) throw new Error("a second closing order is live");
    harness.fill(second);
    expect(view().closeOut).toMatchObject({ phase: "ended", attempt: 2, outcome: "flat" });
    expect(Number(view().closeOut.left)).toBe(0);
    expect(Number(view().closeOut.began)).toBeGreaterThan(0);
  });

  test("its plan tells reach and cost as the settings have them, drawn in to the collar", () => {
    const watched = watch();
    fillBid(watched);
    const { flattenPlan } = watched.view();
    expect(flattenPlan).toMatchObject({ attempts: 3, firstBps: 20, worstBps: 40, timeoutS: 30, isTooSmall: false });
    const { positionLots } = watched.harness.kernel.ledger;
    const { tickSize, lotSize } = watched.harness.kernel.scale;
    const worth = positionLots * lotSize * ((BID + ASK) / 2) * tickSize;
    expect(flattenPlan.worstCost).toBeCloseTo(worth * 0.004, 6);
    expect(watch({ priceCollarBps: 25 }).view().flattenPlan).toMatchObject({ firstBps: 20, worstBps: 25 });
  });
});

describe("latches", () => {
  test("are shown with what they fell by, until a person clears them; the trip stays counted", () => {
    const watched = watch({ repeatedExecutionLimit: 1 });
    expect(watched.control("repeated-execution")).toMatchObject({ state: "clear", reading: 0, bound: 1, trips: 0 });
    fillBid(watched);
    expect(watched.view().latches).toMatchObject([
      { latch: "repeated-execution", detail: "buy", reading: 1, bound: 1, isCarried: false },
    ]);
    watched.harness.keepServed(30 * SECOND);
    expect(watched.control("repeated-execution")).toMatchObject({ state: "latched", reading: 1, bound: 1, trips: 1 });
    watched.harness.send({
      ...{ type: "latch-cleared", commandId: "clear-1", latch: "repeated-execution", by: "me", reason: "seen" },
    });
    expect(watched.view().latches).toEqual([]);
    expect(watched.control("repeated-execution")).toMatchObject({ state: "clear", trips: 1 });
  });

  test("of an earlier session are told apart", () => {
    const feed = new RiskFeed();
    const event = { type: "timer-fired", timerId: 1, seq: 1, tsEvent: micros(5), tsInit: micros(5) } as const;
    const told = { control: "day-loss", happening: "changed", reading: null, bound: null, by: null } as const;
    feed.observe(event, { type: "record-risk-event", atUs: micros(5), detail: "carried over", ...told });
    expect([...feed.saved().latches.values()]).toMatchObject([{ latch: "day-loss", isCarried: true, setAtUs: 5 }]);
  });

  test("losses are read against their limits, which warn before they latch", () => {
    const watched = watch({ lossLimitSessionUsd: 1_000_000, lossLimitDayUsd: 0, ...DRAWDOWN });
    const { harness, control } = watched;
    fillBid(watched);
    harness.snapshot([BID - 5_000, 1_000], [ASK - 5_000, 1_000]).keepServed(2 * SECOND);
    expect(control("day-loss")).toMatchObject({ state: "off", reading: null });
    const { state, reading: lost } = control("session-loss");
    expect({ state, isLoss: (lost ?? 0) > 0 }).toEqual({ state: "clear", isLoss: true });
    expect(control("drawdown").reading).toBeGreaterThanOrEqual(lost ?? Infinity);
    harness.changeProfile(settingsFor("legacy", { lossLimitSessionUsd: (lost ?? 0) * 1.1 }), 2);
    expect(control("session-loss")).toMatchObject({ state: "warning", reading: lost, trips: 0 });
    harness.changeProfile(settingsFor("legacy", { lossLimitSessionUsd: (lost ?? 0) * 0.9 }), 3).keepServed(2 * SECOND);
    expect(control("session-loss")).toMatchObject({ state: "latched", reading: lost, trips: 1 });
  });
});

test("what the venue and the account say shows at once, with the time at which it ends", () => {
  const watched = watch({ maintenancePauseS: 30, rateLimitHaltHits: 2, marginGuardEnabled: true });
  const { harness, control } = watched;
  expect(control("margin-guard").state).toBe("waiting");
  expect(control("rate-limit")).toMatchObject({ state: "clear", reading: 0, bound: 2 });
  harness.account();
  expect(control("margin-guard")).toMatchObject({ state: "clear", detail: null, reading: expect.any(Number) });
  harness.account({ available: 1 });
  expect(control("margin-guard")).toMatchObject({ state: "halted", reading: 1, trips: 1 });
  harness.send({ type: "venue-throttled", cause: "rate-limited" });
  expect(control("rate-limit")).toMatchObject({ state: "degraded", reading: 1, trips: 0 });
  harness.send({ type: "venue-throttled", cause: "rate-limited" });
  expect(control("rate-limit")).toMatchObject({ state: "halted", reading: 2, trips: 1 });
  harness.send({ type: "venue-throttled", cause: "maintenance" });
  expect(control("maintenance")).toMatchObject({ state: "halted", untilUs: harness.nowUs + 30 * SECOND, trips: 1 });
});

test("the venue's answer and its age are shown, and a difference halts on the screen, too", () => {
  const { harness, control } = watch();
  harness.keepServed(SECOND);
  const agreed = control("reconciliation");
  expect(agreed).toMatchObject({ state: "clear", detail: "agrees", bound: 30 });
  harness.answersState = false;
  harness.keepServed(31 * SECOND).answerState(
    77,
    harness.live().map(({ orderId }) => orderId),
  );
  expect(control("reconciliation")).toMatchObject({ state: "warning", detail: "differs", reading: 0 });
  harness.keepServed(2 * SECOND).answerState(
    77,
    harness.live().map(({ orderId }) => orderId),
  );
  expect(control("reconciliation")).toMatchObject({ state: "halted", detail: "position", trips: 1 });
});

describe("a book that is not believed", () => {
  test("halts with reading and bound, and with the time at which it is believed once a trade has spoken for it", () => {
    const { harness, control } = watch();
    harness.keepServed(SECOND);
    expect(control("book-jump")).toMatchObject({ state: "clear", unit: "bps", reading: null, bound: 300 });
    harness.gap().snapshot([BID * 2, 9], [BID * 2 + 10, 9]);
    const jumpedUs = harness.nowUs;
    expect(control("book-jump")).toMatchObject({ state: "halted", detail: "up", untilUs: null, trips: 1 });
    expect(control("book-jump").reading).toBeCloseTo(10_000, 0);
    const trade = { tradeId: 1, aggressor: "buy", priceTicks: ticks(BID * 2), sizeLots: lots(1) } as const;
    harness.wait(SECOND).send({ type: "trade-printed", ...trade });
    expect(control("book-jump").untilUs).toBe(jumpedUs + 10 * SECOND);
    harness.keepServed(10 * SECOND);
    expect(control("book-jump")).toMatchObject({ state: "clear", detail: null, trips: 1 });
  });

  test("shows the spread beside its bound, and keeps the mid of a book in doubt for the ladder", () => {
    const { harness, control } = watch({ maxBookJumpBps: 0 });
    expect(control("book-jump").state).toBe("off");
    expect(control("book-spread")).toMatchObject({ state: "clear", bound: 200, reading: expect.closeTo(0.017, 3) });
    harness.snapshot([BID, 9], [BID + 114_000, 9]);
    expect(control("book-spread").state).toBe("warning");
    harness.snapshot([BID, 9], [BID + 180_000, 9]);
    expect(control("book-spread")).toMatchObject({ state: "halted", reading: expect.closeTo(295.6, 1), trips: 1 });
    expect(harness.kernel.market.plausibility.midHalfTicks).toBe(BID * 2 + 180_000);
    harness.gap();
    harness.changeProfile(settingsFor("legacy", { maxBookSpreadBps: 0 }), 2);
    harness.snapshot([BID, 9], [BID + 180_000, 9]).keepServed(2 * SECOND);
    expect(control("book-spread").state).toBe("off");
  });
});

test("a quote that took is a warning with its share, until a minute is clean", () => {
  const watched = watch();
  const { harness, control } = watched;
  expect(control("taker-leakage")).toMatchObject({ state: "waiting", reading: null });
  const [bid, ask] = [harness.liveOn("buy")[0], harness.liveOn("sell")[0]];
  if (!bid || !ask) throw new Error("a bid and an ask rest");
  const fill = { priceTicks: ticks(BID), sizeLots: lots(1), fee: money(0n) } as const;
  harness.send({ type: "order-filled", orderId: ask.orderId, tradeId: "m", liquidity: "maker", ...fill });
  expect(control("taker-leakage")).toMatchObject({ state: "clear", reading: 0, trips: 0 });
  harness.send({ type: "order-filled", orderId: bid.orderId, tradeId: "t", liquidity: "taker", ...fill });
  expect(control("taker-leakage")).toMatchObject({ state: "warning", reading: 0.5, detail: "1 fills", trips: 1 });
  harness.keepServed(62 * SECOND);
  expect(control("taker-leakage")).toMatchObject({ state: "waiting", detail: null, trips: 1 });
});

test("every denial is counted by its limit", () => {
  const { harness, view } = watch({ priceCollarBps: 1 });
  expect(view().denials).toEqual([]);
  harness.forget().keepServed(5 * SECOND);
  const denied = harness.decisions().filter(({ code }) => code === "skip_denied");
  expect(denied.length).toBeGreaterThan(1);
  expect(view().denials.reduce((sum, { count }) => sum + count, 0)).toBe(denied.length);
  expect(view().denials.map(({ limit }) => limit)).toEqual([...new Set(denied.map(({ detail }) => detail))]);
});

test("looking changes nothing, and a feed goes on from what was saved", () => {
  const watched = watch({ repeatedExecutionLimit: 1 });
  fillBid(watched);
  watched.harness.keepServed(70 * SECOND);
  const { kernel } = watched.harness;
  const { handle: _own, ...state } = kernel as unknown as Record<string, unknown>;
  const saver = new StateSaver(KernelClasses.of([state]));
  const before = saver.save(state);
  const view = watched.view();
  expect(watched.view()).toEqual(view);
  expect(Buffer.compare(saver.save(state), before)).toBe(0);
  const restored = new RiskFeed();
  restored.restore(structuredClone(watched.feed.saved()));
  expect(riskView(kernel, restored.saved())).toEqual(view);
});

describe("the profile", () => {
  test("a refusal is told with who wanted it", () => {
    expect(profileRefusalText({ by: "file: my.env", message: "line 3: x" })).toBe(
      "profile not changed by file: my.env: line 3: x",
    );
  });

  test("its last change and its last refusal stand on the screen", () => {
    const { harness, view } = watch();
    expect(view().profile).toMatchObject({ revision: 1, changed: null, refused: null });
    harness.changeProfile(settingsFor("legacy", { priceCollarBps: 9 }), 2);
    harness.send({ type: "profile-refused", message: "line 4: MM_X", by: "file: my.env" });
    expect(view().profile).toMatchObject({
      revision: 2,
      changed: { by: "test", settings: [expect.stringContaining("MM_PRICE_COLLAR_BPS")] },
      refused: { by: "file: my.env", message: "line 4: MM_X" },
    });
  });
});
