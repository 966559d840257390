import type { Decision } from "../../main/kernel/decision.ts";
import type { Effect } from "../../main/kernel/effects.ts";
import type { KernelEvent, LevelPairs, Unsequenced } from "../../main/kernel/events.ts";
import { Kernel } from "../../main/kernel/kernel.ts";
import type { KernelConfig } from "../../main/kernel/kernel-config.ts";
import type { Order } from "../../main/kernel/orders/order-manager.ts";
import type { ProfileSnapshot } from "../../main/kernel/settings/profile.ts";
import { defaultSettings } from "../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import type { MarketRules } from "../../main/kernel/values/market-rules.ts";
import { lots, micros, money, ticks, type Money } from "../../main/kernel/values/units.ts";

/** Tick 0.1, lot 0.001, a price of 6 million ticks is 600 000 USD: far from every border of the numbers. */
export const KERNEL_RULES: MarketRules = {
  market: "TEST-USD",
  venue: "simulated",
  baseCurrency: "TEST",
  quoteCurrency: "USD",
  tickSize: "0.1",
  lotSize: "0.001",
  minOrderLots: 1,
  minNotional: "0",
  fundingIntervalS: 3_600,
};

/** Quotes at once and without a limit in the way; tests change what they are about. */
const PLAIN: Partial<Settings> = {
  numPriceLevels: 1,
  offsetMode: "fixed",
  priceOffsetPerLevelPercent: 0.01,
  orderSizeMultiplier: 10,
  maxPositionSize: 1,
  maxOrderNotionalUsd: 0,
  maxPositionNotionalUsd: 0,
  minSpreadBps: 0,
  imbalancePauseThreshold: 0,
  microVolMaxBps: 0,
  microDriftMaxBps: 0,
  minRepriceIntervalS: 0.5,
  maxOrderAgeS: 0,
  maxOrdersPerSecond: 100,
  postOnlySafetyTicks: 1,
  volRegimeEnabled: false,
  balanceAwareSizingEnabled: false,
  marginGuardEnabled: false,
  flattenPositionOnShutdown: false,
};

export function settingsFor(profile: "legacy" | "crypto", changes: Partial<Settings> = {}): Settings {
  return { ...defaultSettings(profile), ...PLAIN, ...changes };
}

export function snapshotOf(settings: Settings, revision = 1): ProfileSnapshot {
  return { name: settings.marketProfile, revision, hash: `hash-${revision}`, settings };
}

type Body<E> = E extends KernelEvent ? Omit<E, "seq" | "tsEvent" | "tsInit"> : never;
export type EventBody = Body<KernelEvent>;

const FIRST_US = 1_000_000_000;

interface AccountFigures {
  readonly equity: number;
  readonly available: number;
  readonly initialMargin: number;
  readonly markTicks: number | null;
  readonly liquidationTicks: number | null;
}

const RICH: AccountFigures = {
  equity: 1_000_000_000,
  available: 1_000_000_000,
  initialMargin: 0,
  markTicks: null,
  liquidationTicks: null,
};

function usd(value: number): Money {
  return money(BigInt(value) * 10n ** 18n);
}

function isOfReconciliation(effect: Effect): boolean {
  if (effect.type === "record-risk-event") return effect.control === "reconciliation";
  if (effect.type === "cancel-all-orders") return effect.reason === "halt";
  return effect.type === "record-alert" && effect.kind === "reconciliation";
}

/** A kernel with a clock: fires its timers, numbers its events, keeps its effects. It stands for session and venue alike. */
export class KernelHarness {
  readonly kernel: Kernel;
  readonly effects: Effect[] = [];
  nowUs = FIRST_US;
  /**
   * Whether questions about the venue's state are answered, at once, with what the kernel itself holds. Then the wait for the first answer, which every
   * session begins with, is not kept among the effects.
   */
  answersState = true;
  #unanswered: number | null = null;
  #seq = 0;
  #updateId = 100;
  #commands = 0;
  #trades = 0;
  #timers: { timerId: number; atUs: number }[] = [];

  constructor(
    settings: Settings = settingsFor("legacy"),
    rules: MarketRules = KERNEL_RULES,
    more: Pick<KernelConfig, "isLive" | "carried"> = {},
  ) {
    this.kernel = new Kernel({ rules, profile: snapshotOf(settings), ...more });
  }

  /** Hands the kernel one event at the present time, or at `atUs` as the event's own stamp. */
  send(body: EventBody, atUs = this.nowUs): readonly Effect[] {
    this.#seq += 1;
    const stamped = { ...body, tsEvent: micros(atUs), tsInit: micros(atUs) } as Unsequenced<KernelEvent>;
    const effects = this.kernel.handle({ ...stamped, seq: this.#seq });
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.type === "query-venue-state") this.#unanswered = effect.queryId;
      if (effect.type === "set-timer") this.#timers.push({ timerId: effect.timerId, atUs: effect.atUs });
    }
    this.#answerTruly();
    return effects;
  }

  /** Lets time pass; only the kernel's own timers fire. */
  wait(us: number): this {
    const untilUs = this.nowUs + us;
    for (;;) {
      this.#timers.sort((one, other) => one.atUs - other.atUs);
      const next = this.#timers[0];
      if (next === undefined || next.atUs > untilUs) break;
      this.#timers.shift();
      this.nowUs = Math.max(this.nowUs, next.atUs);
      this.send({ type: "timer-fired", timerId: next.timerId });
    }
    this.nowUs = untilUs;
    return this;
  }

  snapshot(bids: LevelPairs, asks: LevelPairs): this {
    this.#updateId += 1;
    this.send({ type: "book-snapshot-received", updateId: this.#updateId, bids, asks });
    return this;
  }

  delta(bids: LevelPairs, asks: LevelPairs): this {
    const previousUpdateId = this.#updateId;
    this.#updateId += 1;
    const ids = { firstUpdateId: this.#updateId, updateId: this.#updateId, previousUpdateId };
    this.send({ type: "book-delta-received", ...ids, bids, asks });
    return this;
  }

  /** A delta that does not follow the last one. */
  gap(): this {
    this.#updateId += 10;
    const ids = { firstUpdateId: this.#updateId, updateId: this.#updateId, previousUpdateId: this.#updateId - 1 };
    this.send({ type: "book-delta-received", ...ids, bids: [], asks: [] });
    return this;
  }

  /** Deltas that change nothing, one each `everyUs`, for `us`. */
  keepFresh(us: number, everyUs = 100_000): this {
    const untilUs = this.nowUs + us;
    while (this.nowUs < untilUs) this.wait(Math.min(everyUs, untilUs - this.nowUs)).delta([], []);
    return this;
  }

  /** Lets time pass with a fresh book and a venue that answers within a tenth of a second. */
  keepServed(us: number): this {
    for (let passed = 0; passed < us; passed += 100_000) this.keepFresh(100_000).settle();
    return this;
  }

  /** Accepts every order that is in flight and confirms every cancel that is asked for. */
  settle(): this {
    for (const order of this.live()) {
      if (order.status === "in-flight")
        this.send({ type: "order-accepted", orderId: order.orderId, venueOrderId: `v${order.orderId}` });
      else if (order.status === "cancelling")
        this.send({ type: "order-cancelled", orderId: order.orderId, cause: "requested" });
    }
    return this;
  }

  /** Confirms every cancel that is asked for and leaves placements unanswered. */
  settleCancels(): this {
    for (const { orderId, status } of this.live()) {
      if (status === "cancelling") this.send({ type: "order-cancelled", orderId, cause: "requested" });
    }
    return this;
  }

  fill(order: Order, sizeLots = order.sizeLots - order.filledLots, priceTicks: number = order.priceTicks): this {
    this.#trades += 1;
    this.send({
      type: "order-filled",
      orderId: order.orderId,
      tradeId: `t${this.#trades}`,
      priceTicks: ticks(priceTicks),
      sizeLots: lots(sizeLots),
      liquidity: "maker",
      fee: money(0n),
    });
    return this;
  }

  /** The account as the venue tells it, in whole units of quote currency. */
  account(figures: Partial<AccountFigures> = {}): this {
    const { equity, available, initialMargin, markTicks, liquidationTicks } = { ...RICH, ...figures };
    this.send({
      type: "account-updated",
      equity: usd(equity),
      available: usd(available),
      initialMargin: usd(initialMargin),
      markTicks: markTicks === null ? null : ticks(markTicks),
      liquidationTicks: liquidationTicks === null ? null : ticks(liquidationTicks),
    });
    return this;
  }

  #answerTruly(): void {
    const queryId = this.#unanswered;
    if (queryId === null || !this.answersState) return;
    this.#unanswered = null;
    const isFirst = queryId === 1;
    const resting = this.live().filter(({ status }) => status === "resting" || status === "cancelling");
    const { positionLots } = this.kernel.ledger;
    const restingOrderIds = resting.map(({ orderId }) => orderId);
    this.send({ type: "venue-state-reported", queryId, positionLots, restingOrderIds });
    if (!isFirst) return;
    const kept = this.effects.filter((effect) => !isOfReconciliation(effect));
    this.effects.splice(0, this.effects.length, ...kept);
  }

  /** The newest question about the venue's state, answered. */
  answerState(positionLots: number, restingOrderIds: readonly number[]): this {
    const queryId = this.ofType("query-venue-state").at(-1)?.queryId ?? 0;
    this.send({ type: "venue-state-reported", queryId, positionLots, restingOrderIds });
    return this;
  }

  /** Control, happening and detail of every risk event since the last call of `forget`. */
  risks(): string[] {
    return this.ofType("record-risk-event").map(
      ({ control, happening, detail }) => `${control} ${happening}: ${detail}`,
    );
  }

  command(command: Extract<EventBody, { type: "operator-commanded" }>["command"]): this {
    this.#commands += 1;
    this.send({ type: "operator-commanded", commandId: `c${this.#commands}`, command, by: "test" });
    return this;
  }

  changeProfile(settings: Settings, revision: number): this {
    this.#commands += 1;
    const commandId = `c${this.#commands}`;
    this.send({ type: "profile-changed", commandId, by: "test", profile: snapshotOf(settings, revision) });
    return this;
  }

  live(): Order[] {
    return [...this.kernel.orders.live()];
  }

  liveOn(side: "buy" | "sell"): Order[] {
    return this.live().filter((order) => order.side === side);
  }

  decisions(): Decision[] {
    return this.effects.flatMap((effect) => (effect.type === "record-decision" ? [effect.decision] : []));
  }

  /** Decision codes since the last call of `forget`. */
  codes(): string[] {
    return this.decisions().map((decision) => decision.code);
  }

  ofType<T extends Effect["type"]>(type: T): Extract<Effect, { type: T }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
  }

  forget(): this {
    this.effects.length = 0;
    return this;
  }
}

/** Touch of the plain book. */
export const BID = 6_000_000;
export const ASK = 6_000_010;

/** A harness with a book of ten levels a side and its first quotes resting. */
export function quoting(
  profile: "legacy" | "crypto" = "legacy",
  changes: Partial<Settings> = {},
  more: Pick<KernelConfig, "isLive" | "carried"> = {},
): KernelHarness {
  const harness = new KernelHarness(settingsFor(profile, changes), KERNEL_RULES, more);
  const bids = Array.from({ length: 10 }, (_, at) => [BID - at * 10, 1_000]).flat();
  const asks = Array.from({ length: 10 }, (_, at) => [ASK + at * 10, 1_000]).flat();
  harness.snapshot(bids, asks).wait(1_000).delta([], []);
  harness.settle();
  return harness;
}
