import { notional, type MarketScale } from "../../kernel/values/market-rules.ts";
import { money, type Money } from "../../kernel/values/units.ts";
import { bookedShare, exactRational } from "./fee-model.ts";

/** A funding schedule of one's own, for a source that carries none. */
export interface FixedFunding {
  /** Fraction of notional per interval; positive = longs pay shorts. */
  readonly rate: number;
  readonly intervalUs: number;
  readonly nextFundingUs: number;
}

/** `source`: as `funding-rate-updated` events say; `none`: never. */
export type FundingSchedule = "source" | "none" | FixedFunding;

/**
 * When funding falls due and at which rate.
 *
 * Invariants: settled times strictly rise, so no time is paid twice.
 */
export class FundingClock {
  readonly #followsSource: boolean;
  #rate = 0;
  #intervalUs = 0;
  #nextUs: number | null = null;
  #settledUs = Number.NEGATIVE_INFINITY;

  constructor(schedule: FundingSchedule) {
    this.#followsSource = schedule === "source";
    if (typeof schedule === "object") this.#adopt(schedule.rate, schedule.nextFundingUs, schedule.intervalUs);
  }

  /** Venue time of the next payment; null = none known. */
  get nextUs(): number | null {
    return this.#nextUs;
  }

  /** Takes what the source says at venue time `nowUs`. A time that is past or settled already moves on by whole intervals. */
  update(rate: number, nextFundingUs: number, intervalUs: number, nowUs: number): void {
    if (!this.#followsSource) return;
    this.#adopt(rate, nextFundingUs, intervalUs);
    this.skipTo(Math.max(this.#settledUs, nowUs));
  }

  /** Moves past every time due at or before `nowUs` without a payment: nothing was held. */
  skipTo(nowUs: number): void {
    if (this.#nextUs === null || this.#nextUs > nowUs) return;
    const missed = this.#intervalUs > 0 ? Math.floor((nowUs - this.#nextUs) / this.#intervalUs) + 1 : 0;
    this.#nextUs = missed > 0 ? this.#nextUs + missed * this.#intervalUs : null;
  }

  /** Settles the due time and moves to the next. Returns what we receive; negative = we pay. */
  settle(scale: MarketScale, positionLots: number, markHalfTicks: number | null): Money {
    const due = this.#nextUs;
    if (due === null) throw new Error("funding was settled although none is due");
    this.#settledUs = due;
    this.#nextUs = this.#intervalUs > 0 ? due + this.#intervalUs : null;
    if (positionLots === 0 || markHalfTicks === null) return money(0n);
    const { numerator, denominator } = exactRational(this.#rate);
    return bookedShare(notional(scale, markHalfTicks / 2, positionLots), -numerator, denominator);
  }

  #adopt(rate: number, nextFundingUs: number, intervalUs: number): void {
    this.#rate = rate;
    this.#nextUs = nextFundingUs;
    this.#intervalUs = intervalUs;
  }
}
