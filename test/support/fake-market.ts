/** A made-up BTC market with a made-up quoter on it, for the console's tests and for work on the screens. Deterministic: the same seed and steps give the same numbers. */

export type FakeSide = "buy" | "sell";
export type FakeState = "ACTIVE" | "PAUSED" | "REDUCING" | "KILLED";

export interface FakeOrder {
  orderId: number;
  side: FakeSide;
  level: number;
  ticks: number;
  lots: number;
  aheadLots: number;
  status: "in-flight" | "resting" | "cancelling" | "unresolved";
  placedUs: number;
}

export interface FakeParts {
  anchorTicks: number;
  offsetBps: number;
  regimeBps: number;
  skewBps: number;
  fundingBps: number;
  targetTicks: number;
  finalTicks: number;
}

export interface FakeSlot {
  readonly side: FakeSide;
  readonly level: number;
  order: FakeOrder | null;
  code: string | null;
  detail: string | null;
  reading: number | null;
  bound: number | null;
  decidedUs: number | null;
  nextLookUs: number;
  parts: FakeParts | null;
}

export interface FakeFill {
  id: number;
  atUs: number;
  side: FakeSide;
  level: number;
  ticks: number;
  lots: number;
  /** Millionths of a dollar, positive = paid. */
  feeMicroUsd: number;
  edgeBps: number;
  positionLots: number;
  isDurable: boolean;
}

export interface FakeDecision {
  id: number;
  atUs: number;
  slot: string;
  code: string;
  count: number;
  text: string;
}

export const STEP_US = 100_000;
export const MAX_POSITION_LOTS = 400;
const LOOK_EVERY_US = 400_000;
const MAX_AGE_US = 20_000_000;
const WARM_UP_US = 2_000_000;
const SPREAD_TICKS = 1;
/** A tick of 0.1 USD times a lot of 0.001 BTC. */
const MICRO_USD_PER_TICK_LOT = 100;

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class FakeMarket {
  readonly startedUs: number;
  us: number;
  state: FakeState = "ACTIVE";
  bestBidTicks = 612_344;
  lastTrade: { ticks: number; lots: number; aggressor: FakeSide; atUs: number } | null = null;
  readonly traded = new Map<number, { buy: number; sell: number }>();
  readonly slots: FakeSlot[];
  readonly fills: FakeFill[] = [];
  readonly decisions: FakeDecision[] = [];
  /** Decisions that came or changed since the last take. */
  readonly changedDecisions = new Set<FakeDecision>();
  positionLots = 0;
  spreadCaptureMicroUsd = 0;
  inventoryMicroUsd = 0;
  feesMicroUsd = 0;
  entryTicks: number | null = null;
  placements = 0;
  cancels = 0;
  quotedUs = 0;
  volBps = 6;
  driftBps = 0;
  imbalance = 0;
  flow = 0;
  isStale = false;
  bookUs: number;
  offsetBps: number;
  readonly #random: () => number;
  #nextOrderId = 1;
  #nextDecisionId = 1;
  #toxicUntilUs = 0;

  constructor(seed: number, startedUs: number, offsetBps: number) {
    this.#random = randomOf(seed);
    this.startedUs = startedUs;
    this.us = startedUs;
    this.bookUs = startedUs;
    this.offsetBps = offsetBps;
    this.slots = (["buy", "sell"] as const).flatMap((side) =>
      [0, 1].map((level) => ({
        side,
        level,
        order: null,
        code: null,
        detail: null,
        reading: null,
        bound: null,
        decidedUs: null,
        nextLookUs: startedUs + 100_000 * (level + (side === "sell" ? 2 : 0)),
        parts: null,
      })),
    );
  }

  get bestAskTicks(): number {
    return this.bestBidTicks + SPREAD_TICKS;
  }

  get orders(): FakeOrder[] {
    return this.slots.flatMap((slot) => (slot.order === null ? [] : [slot.order]));
  }

  /** Steps 100 ms of session time. */
  step(): void {
    this.us += STEP_US;
    this.#settleOrders();
    if (!this.isStale) {
      this.bookUs = this.us;
      this.#moveMarket();
      this.#printTrade();
    }
    for (const slot of this.slots) {
      if (this.us >= slot.nextLookUs) this.#look(slot);
    }
    const rests = (side: FakeSide): boolean => this.orders.some((order) => order.side === side);
    if (rests("buy") && rests("sell")) this.quotedUs += STEP_US;
  }

  cancelAll(): void {
    for (const order of this.orders) {
      if (order.status === "unresolved") continue;
      order.status = "cancelling";
      this.cancels += 1;
    }
  }

  #settleOrders(): void {
    for (const slot of this.slots) {
      if (slot.order?.status === "in-flight") slot.order.status = "resting";
      else if (slot.order?.status === "cancelling") slot.order = null;
    }
    for (const fill of this.fills.slice(-5)) fill.isDurable = true;
  }

  #moveMarket(): void {
    const shock = (this.#random() + this.#random() + this.#random() - 1.5) * this.volBps * 2;
    this.driftBps = 0.97 * this.driftBps + 0.06 * shock;
    this.volBps = Math.max(2, Math.min(40, this.volBps + (this.#random() - 0.5) * 0.4));
    this.imbalance = Math.max(-0.95, Math.min(0.95, 0.95 * this.imbalance + (this.#random() - 0.5) * 0.15));
    const moved = Math.round(shock + this.driftBps * 0.5);
    this.bestBidTicks += moved;
    // Twice the mid is a whole number of ticks, and a lot moves by whole ticks, so nothing is rounded
    this.inventoryMicroUsd += this.positionLots * moved * MICRO_USD_PER_TICK_LOT;
    if (this.us > this.#toxicUntilUs && this.#random() < 0.002) this.#toxicUntilUs = this.us + 4_000_000;
  }

  #printTrade(): void {
    if (this.#random() > 0.6) return;
    const aggressor: FakeSide = this.#random() < 0.5 + this.imbalance * 0.2 ? "buy" : "sell";
    const reach = Math.floor(-Math.log(1 - this.#random()) * 22);
    const ticks = aggressor === "buy" ? this.bestAskTicks + reach : this.bestBidTicks - reach;
    const lots = 1 + Math.floor(this.#random() ** 3 * 800);
    this.lastTrade = { ticks, lots, aggressor, atUs: this.us };
    this.flow = 0.9 * this.flow + (aggressor === "buy" ? 0.1 : -0.1);
    const seen = this.traded.get(ticks) ?? { buy: 0, sell: 0 };
    seen[aggressor] += lots;
    this.traded.set(ticks, seen);
    for (const slot of this.slots) this.#fillWhenReached(slot, aggressor, ticks);
  }

  #fillWhenReached(slot: FakeSlot, aggressor: FakeSide, ticks: number): void {
    const order = slot.order;
    if (order === null || order.status !== "resting" || order.side === aggressor) return;
    const isReached = order.side === "buy" ? ticks <= order.ticks : ticks >= order.ticks;
    if (!isReached) return;
    const direction = order.side === "buy" ? 1 : -1;
    const doubleMid = this.bestBidTicks + this.bestAskTicks;
    this.spreadCaptureMicroUsd += (direction * (doubleMid - 2 * order.ticks) * order.lots * MICRO_USD_PER_TICK_LOT) / 2;
    const feeMicroUsd = Math.round(order.ticks * order.lots * MICRO_USD_PER_TICK_LOT * 0.00005);
    this.feesMicroUsd -= feeMicroUsd;
    this.#takePosition(direction * order.lots, order.ticks);
    this.fills.push({
      id: this.fills.length + 1,
      atUs: this.us,
      side: order.side,
      level: order.level,
      ticks: order.ticks,
      lots: order.lots,
      feeMicroUsd,
      edgeBps: (direction * (doubleMid / 2 - order.ticks) * 10_000) / order.ticks,
      positionLots: this.positionLots,
      isDurable: false,
    });
    slot.order = null;
    slot.nextLookUs = this.us + STEP_US;
  }

  #takePosition(lots: number, ticks: number): void {
    const before = this.positionLots;
    this.positionLots += lots;
    if (this.positionLots === 0) this.entryTicks = null;
    else if (before === 0 || Math.sign(before) !== Math.sign(this.positionLots)) this.entryTicks = ticks;
    else if (Math.sign(before) === Math.sign(lots) && this.entryTicks !== null) {
      this.entryTicks = (this.entryTicks * Math.abs(before) + ticks * Math.abs(lots)) / Math.abs(this.positionLots);
    }
  }

  #look(slot: FakeSlot): void {
    slot.nextLookUs = this.us + LOOK_EVERY_US;
    if (slot.order !== null && slot.order.status !== "resting") {
      this.#decide(slot, "skip_cancel_pending", null, "waits for the venue's answer");
      return;
    }
    const blocked = this.#blockOf(slot);
    if (blocked !== null) {
      [slot.reading, slot.bound] = blocked.numbers;
      slot.parts = null;
      this.#cancel(slot);
      this.#decide(slot, blocked.code, blocked.detail, blocked.text);
      return;
    }
    [slot.reading, slot.bound] = [null, null];
    slot.parts = this.#price(slot);
    this.#reprice(slot, slot.parts.finalTicks);
  }

  #blockOf(
    slot: FakeSlot,
  ): { code: string; detail: string | null; text: string; numbers: [number | null, number | null] } | null {
    const grows = (slot.side === "buy" ? 1 : -1) * Math.sign(this.positionLots) >= 0;
    if (this.state === "PAUSED")
      return {
        code: "skip_operator",
        detail: "operator-paused",
        text: "paused by the operator",
        numbers: [null, null],
      };
    if (this.state === "KILLED")
      return { code: "skip_halted", detail: "killed", text: "killed by the operator", numbers: [null, null] };
    if (this.state === "REDUCING" && grows)
      return { code: "skip_operator", detail: "reduce-only", text: "would grow the position", numbers: [null, null] };
    if (this.isStale)
      return {
        code: "skip_stale",
        detail: null,
        text: "book is stale",
        numbers: [(this.us - this.bookUs) / 1000, 5000],
      };
    if (this.us < this.startedUs + WARM_UP_US)
      return { code: "skip_warming", detail: null, text: "window is still filling", numbers: [null, null] };
    if (this.us < this.#toxicUntilUs)
      return { code: "skip_toxicity", detail: "micro-volatility", text: "15.2 bps > 12.5 bps", numbers: [15.2, 12.5] };
    const norm = this.positionLots / MAX_POSITION_LOTS;
    if (grows && Math.abs(norm) >= 0.9)
      return { code: "skip_inventory_hard", detail: null, text: "inventory at the hard band", numbers: [norm, 0.9] };
    return null;
  }

  #price(slot: FakeSlot): FakeParts {
    const sign = slot.side === "buy" ? -1 : 1;
    const anchorTicks = slot.side === "buy" ? this.bestBidTicks : this.bestAskTicks;
    const offsetBps = sign * (this.offsetBps + slot.level * 2.5);
    const regimeBps = sign * Math.max(0, (this.volBps - 8) * 0.1);
    const skewBps = -2 * Math.tanh(2 * (this.positionLots / MAX_POSITION_LOTS));
    const fundingBps = -0.05;
    const targetTicks = anchorTicks * (1 + (offsetBps + regimeBps + skewBps + fundingBps) / 10_000);
    const rounded = slot.side === "buy" ? Math.floor(targetTicks) : Math.ceil(targetTicks);
    const finalTicks =
      slot.side === "buy" ? Math.min(rounded, this.bestBidTicks) : Math.max(rounded, this.bestAskTicks);
    return { anchorTicks, offsetBps, regimeBps, skewBps, fundingBps, targetTicks, finalTicks };
  }

  #reprice(slot: FakeSlot, ticks: number): void {
    const resting = slot.order;
    if (resting === null) {
      this.#place(slot, ticks);
      this.#decide(slot, "place_initial", null, `placed at ${(ticks / 10).toFixed(1)}`);
      return;
    }
    const movedBps = (Math.abs(ticks - resting.ticks) * 10_000) / resting.ticks;
    if (this.us - resting.placedUs > MAX_AGE_US) {
      this.#cancel(slot);
      this.#decide(slot, "replace_max_age", null, "order is older than 20 s");
    } else if (movedBps > 1) {
      this.#cancel(slot);
      this.#decide(slot, "replace_target_shift", null, `target moved ${movedBps.toFixed(2)} bps > 1.00 bps`);
    } else {
      resting.aheadLots = Math.max(0, Math.floor(resting.aheadLots * 0.9));
      this.#decide(slot, "hold_within_tolerance", null, `within ${movedBps.toFixed(2)} bps of the target`);
    }
  }

  #place(slot: FakeSlot, ticks: number): void {
    this.placements += 1;
    slot.order = {
      orderId: this.#nextOrderId++,
      side: slot.side,
      level: slot.level,
      ticks,
      lots: 20 + 10 * slot.level,
      aheadLots: 50 + Math.floor(this.#random() * 900),
      status: "in-flight",
      placedUs: this.us,
    };
  }

  #cancel(slot: FakeSlot): void {
    if (slot.order === null || slot.order.status === "unresolved") return;
    slot.order.status = "cancelling";
    slot.nextLookUs = this.us + 2 * STEP_US;
    this.cancels += 1;
  }

  #decide(slot: FakeSlot, code: string, detail: string | null, text: string): void {
    slot.code = code;
    slot.detail = detail;
    slot.decidedUs = this.us;
    const name = `${slot.side === "buy" ? "bid" : "ask"} ${slot.level}`;
    const last = this.decisions.findLast((row) => row.slot === name);
    if (last?.code === code && !code.startsWith("place") && !code.startsWith("replace")) {
      last.count += 1;
      last.atUs = this.us;
      last.text = text;
      this.changedDecisions.add(last);
      return;
    }
    const row = { id: this.#nextDecisionId++, atUs: this.us, slot: name, code, count: 1, text };
    this.decisions.push(row);
    if (this.decisions.length > 2000) this.decisions.splice(0, 1000);
    this.changedDecisions.add(row);
  }
}
