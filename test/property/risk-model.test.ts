import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OperatorCommand } from "../../main/kernel/events.ts";
import { OrderManager, type Order } from "../../main/kernel/orders/order-manager.ts";
import { leastOrderLots, limitsOf, type Limits } from "../../main/kernel/risk/limits.ts";
import { allowedSize } from "../../main/kernel/risk/order-sizing.ts";
import { denialOf, takingDenialOf, type Proposal } from "../../main/kernel/risk/risk-manager.ts";
import { TradingState } from "../../main/kernel/risk/trading-state.ts";
import { marketScale } from "../../main/kernel/values/market-rules.ts";
import { lots, micros, signOf, ticks, type OrderSide } from "../../main/kernel/values/units.ts";
import { KERNEL_RULES, settingsFor } from "../support/kernel-harness.ts";

/** One tick times one lot is a dollar; the mid is 1 000. */
const SCALE = marketScale({ ...KERNEL_RULES, tickSize: "1", lotSize: "1", minNotional: "2000" });
const MID_HALF_TICKS = 2_000;

const limit = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60_000 }));
const limitsArbitrary = fc
  .record({
    maxPositionSize: fc.integer({ min: 1, max: 50 }),
    maxLongPositionSize: fc.integer({ min: 0, max: 50 }),
    maxShortPositionSize: fc.integer({ min: 0, max: 50 }),
    maxOrderNotionalUsd: limit,
    maxPositionNotionalUsd: limit,
    grossExposureLimitUsd: limit,
    priceCollarBps: fc.constantFrom(10, 200, 2_000),
  })
  .map((changes) => limitsOf(settingsFor("legacy", changes), SCALE));

const side = fc.constantFrom<OrderSide>("buy", "sell");
/** A strategy gone mad: any side, size and price. */
const proposal = fc.record({
  side,
  priceTicks: fc.oneof(fc.integer({ min: 990, max: 1_010 }), fc.integer({ min: -10, max: 3_000 })).map(ticks),
  sizeLots: fc.integer({ min: -3, max: 60 }).map(lots),
});

interface Proposing {
  readonly kind: "propose" | "propose-sized";
  readonly proposal: Omit<Proposal, "slotIndex">;
}

/** What happens to orders and account without a strategy. */
type Happening =
  | { readonly kind: "fill" | "cancel"; readonly at: number; readonly sizeLots: number }
  | { readonly kind: "command"; readonly command: OperatorCommand };

type Step = Proposing | Happening;

function isProposing(step: Step): step is Proposing {
  return step.kind === "propose" || step.kind === "propose-sized";
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom("propose" as const, "propose-sized" as const), proposal }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("fill" as const, "fill" as const, "cancel" as const),
      at: fc.nat(),
      sizeLots: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("command" as const),
      command: fc.constantFrom<OperatorCommand>("pause", "resume", "reduce-only", "resume", "stop", "kill"),
    }),
  },
);

/** An account that proposals of any kind try to get past the last word. */
class World {
  readonly orders = new OrderManager(500);
  readonly state = new TradingState();
  readonly limits: Limits;
  position: number;
  #slot = 0;
  #commands = 0;

  constructor(limits: Limits, position: number) {
    this.limits = limits;
    this.position = position;
  }

  sideLots(one: OrderSide): number {
    return this.orders.reservedLots(one, -1);
  }

  /** Tries to place; true when it was let through. */
  propose(wanted: Omit<Proposal, "slotIndex">): boolean {
    const proposed: Proposal = { ...wanted, slotIndex: this.#slot };
    const { state, limits, position } = this;
    if (denialOf(proposed, state, limits, position, this.orders.live(), MID_HALF_TICKS) !== null) return false;
    const slot = { side: wanted.side, level: 0 };
    const order = this.orders.open(slot, this.#slot, wanted.priceTicks, wanted.sizeLots, micros(0));
    this.orders.apply(order, "accepted");
    this.#slot += 1;
    return true;
  }

  sized(wanted: Omit<Proposal, "slotIndex">): Omit<Proposal, "slotIndex"> {
    const openLots = this.sideLots("buy") + this.sideLots("sell");
    const exposure = { positionLots: this.position, reservedLots: this.sideLots(wanted.side), openLots };
    const isReduceOnly = this.state.isReduceOnly;
    const size = allowedSize(this.limits, wanted.side, wanted.sizeLots, exposure, MID_HALF_TICKS, isReduceOnly);
    return { ...wanted, sizeLots: lots(size.lots) };
  }

  act(one: Happening): void {
    if (one.kind === "command") {
      this.#commands += 1;
      this.state.command(`c${this.#commands}`, one.command);
      return;
    }
    const live = [...this.orders.live()];
    const order = live[one.at % Math.max(1, live.length)];
    if (order === undefined) return;
    if (one.kind === "cancel") this.orders.apply(order, "cancelled");
    else this.#fill(order, one.sizeLots);
  }

  #fill(order: Order, sizeLots: number): void {
    const filled = Math.min(sizeLots, order.sizeLots - order.filledLots);
    order.filledLots += filled;
    this.position += signOf(order.side) * filled;
    if (order.filledLots === order.sizeLots) this.orders.apply(order, "filled");
  }
}

/** How far beyond the tightest limit the position would be if every order of the worse side filled at once; 0 or less = within. */
function overreach(world: World): number {
  let worst = -Infinity;
  const { limits, position } = world;
  const most = (cap: Limits["positionNotional"]): number =>
    cap === null ? Infinity : Number(cap.money / (BigInt(MID_HALF_TICKS / 2) * SCALE.tickLotMoney));
  for (const one of ["buy", "sell"] as const) {
    if (world.sideLots(one) === 0) continue;
    const reached = signOf(one) * position + world.sideLots(one);
    const sideMost = one === "buy" ? limits.maxLongLots : limits.maxShortLots;
    // What only shrinks the position is within every limit
    if (reached <= 0) continue;
    const tightest = Math.min(sideMost, most(limits.positionNotional), most(limits.grossNotional));
    worst = Math.max(worst, reached - tightest);
  }
  return worst;
}

const start = fc.record({ limits: limitsArbitrary, position: fc.integer({ min: -60, max: 60 }) });
const steps = fc.array(step, { minLength: 1, maxLength: 60 });

describe("the last word on orders, against any strategy", () => {
  it("holds every limit if all orders of a side fill at once", () => {
    fc.assert(
      fc.property(start, steps, ({ limits, position }, sequence) => {
        const world = new World(limits, position);
        for (const one of sequence) {
          if (isProposing(one)) world.propose(one.kind === "propose" ? one.proposal : world.sized(one.proposal));
          else world.act(one);
          expect(overreach(world)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("lets only orders of a valid size, within the collar and clear of the other side's pass", () => {
    fc.assert(
      fc.property(start, steps, ({ limits, position }, sequence) => {
        const world = new World(limits, position);
        for (const one of sequence) {
          if (one.kind !== "propose") continue;
          const { priceTicks, sizeLots } = one.proposal;
          if (!world.propose(one.proposal)) continue;
          expect(sizeLots).toBeGreaterThanOrEqual(leastOrderLots(limits, MID_HALF_TICKS));
          expect(Math.abs(priceTicks - 1_000) * 10).toBeLessThanOrEqual(limits.collarBps);
          if (limits.orderNotional !== null)
            expect(sizeLots * 1_000).toBeLessThanOrEqual(Number(limits.orderNotional.money / 10n ** 18n));
          const bids = [...world.orders.live()]
            .filter((order) => order.side === "buy")
            .map((order) => order.priceTicks);
          const asks = [...world.orders.live()]
            .filter((order) => order.side === "sell")
            .map((order) => order.priceTicks);
          expect(Math.max(-Infinity, ...bids)).toBeLessThan(Math.min(Infinity, ...asks));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("lets nothing pass where nothing may be placed, and nothing that grows the position while reducing", () => {
    const ways = fc.constantFrom<OperatorCommand>("pause", "cancel-all", "reduce-only", "stop", "kill");
    fc.assert(
      fc.property(start, steps, ways, ({ limits, position }, sequence, command) => {
        const world = new World(limits, position);
        for (const one of sequence) if (one.kind === "propose-sized") world.propose(world.sized(one.proposal));
        world.state.command("last", command);
        const before = world.orders.liveCount;
        for (const one of sequence) {
          if (!isProposing(one)) continue;
          const passed = world.propose(one.kind === "propose" ? one.proposal : world.sized(one.proposal));
          if (command !== "reduce-only") expect(passed).toBe(false);
          else if (passed) {
            const reached = signOf(one.proposal.side) * world.position + world.sideLots(one.proposal.side);
            expect(reached).toBeLessThanOrEqual(0);
          }
        }
        if (command !== "reduce-only") expect(world.orders.liveCount).toBe(before);
      }),
      { numRuns: 1_000 },
    );
  });

  it("never denies what sizing allowed, but for price and least size", () => {
    fc.assert(
      fc.property(start, steps, ({ limits, position }, sequence) => {
        const world = new World(limits, position);
        for (const one of sequence) {
          if (!isProposing(one)) {
            if (one.kind !== "command") world.act(one);
            continue;
          }
          const sized = world.sized(one.proposal);
          const denied = denialOf(
            { ...sized, slotIndex: 499 },
            world.state,
            limits,
            world.position,
            world.orders.live(),
            MID_HALF_TICKS,
          );
          expect([null, "min_size", "price_collar", "self_match"]).toContain(denied);
          world.propose(sized);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("lets only what shrinks the position take, within the collar, clear of own orders, and nothing after a kill", () => {
    const purpose = fc.constantFrom("close" as const, "hedge" as const);
    let passed = 0;
    fc.assert(
      fc.property(start, steps, purpose, ({ limits, position }, sequence, wanted) => {
        const world = new World(limits, position);
        for (const one of sequence) {
          if (!isProposing(one)) {
            world.act(one);
            continue;
          }
          if (one.kind === "propose-sized") world.propose(world.sized(one.proposal));
          const taking: Proposal = { ...one.proposal, slotIndex: 499 };
          const live = [...world.orders.live()];
          const denied = takingDenialOf(taking, wanted, world.state, limits, world.position, live, MID_HALF_TICKS);
          if (denied !== null) continue;
          passed += 1;
          expect(world.state.isKilled).toBe(false);
          if (wanted === "hedge") expect(world.state.mayPlace).toBe(true);
          const { side: taken, priceTicks, sizeLots } = taking;
          expect(sizeLots).toBeGreaterThan(0);
          expect(signOf(taken) * world.position + world.sideLots(taken) + sizeLots).toBeLessThanOrEqual(0);
          expect(Math.abs(priceTicks - 1_000) * 10).toBeLessThanOrEqual(limits.collarBps);
          for (const own of live.filter((order) => order.side !== taken))
            expect(signOf(taken) * (priceTicks - own.priceTicks)).toBeLessThan(0);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(passed).toBeGreaterThan(50);
  });

  it("denies everything without a mid", () => {
    const limits = limitsOf(settingsFor("legacy"), SCALE);
    const wanted = { side: "buy" as const, priceTicks: ticks(1_000), sizeLots: lots(5), slotIndex: 0 };
    expect(denialOf(wanted, new TradingState(), limits, 0, [], null)).toBe("no_price");
  });

  it.each([
    [998, null],
    [1_000, "self_match"],
    [1_001, "self_match"],
  ] as const)("a buy at %d against an own sell at 1 000 is denied for: %s", (price, denied) => {
    const world = new World(limitsOf(settingsFor("legacy", { maxPositionSize: 50 }), SCALE), 0);
    expect(world.propose({ side: "sell", priceTicks: ticks(1_000), sizeLots: lots(5) })).toBe(true);
    const wanted = { side: "buy" as const, priceTicks: ticks(price), sizeLots: lots(5), slotIndex: 9 };
    expect(denialOf(wanted, world.state, world.limits, 0, world.orders.live(), MID_HALF_TICKS)).toBe(denied);
  });

  it.each([
    [980, null],
    [979, "price_collar"],
    [1_020, null],
    [1_021, "price_collar"],
  ] as const)("a price of %d under a collar of 200 bps around 1 000 is denied for: %s", (price, denied) => {
    const limits = limitsOf(settingsFor("legacy", { maxPositionSize: 50, priceCollarBps: 200 }), SCALE);
    const wanted = { side: "buy" as const, priceTicks: ticks(price), sizeLots: lots(5), slotIndex: 0 };
    expect(denialOf(wanted, new TradingState(), limits, 0, [], MID_HALF_TICKS)).toBe(denied);
  });
});
