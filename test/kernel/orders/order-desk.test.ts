import { describe, expect, it } from "vitest";
import type { Effect } from "../../../main/kernel/effects.ts";
import type { OrderEvent } from "../../../main/kernel/events.ts";
import { OrderDesk } from "../../../main/kernel/orders/order-desk.ts";
import { OrderManager, SWEEP_AFTER_US, type Order } from "../../../main/kernel/orders/order-manager.ts";
import { lots, micros, money, ticks } from "../../../main/kernel/values/units.ts";
import { EffectTap } from "../../support/effect-tap.ts";

type Report = OrderEvent extends infer E
  ? E extends OrderEvent
    ? Omit<E, "seq" | "tsEvent" | "tsInit">
    : never
  : never;

class Desk {
  readonly orders = new OrderManager(4);
  readonly effects: Effect[] = [];
  readonly desk = new OrderDesk(this.orders, new EffectTap((effect) => this.effects.push(effect)));
  nowUs = 1_000;

  place(slotIndex = 0, sizeLots = 10): Order {
    const side = slotIndex % 2 === 0 ? ("buy" as const) : ("sell" as const);
    return this.desk.place({ side, level: 0 }, slotIndex, ticks(100), lots(sizeLots), false, micros(this.nowUs));
  }

  report(report: Report, atUs = this.nowUs): ReturnType<OrderDesk["report"]> {
    return this.desk.report({ ...report, seq: 1, tsEvent: micros(0), tsInit: micros(atUs) }, micros(atUs));
  }

  accept(order: Order): this {
    this.report({ type: "order-accepted", orderId: order.orderId, venueOrderId: "v" });
    return this;
  }

  fill(order: Order, sizeLots: number, tradeId: string): ReturnType<OrderDesk["report"]> {
    return this.report({
      type: "order-filled",
      orderId: order.orderId,
      tradeId,
      priceTicks: ticks(100),
      sizeLots: lots(sizeLots),
      liquidity: "maker",
      fee: money(0n),
    });
  }

  /** Requests that left since the last call, short. */
  requests(): string[] {
    const sent = this.effects.flatMap((effect) => {
      switch (effect.type) {
        case "place-order":
        case "query-order":
          return [`${effect.type} ${effect.orderId}`];
        case "cancel-order":
          return [`cancel-order ${effect.orderId} ${effect.reason}`];
        case "cancel-all-orders":
          return [`cancel-all-orders ${effect.reason}`];
        default:
          return [];
      }
    });
    this.effects.length = 0;
    return sent;
  }

  reserved(): number {
    return this.orders.reservedLots("buy", -1);
  }
}

describe("order desk", () => {
  it("reserves an order's size from the moment it is sent until the venue confirms its end", () => {
    const desk = new Desk();
    const order = desk.place();
    expect(desk.reserved()).toBe(10);
    desk.accept(order);
    desk.fill(order, 4, "t1");
    expect(desk.reserved()).toBe(6);
    desk.desk.cancel(order, "reprice", micros(2_000));
    expect(desk.reserved()).toBe(6);
    desk.report({ type: "order-unresolved", orderId: order.orderId, request: "cancel" });
    expect(desk.reserved()).toBe(6);
    desk.report({ type: "order-cancelled", orderId: order.orderId, cause: "requested" });
    expect(desk.reserved()).toBe(0);
    expect(desk.orders.inSlot(0)).toBeNull();
  });

  it("asks once for a cancel, however often it is told to", () => {
    const desk = new Desk();
    const order = desk.place();
    desk.accept(order);
    desk.requests();
    for (let i = 0; i < 3; i += 1) desk.desk.cancel(order, "reprice", micros(2_000));
    expect(desk.requests()).toEqual(["cancel-order 1 reprice"]);
  });

  it("lets a terminal report before the placement's answer win", () => {
    const desk = new Desk();
    const order = desk.place();
    desk.fill(order, 10, "t1");
    expect(order.status).toBe("filled");
    desk.accept(order);
    expect(order.status).toBe("filled");
    expect(desk.orders.liveCount).toBe(0);
  });

  it("keeps a cancel that overtook its placement's answer", () => {
    const desk = new Desk();
    const order = desk.place();
    desk.desk.cancel(order, "operator", micros(2_000));
    desk.accept(order);
    expect(order.status).toBe("cancelling");
  });

  it("asks what became of an order whose cancel the venue does not understand", () => {
    const desk = new Desk();
    const order = desk.place();
    desk.accept(order).desk.cancel(order, "reprice", micros(2_000));
    desk.requests();
    desk.report({ type: "cancel-rejected", orderId: order.orderId, reason: "unknown-order" });
    expect(order.status).toBe("unresolved");
    expect(desk.requests()).toEqual(["query-order 1"]);
    expect(desk.reserved()).toBe(10);
    desk.report({ type: "order-reconciled", orderId: order.orderId, venueStatus: "cancelled" });
    expect(order.status).toBe("cancelled");
  });

  it("lets an order whose cancel was refused rest, so that it can be asked for again", () => {
    const desk = new Desk();
    const order = desk.place();
    desk.accept(order).desk.cancel(order, "reprice", micros(2_000));
    desk.report({ type: "cancel-rejected", orderId: order.orderId, reason: "unstated" });
    desk.requests();
    desk.desk.cancel(order, "toxicity", micros(3_000));
    expect(desk.requests()).toEqual([]);
    desk.desk.cancel(order, "toxicity", micros(1_000_000));
    expect(desk.requests()).toEqual(["cancel-order 1 toxicity"]);
  });

  it("asks for the cancel of all whatever was refused a moment ago", () => {
    const desk = new Desk();
    const order = desk.place();
    desk.accept(order).desk.cancel(order, "reprice", micros(2_000));
    desk.report({ type: "cancel-rejected", orderId: order.orderId, reason: "unstated" });
    desk.requests();
    desk.desk.cancelAll("kill", micros(2_001));
    expect(desk.requests()).toEqual(["cancel-all-orders kill"]);
    expect(order.status).toBe("cancelling");
  });

  it("counts a fill after the confirmed cancel, and a complete one ends the order as filled", () => {
    const desk = new Desk();
    const order = desk.place();
    desk.accept(order).desk.cancel(order, "reprice", micros(2_000));
    desk.report({ type: "order-cancelled", orderId: order.orderId, cause: "requested" });
    expect(desk.fill(order, 4, "t1").kind).toBe("filled");
    expect(order.status).toBe("cancelled");
    expect(desk.fill(order, 6, "t2").kind).toBe("filled");
    expect(order.status).toBe("filled");
    expect([desk.reserved(), desk.orders.liveCount]).toEqual([0, 0]);
  });

  it("does not touch the slot's next order when a late fill completes the last one", () => {
    const desk = new Desk();
    const first = desk.place();
    desk.report({ type: "order-cancelled", orderId: first.orderId, cause: "venue" });
    const second = desk.place();
    desk.fill(first, 10, "t1");
    expect(desk.orders.inSlot(0)).toBe(second);
    expect(desk.reserved()).toBe(10);
  });

  it("counts an execution once", () => {
    const desk = new Desk();
    const order = desk.place();
    desk.accept(order);
    expect(desk.fill(order, 4, "t1").kind).toBe("filled");
    expect(desk.fill(order, 4, "t1").kind).toBe("duplicate-fill");
    expect(order.filledLots).toBe(4);
  });

  it("takes nothing from a fill without a size, or of a size beyond all sense", () => {
    const desk = new Desk();
    const order = desk.place();
    desk.accept(order);
    for (const size of [0, -3, Number.MAX_SAFE_INTEGER])
      expect(desk.fill(order, size, `t${size}`).kind).toBe("nothing");
    expect([order.filledLots, desk.reserved()]).toEqual([0, 10]);
  });

  it("keeps the reason that ended an order when a later rejection comes", () => {
    const desk = new Desk();
    const order = desk.place();
    desk.accept(order).desk.cancel(order, "toxicity", micros(2_000));
    desk.report({ type: "order-cancelled", orderId: order.orderId, cause: "requested" });
    desk.report({ type: "order-rejected", orderId: order.orderId, reason: "post-only" });
    expect([order.status, order.reason]).toEqual(["cancelled", "toxicity"]);
  });

  it("counts a placement as accepted once, also when its cancel was lost and it is found at rest again", () => {
    const desk = new Desk();
    const order = desk.place();
    expect(desk.report({ type: "order-accepted", orderId: order.orderId, venueOrderId: "v" }).kind).toBe("accepted");
    desk.desk.cancel(order, "reprice", micros(2_000));
    desk.desk.sweep(micros(2_000 + SWEEP_AFTER_US));
    const found = desk.report({ type: "order-reconciled", orderId: order.orderId, venueStatus: "resting" });
    expect([order.status, found.kind]).toEqual(["resting", "found-resting"]);
  });

  it("says which orders it does not know", () => {
    const desk = new Desk();
    expect(desk.report({ type: "order-accepted", orderId: 99, venueOrderId: "v" }).kind).toBe("unknown-order");
  });

  describe("sweep", () => {
    it.each(["in-flight", "cancelling"] as const)(
      "asks the venue about a %s order after ten silent seconds",
      (status) => {
        const desk = new Desk();
        const order = desk.place();
        if (status === "cancelling") desk.accept(order).desk.cancel(order, "reprice", micros(desk.nowUs));
        desk.requests();
        expect(desk.desk.sweep(micros(desk.nowUs + SWEEP_AFTER_US - 1))).toEqual([]);
        expect(desk.desk.sweep(micros(desk.nowUs + SWEEP_AFTER_US))).toEqual([order]);
        expect([order.status, desk.reserved()]).toEqual(["unresolved", 10]);
        expect(desk.requests()).toEqual(["query-order 1"]);
      },
    );

    it("asks again and again, and tells once", () => {
      const desk = new Desk();
      const order = desk.place();
      desk.desk.sweep(micros(desk.nowUs + SWEEP_AFTER_US));
      desk.requests();
      expect(desk.desk.sweep(micros(desk.nowUs + 2 * SWEEP_AFTER_US - 1))).toEqual([]);
      expect(desk.requests()).toEqual([]);
      expect(desk.desk.sweep(micros(desk.nowUs + 2 * SWEEP_AFTER_US))).toEqual([]);
      expect(desk.requests()).toEqual(["query-order 1"]);
      expect(order.status).toBe("unresolved");
    });

    it("leaves resting orders alone", () => {
      const desk = new Desk();
      desk.accept(desk.place());
      expect(desk.desk.sweep(micros(1e12))).toEqual([]);
    });

    it.each([
      ["resting", "resting"],
      ["cancelled", "cancelled"],
      ["never-arrived", "cancelled"],
    ] as const)("ends the doubt with what the venue says: %s", (venueStatus, status) => {
      const desk = new Desk();
      const order = desk.place();
      desk.desk.sweep(micros(desk.nowUs + SWEEP_AFTER_US));
      desk.report({ type: "order-reconciled", orderId: order.orderId, venueStatus });
      expect(order.status).toBe(status);
    });

    it("keeps an order reserved that the venue calls filled until its executions have come", () => {
      const desk = new Desk();
      const order = desk.place();
      desk.desk.sweep(micros(desk.nowUs + SWEEP_AFTER_US));
      desk.report({ type: "order-reconciled", orderId: order.orderId, venueStatus: "filled" });
      expect([order.status, desk.reserved()]).toEqual(["unresolved", 10]);
      desk.fill(order, 10, "t1");
      expect([order.status, desk.reserved()]).toEqual(["filled", 0]);
    });
  });

  it("cancels everything with one request, and asks even when it knows of nothing", () => {
    const desk = new Desk();
    const one = desk.place(0);
    const other = desk.place(1);
    desk.accept(one);
    desk.requests();
    desk.desk.cancelAll("kill", micros(5_000));
    expect([one.status, other.status]).toEqual(["cancelling", "cancelling"]);
    expect(desk.requests()).toEqual(["cancel-all-orders kill"]);
    expect(new Desk().desk.cancelAll("kill", micros(1))).toBeUndefined();
    const empty = new Desk();
    empty.desk.cancelAll("kill", micros(1));
    expect(empty.requests()).toEqual(["cancel-all-orders kill"]);
  });

  it("refuses a second order in a slot", () => {
    const desk = new Desk();
    desk.place(0);
    expect(() => desk.place(0)).toThrow(/already holds an order/);
  });

  it("remembers a bounded number of ended orders and of executions over 100 000 orders", () => {
    const desk = new Desk();
    for (let i = 0; i < 100_000; i += 1) {
      const order = desk.place();
      desk.fill(order, 10, `t${i}`);
      desk.effects.length = 0;
    }
    expect(desk.orders.liveCount).toBe(0);
    const remembered = Array.from({ length: 100_000 }, (_, at) => at + 1).filter((id) => desk.orders.find(id) !== null);
    expect(remembered.length).toBeLessThanOrEqual(1024);
    expect(remembered.at(-1)).toBe(100_000);
    // The oldest executions are forgotten, the newest are not
    expect(desk.orders.isNewTrade("t0")).toBe(true);
    expect(desk.orders.isNewTrade("t99999")).toBe(false);
  });
});
