import type { SessionEnd } from "../../db/journal-protocol.ts";
import type { Effect } from "../kernel/effects.ts";
import type { ControlEvent, KernelEvent, Unsequenced } from "../kernel/events.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { micros } from "../kernel/values/units.ts";
import type { IncomingMarketEvent, MarketSource, SimulatedVenuePort } from "../venues/port.ts";
import { EffectHash } from "./effect-hash.ts";
import type { SessionRecorder } from "./session-recorder.ts";
import { SessionTally } from "./session-result.ts";
import { TimerQueue } from "./timer-queue.ts";

/** Something that wants to see every event with what came of it: the view feed, a bench. */
export type SessionObserver = (event: KernelEvent, effects: readonly Effect[]) => void;

export interface SimulatedSessionParts {
  readonly kernel: Kernel;
  readonly source: MarketSource;
  readonly venue: SimulatedVenuePort;
  readonly recorder: SessionRecorder;
  readonly startUs: number;
}

/** A control event before the session has stamped it with its own clock. */
type Command =
  Unsequenced<ControlEvent> extends infer C ? (C extends unknown ? Omit<C, "tsEvent" | "tsInit"> : never) : never;

/**
 * Paper and backtest: a market source, the kernel and a simulated venue on one simulated clock. Who calls `advance` decides
 * whether that clock is the wall's or runs as fast as it can.
 *
 * Invariants: events reach the kernel in order of time, at equal times market before venue reports before timers (but the account before the first of the market); an event is recorded
 * before it is handled; the session ends only when the kernel wants to end and the venue itself holds no own order.
 */
export class SimulatedSession {
  readonly kernel: Kernel;
  readonly tally = new SessionTally();
  readonly hash = new EffectHash();
  readonly #source: MarketSource;
  readonly #venue: SimulatedVenuePort;
  readonly #recorder: SessionRecorder;
  readonly #timers = new TimerQueue();
  readonly #observers: SessionObserver[] = [];
  #peeked: IncomingMarketEvent | null = null;
  #isSourceDone = false;
  #isFinished = false;
  #nowUs: number;
  #seq = 0;

  constructor(parts: SimulatedSessionParts) {
    this.kernel = parts.kernel;
    this.#source = parts.source;
    this.#venue = parts.venue;
    this.#recorder = parts.recorder;
    this.#nowUs = parts.startUs;
  }

  /** The session's clock, in microseconds. */
  get nowUs(): number {
    return this.#nowUs;
  }

  get seq(): number {
    return this.#seq;
  }

  /** True when the source has no more events. */
  get isSourceDone(): boolean {
    return this.#isSourceDone;
  }

  /** True when nothing is left to do: the kernel is ending and no own order is left, here or at the venue. */
  get isOver(): boolean {
    return this.kernel.state.isEnding && this.kernel.orders.liveCount === 0 && this.#venue.openOrderCount() === 0;
  }

  get endedHow(): SessionEnd {
    return this.kernel.state.isKilled ? "killed" : "ended";
  }

  queueAheadLots(orderId: number): number | null {
    return this.#venue.queueAheadLots(orderId);
  }

  observe(observer: SessionObserver): void {
    this.#observers.push(observer);
  }

  /** Puts an operator's or the house's event in at the session's present time. */
  command(command: Command): void {
    const at = micros(this.#nowUs);
    this.#deliver({ ...command, tsEvent: at, tsInit: at });
  }

  /**
   * Runs to `untilUs`, or until `mostEvents` were handled, or to the end. Returns true when it got to `untilUs` or the end.
   * The clock ends at `untilUs` exactly when nothing stopped it before.
   */
  advance(untilUs: number, mostEvents: number): boolean {
    for (let handled = 0; handled < mostEvents; handled += 1) {
      if (this.isOver) return true;
      if (!this.#step(untilUs)) {
        if (untilUs !== Infinity) this.#nowUs = Math.max(this.#nowUs, untilUs);
        return true;
      }
    }
    return false;
  }

  /** Tells the kernel, once, that nothing comes after this. Call when the session is over and nothing broke. */
  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.command({ type: "session-ending" });
  }

  /** The source gives no more, whatever it still holds. */
  endSource(): void {
    this.#isSourceDone = true;
    this.#peeked = null;
  }

  close(): void {
    this.#source.close();
  }

  /** Handles the next event at or before `untilUs`; false when there is none. */
  #step(untilUs: number): boolean {
    const timerUs = this.#timers.nextUs() ?? Infinity;
    this.#readMarket(Math.min(timerUs, untilUs));
    const deliveryUs = this.#venue.nextDeliveryUs() ?? Infinity;
    if (Math.min(timerUs, deliveryUs) > untilUs) return false;
    // Timers alone would go on for ever after the last event of a tape
    if (this.#isSourceDone && deliveryUs === Infinity && !this.kernel.state.isWindingDown) return false;
    if (deliveryUs <= timerUs) {
      const event = this.#venue.take(deliveryUs);
      // A rough venue has lost it; what comes after it is still to be handled
      if (event === null) return true;
      this.#nowUs = Math.max(this.#nowUs, event.tsInit);
      this.#deliver(event);
      return true;
    }
    if (timerUs === Infinity) return false;
    const timer = this.#timers.take();
    if (timer === null) return false;
    this.#nowUs = Math.max(this.#nowUs, timer.atUs);
    const at = micros(this.#nowUs);
    this.#deliver({ type: "timer-fired", timerId: timer.timerId, tsEvent: at, tsInit: at });
    return true;
  }

  /** Shows the venue the market up to the next thing that happens, so that it can match what reaches it by then. */
  #readMarket(untilUs: number): void {
    for (;;) {
      if (this.#peeked === null && !this.#isSourceDone) {
        this.#peeked = this.#source.next();
        this.#isSourceDone = this.#peeked === null;
      }
      const next = this.#peeked;
      if (next === null) return;
      if (next.tsInit > Math.min(untilUs, this.#venue.nextDeliveryUs() ?? Infinity)) return;
      this.#venue.observe(next);
      this.#peeked = null;
    }
  }

  #deliver(event: Unsequenced<KernelEvent>): void {
    this.#seq += 1;
    const numbered = { ...event, seq: this.#seq } as KernelEvent;
    this.#recorder.event(numbered);
    const effects = this.kernel.handle(numbered);
    this.hash.add(numbered.seq, effects);
    this.tally.add(effects);
    this.#recorder.effects(numbered.seq, this.#nowUs, effects);
    for (const effect of effects) this.#execute(effect);
    for (const observer of this.#observers) observer(numbered, effects);
  }

  #execute(effect: Effect): void {
    switch (effect.type) {
      case "place-order":
      case "cancel-order":
      case "cancel-all-orders":
      case "query-order":
      case "query-venue-state":
        this.#venue.send(effect, this.#nowUs);
        return;
      case "set-timer":
        this.#timers.set(effect.timerId, effect.atUs);
        return;
      default:
    }
  }
}
