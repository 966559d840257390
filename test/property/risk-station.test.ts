import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Effect } from "../../main/kernel/effects.ts";
import type { LatchKind, OperatorCommand, RejectReason } from "../../main/kernel/events.ts";
import type { TradingState } from "../../main/kernel/risk/trading-state.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { lots, signOf, type OrderSide } from "../../main/kernel/values/units.ts";
import { ASK, BID, KernelHarness, KERNEL_RULES, settingsFor } from "../support/kernel-harness.ts";

const SETTINGS: Partial<Settings> = {
  numPriceLevels: 2,
  // Off the grid, where targets are rounded without exact arithmetic
  priceOffsetPerLevelPercent: 0.01013,
  orderSizeMultiplier: 5,
  maxPositionSize: 0.02,
  marginGuardEnabled: true,
  minAvailableBalanceForTrading: 100,
  marginGuardShutdownBreachS: 20,
  lossLimitSessionUsd: 30,
  repeatedExecutionLimit: 8,
  rateLimitHaltHits: 3,
  circuitBreakerMaxFailures: 3,
  operatorPresenceS: 20,
  flattenPositionOnShutdown: true,
  hardHedgeEnabled: true,
  hardHedgeMinIntervalS: 1,
  minRepriceIntervalS: 0.2,
};

type Step =
  | { readonly kind: "wait" | "settle" | "market" | "fill" | "gap" | "throttle" | "account"; readonly size: number }
  | { readonly kind: "reject"; readonly reason: RejectReason }
  | { readonly kind: "command"; readonly command: OperatorCommand }
  | { readonly kind: "latch"; readonly latch: LatchKind };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom("wait" as const, "settle" as const, "settle" as const, "market" as const, "fill" as const),
      size: fc.integer({ min: 0, max: 40 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("gap" as const, "throttle" as const, "account" as const),
      size: fc.integer({ min: 0, max: 40 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("reject" as const),
      reason: fc.constantFrom<RejectReason>("margin", "post-only", "unstated"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("command" as const),
      command: fc.constantFrom<OperatorCommand>(
        "pause",
        "resume",
        "resume",
        "reduce-only",
        "cancel-all",
        "flatten",
        "stop",
        "kill",
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("latch" as const),
      latch: fc.constantFrom<LatchKind>("repeated-execution", "session-loss", "day-loss", "drawdown"),
    }),
  },
);

const scene = fc.record({
  profile: fc.constantFrom("legacy" as const, "crypto" as const),
  latches: fc.constantFrom<readonly LatchKind[]>([], [], ["drawdown"]),
  steps: fc.array(step, { minLength: 1, maxLength: 20 }),
});

type Scene = typeof scene extends fc.Arbitrary<infer S> ? S : never;
type Place = Extract<Effect, { type: "place-order" }>;

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** A kernel on a market and a venue that do anything, with a look at every answer. */
class Scenario {
  readonly harness: KernelHarness;
  placed = 0;
  /** Orders that left while only reducing ones might. */
  reducing = 0;
  #centre = BID;
  #clears = 0;

  constructor({ profile, latches }: Scene) {
    const more = { isLive: true, carried: { latches, day: null } };
    this.harness = new KernelHarness(settingsFor(profile, SETTINGS), KERNEL_RULES, more);
    this.#watch();
    this.harness.account();
    this.#book(0);
  }

  act(one: Step): void {
    const { harness } = this;
    switch (one.kind) {
      case "wait":
        harness.wait(one.size * 100_000);
        return;
      case "settle":
        harness.settle();
        return;
      case "market":
        this.#book((one.size - 20) * 100);
        return;
      case "fill":
        this.#fill(one.size);
        return;
      case "gap":
        harness.gap();
        return;
      case "throttle":
        harness.send({ type: "venue-throttled", cause: one.size % 4 === 0 ? "maintenance" : "rate-limited" });
        return;
      case "account":
        harness.account(one.size < 10 ? { available: one.size * 20 } : {});
        return;
      case "reject":
        for (const { orderId, status } of harness.live())
          if (status === "in-flight") harness.send({ type: "order-rejected", orderId, reason: one.reason });
        return;
      case "command":
        harness.command(one.command);
        return;
      case "latch":
        this.#clears += 1;
        harness.send({
          type: "latch-cleared",
          commandId: `l${this.#clears}`,
          latch: one.latch,
          by: "Ada",
          reason: "?",
        });
    }
  }

  #book(shift: number): void {
    this.#centre = Math.max(BID / 2, this.#centre + shift);
    const bids = [this.#centre, 1_000, this.#centre - 10, 1_000];
    const asks = [this.#centre + ASK - BID, 1_000, this.#centre + ASK - BID + 10, 1_000];
    this.harness.snapshot(bids, asks);
  }

  #fill(at: number): void {
    const live = this.harness.live();
    const order = live[at % Math.max(1, live.length)];
    if (order) this.harness.fill(order, lots(Math.max(1, Math.ceil((order.sizeLots - order.filledLots) / 2))));
  }

  /** Looks at every answer of the kernel, with what it could do before. */
  #watch(): void {
    const { harness } = this;
    const { kernel } = harness;
    const send = harness.send.bind(harness);
    harness.send = (body, atUs) => {
      const { mayPlace, mayClose, isReduceOnly } = kernel.state;
      const before = { mayPlace, mayClose, isReduceOnly };
      const effects = send(body, atUs);
      this.#check(effects, before);
      if (body.type === "operator-commanded" && body.command === "cancel-all")
        must(
          effects.some(({ type }) => type === "cancel-all-orders"),
          "a cancel must always leave",
        );
      return effects;
    };
  }

  #check(effects: readonly Effect[], before: Pick<TradingState, "mayPlace" | "mayClose" | "isReduceOnly">): void {
    const { kernel } = this.harness;
    let isHalted = false;
    for (const effect of effects) {
      if (effect.type === "cancel-all-orders" && /^(?:halt|kill|stop)$/.test(effect.reason)) isHalted = true;
      if (effect.type === "record-risk-event" && effect.happening === "cleared") isHalted = false;
      if (effect.type !== "place-order") continue;
      this.placed += 1;
      if (effect.purpose === "close") must(before.mayClose, "nothing closes after a kill");
      else {
        must(before.mayPlace || kernel.state.mayPlace, `no ${effect.purpose} leaves where nothing may be placed`);
        must(!isHalted, `no ${effect.purpose} leaves after a halt`);
      }
      if (before.isReduceOnly && kernel.state.isReduceOnly) {
        this.reducing += 1;
        must(effect.reduceOnly, "while reducing only reducing orders leave");
      }
      this.#checkReduces(effect);
    }
    this.#checkAskedBack();
    this.#checkReach();
  }

  /** In a halt, a pause or after a kill no quote rests unasked. */
  #checkAskedBack(): void {
    const { orders, state } = this.harness.kernel;
    if (state.mayPlace) return;
    for (const { purpose, status } of orders.live())
      must(
        purpose === "close" || status === "cancelling" || status === "unresolved",
        `what may not be placed is asked back, was ${status} in ${state.name}`,
      );
  }

  #checkReduces({ side, reduceOnly, purpose }: Place): void {
    const { kernel } = this.harness;
    must(purpose === "quote" || reduceOnly, "what takes only reduces");
    if (!reduceOnly) return;
    const towards = signOf(side) * kernel.ledger.positionLots + kernel.orders.reservedLots(side, -1);
    must(towards <= 0, `a reducing order must not grow the position, was ${towards}`);
  }

  /** With every live order of a side filled, the position stays within its limit, or shrinks. */
  #checkReach(): void {
    const { ledger, limits, orders } = this.harness.kernel;
    const reach = (side: OrderSide): number => signOf(side) * ledger.positionLots + orders.reservedLots(side, -1);
    const isOver = (side: OrderSide, most: number): boolean =>
      orders.reservedLots(side, -1) > 0 && reach(side) > Math.max(0, most);
    must(!isOver("buy", limits.maxLongLots), "bids must not reach too far");
    must(!isOver("sell", limits.maxShortLots), "asks must not reach too far");
  }
}

function play(one: Scene): Scenario {
  const scenario = new Scenario(one);
  for (const each of one.steps) scenario.act(each);
  return scenario;
}

describe("the risk stage, in any market, at any venue, under any operator", () => {
  it("lets no order past a limit, a halt, a latch or a kill, and every cancel through", () => {
    let placed = 0;
    fc.assert(
      fc.property(scene, (one) => {
        placed += play(one).placed;
      }),
      { numRuns: 1_000 },
    );
    expect(placed).toBeGreaterThan(1_500);
  });

  it("lets only what shrinks the position leave while reducing", () => {
    let reducing = 0;
    const filled: Step[] = [0, 1].flatMap((size) => [
      { kind: "wait", size: 5 },
      { kind: "settle", size: 0 },
      { kind: "fill", size },
    ]);
    fc.assert(
      fc.property(scene, ({ profile, steps }) => {
        const more = steps.filter(({ kind }) => kind !== "command" && kind !== "latch");
        const all: Step[] = [...filled, { kind: "command", command: "reduce-only" }, ...more];
        reducing += play({ profile, latches: [], steps: all }).reducing;
      }),
      { numRuns: 1_000 },
    );
    expect(reducing).toBeGreaterThan(300);
  });

  it("ends every session that is killed once the venue confirms, and every one that is stopped, within its time", () => {
    let closed = 0;
    fc.assert(
      fc.property(scene, fc.constantFrom<OperatorCommand>("kill", "stop"), (one, command) => {
        const { harness } = play(one);
        harness.command(command);
        for (let at = 0; at < 45 && !(harness.kernel.state.isEnding && harness.live().length === 0); at += 1)
          harness.wait(1_000_000).settle();
        must(
          harness.kernel.state.isEnding,
          `a ${command} must end the session, was ${harness.kernel.state.reasons().join(" ")}`,
        );
        must(harness.live().length === 0, "no own order may be left");
        if (harness.ofType("place-order").some(({ purpose }) => purpose === "close")) closed += 1;
        const before = harness.ofType("place-order").length;
        harness.wait(5_000_000);
        must(harness.ofType("place-order").length === before, "nothing is placed after the end");
      }),
      { numRuns: 1_000 },
    );
    expect(closed).toBeGreaterThan(20);
  });

  it("quotes nothing while a latch of an earlier session holds", () => {
    let looked = 0;
    fc.assert(
      fc.property(scene, ({ profile, steps }) => {
        const { harness } = play({
          profile,
          latches: ["drawdown"],
          steps: steps.filter(({ kind }) => kind !== "latch"),
        });
        looked += harness.codes().filter((code) => code === "skip_halted").length;
        must(harness.ofType("place-order").length === 0, "nothing is placed under a latch by a flat session");
      }),
      { numRuns: 1_000 },
    );
    expect(looked).toBeGreaterThan(1_000);
  });
});
