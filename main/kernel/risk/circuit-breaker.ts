import type { RejectReason } from "../events.ts";
import type { Settings } from "../settings/settings.ts";
import { SlidingTally } from "./sliding-tally.ts";
import { secondsToUs } from "../values/units.ts";

/** What opened the breaker, with the numbers that did. */
export interface BreakerOpening {
  readonly cause: "consecutive" | "rate";
  readonly consecutiveFailures: number;
  readonly attempts: number;
  readonly failures: number;
  readonly untilUs: number;
}

/** What the breaker counts at one moment, over the window of the settings. */
export interface BreakerReading {
  readonly consecutiveFailures: number;
  readonly attempts: number;
  readonly failures: number;
  /** Failures by attempts; 0 without attempts. */
  readonly failureRate: number;
  /** True when these numbers open a closed breaker. */
  readonly isTrip: boolean;
}

/**
 * Opens when placements fail: too many in a row, or too large a share of them within a window. Times are microseconds.
 *
 * Rejections that say nothing about our connection are no attempts here: post-only (handled by the slot), rate-limit and maintenance (handled by
 * `RateLimitState`). Opening is returned once, so that the caller cancels resting orders and journals it; when the cooldown is over the counters
 * start again from nothing. A change of settings touches none of the counts and does not shorten an open breaker.
 * Source: reference, section H, with the mends of N 12 and N 21 (the window is as set, resting orders do not stay).
 */
export class CircuitBreaker {
  private readonly _attempts = new SlidingTally();
  private readonly _failures = new SlidingTally();
  private _consecutiveFailures = 0;
  private _openUntilUs: number | null = null;

  /** End of the cooldown; null while closed. */
  get openUntilUs(): number | null {
    return this._openUntilUs;
  }

  /** The venue accepted a placement. */
  accepted(nowUs: number): void {
    this._attempts.add(nowUs);
    this._consecutiveFailures = 0;
  }

  /** The venue refused a placement. */
  rejected(nowUs: number, reason: RejectReason): void {
    if (reason === "post-only" || reason === "rate-limit" || reason === "maintenance") return;
    this._failed(nowUs);
  }

  /** Nobody knows whether a placement arrived. */
  unresolved(nowUs: number): void {
    this._failed(nowUs);
  }

  /** Number of attempts at or after `fromUs` that are still remembered: those inside the window at the last reading. */
  attemptsSince(fromUs: number): number {
    return this._attempts.since(fromUs);
  }

  /** Counts over the window that ends now, both ends included. */
  read(nowUs: number, settings: Settings): BreakerReading {
    const fromUs = nowUs - secondsToUs(settings.failureWindowS);
    this._attempts.forgetBefore(fromUs);
    this._failures.forgetBefore(fromUs);
    return this.peek(nowUs, settings);
  }

  /** The same counts; it lets go of nothing, so that looking changes nothing. */
  peek(nowUs: number, settings: Settings): BreakerReading {
    const fromUs = nowUs - secondsToUs(settings.failureWindowS);
    const attempts = this._attempts.since(fromUs);
    const failures = this._failures.since(fromUs);
    const failureRate = attempts > 0 ? failures / attempts : 0;
    const isRateTrip =
      attempts >= Math.max(1, settings.minAttemptsForBreaker) && failureRate >= settings.failureRateTrip;
    const isTrip = isRateTrip || this._consecutiveFailures >= settings.circuitBreakerMaxFailures;
    return { consecutiveFailures: this._consecutiveFailures, attempts, failures, failureRate, isTrip };
  }

  /** Opens the breaker when it is due; returns how, once, and null at every other time. */
  openIfDue(nowUs: number, settings: Settings): BreakerOpening | null {
    if (this._openUntilUs !== null) return null;
    const { consecutiveFailures, attempts, failures, isTrip } = this.read(nowUs, settings);
    if (!isTrip) return null;
    this._openUntilUs = nowUs + secondsToUs(settings.circuitBreakerCooldownS);
    const cause = consecutiveFailures >= settings.circuitBreakerMaxFailures ? "consecutive" : "rate";
    return { cause, consecutiveFailures, attempts, failures, untilUs: this._openUntilUs };
  }

  /** Closes the breaker and starts the counts again when the cooldown is over; true when it just did. */
  closeIfDue(nowUs: number): boolean {
    if (this._openUntilUs === null || nowUs < this._openUntilUs) return false;
    this.reset();
    return true;
  }

  /** Closes the breaker and forgets every count. */
  reset(): void {
    this._openUntilUs = null;
    this._consecutiveFailures = 0;
    this._attempts.clear();
    this._failures.clear();
  }

  private _failed(nowUs: number): void {
    this._attempts.add(nowUs);
    this._failures.add(nowUs);
    this._consecutiveFailures += 1;
  }
}
