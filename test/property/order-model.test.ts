import fc from "fast-check";
import { expect, it } from "vitest";
import { OrderDesk } from "../../main/kernel/orders/order-desk.ts";
import { OrderManager, SWEEP_AFTER_US } from "../../main/kernel/orders/order-manager.ts";
import { isLive } from "../../main/kernel/orders/order-status.ts";
import { lots, micros, ticks } from "../../main/kernel/values/units.ts";
import { EffectTap } from "../support/effect-tap.ts";
import { LossyVenue, stamped } from "../support/lossy-venue.ts";

const SLOTS = 4;

/** The desk under test, and the venue that it only hears of. */
class System {
  readonly venue = new LossyVenue();
  readonly orders = new OrderManager(SLOTS);
  readonly desk: OrderDesk;
  nowUs = 0;

  constructor() {
    this.desk = new OrderDesk(
      this.orders,
      new EffectTap((effect) => {
        if (!effect.type.startsWith("record-")) this.venue.requests.push(effect);
      }),
    );
  }

  deliver(at: number, isTwice: boolean): void {
    const [report] = this.venue.reports.splice(at, 1);
    if (report === undefined) return;
    this.desk.report(stamped(report, this.nowUs), micros(this.nowUs));
    if (isTwice) this.desk.report(stamped(report, this.nowUs), micros(this.nowUs));
  }

  /** Everything gets through from now on: asks all back, then lets silence be swept and answered until nothing changes. */
  converge(): void {
    for (let round = 0; round < 6; round += 1) {
      // A late answer may say "resting" of what is gone by now: it is asked back again, as every look would do
      this.desk.cancelAll("stop", micros(this.nowUs));
      while (this.venue.requests.length > 0) this.venue.handleRequest(false);
      while (this.venue.reports.length > 0) this.deliver(0, false);
      this.nowUs += SWEEP_AFTER_US;
      this.desk.sweep(micros(this.nowUs));
    }
  }
}

/** What the model knows: how much each order was told to have filled, by execution. */
interface Model {
  readonly told: Map<number, Map<string, number>>;
}

function check(model: Model, system: System): void {
  const { orders, venue } = system;
  const inTransit = new Set(
    venue.requests.flatMap((request) => (request.type === "place-order" ? [request.orderId] : [])),
  );
  const slots = new Set<number>();
  for (const order of orders.live()) {
    expect(isLive(order.status)).toBe(true);
    expect(slots.has(order.slotIndex)).toBe(false);
    expect(orders.inSlot(order.slotIndex)).toBe(order);
    expect(order.sizeLots - order.filledLots).toBeGreaterThan(0);
    slots.add(order.slotIndex);
  }
  for (const [orderId, order] of venue.orders) {
    const known = orders.find(orderId);
    // What may still fill is reserved, whatever was lost
    if (order.isOpen || inTransit.has(orderId)) expect(known !== null && isLive(known.status)).toBe(true);
    const told = [...(model.told.get(orderId)?.values() ?? [])].reduce((sum, size) => sum + size, 0);
    expect(known?.filledLots ?? told).toBe(told);
  }
}

type OrderCommand = fc.Command<Model, System>;

function command(name: string, act: (model: Model, system: System) => void): OrderCommand {
  return {
    check: () => true,
    run: (model, system) => {
      act(model, system);
      check(model, system);
    },
    toString: () => name,
  };
}

const slotArbitrary = fc.nat({ max: SLOTS - 1 });
const place = fc.tuple(slotArbitrary, fc.integer({ min: 1, max: 9 })).map(([slot, size]) =>
  command(`place ${size} in ${slot}`, (_model, { desk, orders, nowUs }) => {
    if (orders.inSlot(slot) !== null) return;
    const side = slot % 2 === 0 ? ("buy" as const) : ("sell" as const);
    desk.place({ side, level: slot >> 1 }, slot, ticks(100), lots(size), false, micros(nowUs));
  }),
);
const cancel = slotArbitrary.map((slot) =>
  command(`cancel ${slot}`, (_model, { desk, orders, nowUs }) => {
    const order = orders.inSlot(slot);
    if (order !== null) desk.cancel(order, "reprice", micros(nowUs));
  }),
);
const cancelAll = fc.constant(
  command("cancel all", (_model, { desk, nowUs }) => {
    desk.cancelAll("operator", micros(nowUs));
  }),
);
const sweep = fc.nat({ max: SWEEP_AFTER_US * 2 }).map((us) =>
  command(`sweep after ${us}`, (_model, system) => {
    system.nowUs += us;
    system.desk.sweep(micros(system.nowUs));
  }),
);
const request = fc.boolean().map((isLost) =>
  command(isLost ? "lose request" : "handle request", (_model, { venue }) => {
    venue.handleRequest(isLost);
  }),
);
const match = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 9 })).map(([at, size]) =>
  command(`match ${size} of ${at}`, (_model, { venue }) => {
    const ids = [...venue.orders.keys()];
    const orderId = ids[at % Math.max(1, ids.length)];
    if (orderId !== undefined) venue.match(orderId, size);
  }),
);
/** Reports come late, in any order, twice, or never; executions only late: nothing but the venue's list of them could tell of a lost one. */
const report = fc.tuple(fc.nat(), fc.constantFrom("once", "once", "twice", "lost")).map(([index, how]) =>
  command(`report ${index} ${how}`, (model, system) => {
    const { reports } = system.venue;
    if (reports.length === 0) return;
    const at = index % reports.length;
    const one = reports[at];
    if (how === "lost") {
      if (one?.type !== "order-filled") reports.splice(at, 1);
      return;
    }
    if (one?.type === "order-filled") {
      const told = model.told.get(one.orderId) ?? new Map<string, number>();
      told.set(one.tradeId, one.sizeLots);
      model.told.set(one.orderId, told);
    }
    system.deliver(at, how === "twice");
  }),
);

const commands = fc.commands(
  [place, place, cancel, cancelAll, sweep, request, request, request, match, report, report, report],
  { maxCommands: 80, size: "max" },
);

it("keeps what may still fill reserved, counts every execution once, and agrees with the venue once everything gets through", () => {
  fc.assert(
    fc.property(commands, (sequence) => {
      const system = new System();
      fc.modelRun(() => ({ model: { told: new Map() }, real: system }), sequence);
      system.converge();
      expect([...system.orders.live()].map(({ orderId, status }) => [orderId, status])).toEqual([]);
      for (const orderId of system.venue.orders.keys()) {
        expect(system.orders.find(orderId)?.filledLots).toBe(system.venue.filled(orderId));
      }
    }),
    { numRuns: 500 },
  );
});
