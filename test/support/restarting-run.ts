import { Kernel } from "../../main/kernel/kernel.ts";
import type { KernelConfig } from "../../main/kernel/kernel-config.ts";
import { OrderBook } from "../../main/kernel/market/order-book.ts";
import type { LevelTable } from "../../main/kernel/market/level-table.ts";
import type { Effect } from "../../main/kernel/effects.ts";
import type { ControlEvent, KernelEvent, OrderFilled, Unsequenced } from "../../main/kernel/events.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { TimerQueue } from "../../main/session/timer-queue.ts";
import type { IncomingMarketEvent, MarketSource, SimulatedVenuePort } from "../../main/venues/port.ts";

type Control =
  Unsequenced<ControlEvent> extends infer C ? (C extends unknown ? Omit<C, "tsEvent" | "tsInit"> : never) : never;

/**
 * A kernel on a simulated venue whose process dies and comes back: the new kernel is made of the tape alone, the venue has lived on meanwhile. It plays the
 * connector too: after a restart the book comes as a fresh snapshot, and fills that nobody heard are told with the first answer of the venue.
 */
export class RestartingRun {
  readonly tape: KernelEvent[] = [];
  kernel: Kernel;
  nowUs: number;
  readonly #config: KernelConfig;
  readonly #source: MarketSource;
  readonly #venue: SimulatedVenuePort;
  readonly #market = new OrderBook();
  #timers = new TimerQueue();
  #unheardFills: Omit<OrderFilled, "seq">[] = [];
  #peeked: IncomingMarketEvent | null = null;
  #isDown = false;
  #marketUpdateId = 0;

  constructor(config: KernelConfig, source: MarketSource, venue: SimulatedVenuePort, startUs: number) {
    this.#config = config;
    this.#source = source;
    this.#venue = venue;
    this.nowUs = startUs;
    this.kernel = new Kernel(config);
  }

  /** Lives to a time, or until the tape holds so many events. */
  advance(untilUs: number, mostEvents = Infinity): void {
    while (this.tape.length < mostEvents && this.#step(untilUs, mostEvents));
    if (this.tape.length < mostEvents) this.nowUs = Math.max(this.nowUs, untilUs);
  }

  command(event: Control): void {
    const at = micros(this.nowUs);
    this.#handle({ ...event, tsEvent: at, tsInit: at }, true);
  }

  /** The process is gone for a while: what the venue says meanwhile is heard by nobody. */
  sleep(forUs: number): void {
    this.#isDown = true;
    this.#timers = new TimerQueue();
    this.advance(this.nowUs + forUs);
    this.#isDown = false;
  }

  /** A new process: its kernel is what the tape makes of it. */
  restart(): void {
    this.kernel = new Kernel(this.#config);
    for (const event of this.tape) {
      for (const effect of this.kernel.handle(event))
        if (effect.type === "set-timer") this.#timers.set(effect.timerId, Math.max(effect.atUs, this.nowUs));
    }
    const at = micros(this.nowUs);
    this.#handle({ type: "feed-disconnected", reason: "restart", tsEvent: at, tsInit: at }, true);
    const [bids, asks] = [this.#market.side("bid"), this.#market.side("ask")].map(pairsOf);
    if (bids === undefined || asks === undefined) return;
    const updateId = this.#marketUpdateId;
    this.#handle({ type: "book-snapshot-received", updateId, bids, asks, tsEvent: at, tsInit: at }, true);
  }

  #step(untilUs: number, mostEvents: number): boolean {
    const timerUs = this.#timers.nextUs() ?? Infinity;
    this.#readMarket(Math.min(timerUs, untilUs));
    const deliveryUs = this.#venue.nextDeliveryUs() ?? Infinity;
    if (Math.min(timerUs, deliveryUs) > untilUs) return false;
    // The last event before the process dies is on the tape, and what it asked for never left
    const isSending = this.tape.length + 1 < mostEvents;
    if (deliveryUs <= timerUs) {
      const event = this.#venue.take(deliveryUs);
      if (event === null) return true;
      this.nowUs = Math.max(this.nowUs, event.tsInit);
      this.#follow(event);
      if (this.#isDown) {
        if (event.type === "order-filled") this.#unheardFills.push(event);
        return true;
      }
      if (event.type === "venue-state-reported" || event.type === "order-reconciled") this.#tellUnheard();
      this.#handle(event, isSending);
      return true;
    }
    const timer = this.#timers.take();
    if (timer === null) return false;
    this.nowUs = Math.max(this.nowUs, timer.atUs);
    const at = micros(this.nowUs);
    this.#handle({ type: "timer-fired", timerId: timer.timerId, tsEvent: at, tsInit: at }, isSending);
    return true;
  }

  #tellUnheard(): void {
    const fills = this.#unheardFills;
    this.#unheardFills = [];
    for (const fill of fills) this.#handle({ ...fill, tsInit: micros(this.nowUs) }, true);
  }

  /** The market as it is, whoever is there to see it. */
  #follow(event: Unsequenced<KernelEvent>): void {
    if (event.type === "book-snapshot-received") this.#market.applySnapshot(event.updateId, event.bids, event.asks);
    else if (event.type === "book-delta-received")
      this.#market.applyDelta(event.firstUpdateId, event.updateId, event.previousUpdateId, event.bids, event.asks);
    else return;
    this.#marketUpdateId = event.updateId;
  }

  #readMarket(untilUs: number): void {
    for (;;) {
      this.#peeked ??= this.#source.next();
      const next = this.#peeked;
      if (next === null || next.tsInit > Math.min(untilUs, this.#venue.nextDeliveryUs() ?? Infinity)) return;
      this.#venue.observe(next);
      this.#peeked = null;
    }
  }

  #handle(event: Unsequenced<KernelEvent>, isSending: boolean): void {
    const numbered = { ...event, seq: this.tape.length + 1 } as KernelEvent;
    this.tape.push(numbered);
    const effects = this.kernel.handle(numbered);
    for (const effect of effects) this.#execute(effect, isSending);
  }

  #execute(effect: Effect, isSending: boolean): void {
    switch (effect.type) {
      case "place-order":
      case "cancel-order":
      case "cancel-all-orders":
      case "query-order":
      case "query-venue-state":
        if (isSending) this.#venue.send(effect, this.nowUs);
        return;
      case "set-timer":
        this.#timers.set(effect.timerId, effect.atUs);
        return;
      default:
    }
  }
}

function pairsOf(table: LevelTable): number[] {
  return Array.from({ length: table.count }, (_, depth) => [table.ticksAt(depth), table.lotsAt(depth)]).flat();
}
