import type { OrderRejected, VenueThrottled } from "../events.ts";
import type { Settings } from "../settings/settings.ts";
import type { Micros } from "../values/units.ts";
import { CircuitBreaker, type BreakerOpening, type BreakerReading } from "./circuit-breaker.ts";
import type { Halts } from "./halts.ts";
import { LATENCY_LIMITS, LatencySla, type LatencyReading } from "./latency-sla.ts";
import { QUOTE_TRADE_LIMITS, QuoteTradeRatio, type QuoteTradeReading } from "./quote-trade-ratio.ts";
import { RateLimitState } from "./rate-limit-state.ts";

/** How often the latency of placements, and quotes for each fill, are judged (reference, section J). */
const LATENCY_REVIEW_US = 10_000_000;
const RATIO_REVIEW_US = 30_000_000;

/** Where the venue's answers stand now, beside what they led to. */
export interface HealthReadings {
  readonly breaker: BreakerReading;
  /** Complaints within the window of the settings. */
  readonly rateLimitHits: number;
  readonly degradedUntilUs: number | null;
  readonly haltedUntilUs: number | null;
  readonly maintenanceUntilUs: number | null;
  readonly latency: LatencyReading;
  readonly ratio: QuoteTradeReading;
}

type RatioLevel = "fine" | "warning" | "critical";

/**
 * What the venue's answers say of our way to it: failed placements, complaints of too many requests, maintenance, slowness, and how much
 * is quoted for how little.
 */
export class VenueHealth {
  private readonly _halts: Halts;
  private readonly _breaker = new CircuitBreaker();
  private readonly _rateLimit = new RateLimitState();
  private readonly _latency = new LatencySla();
  private readonly _ratio = new QuoteTradeRatio();
  private _isDegraded = false;
  private _wideningBps = 0;
  private _ratioLevel: RatioLevel = "fine";
  private _placements = 0;
  private _nextLatencyReviewUs = 0;
  private _nextRatioReviewUs = 0;

  constructor(halts: Halts) {
    this._halts = halts;
  }

  /** Complaints of the session about too many requests. */
  get rateLimitHits(): number {
    return this._rateLimit.hitCount;
  }

  /** End of the breaker's cooldown; null while it is closed. */
  get breakerOpenUntilUs(): number | null {
    return this._breaker.openUntilUs;
  }

  /** What the screens show; looking changes nothing. */
  readings(nowUs: number, settings: Settings): HealthReadings {
    const { degradedUntilUs, haltedUntilUs, maintenanceUntilUs } = this._rateLimit;
    return {
      breaker: this._breaker.peek(nowUs, settings),
      rateLimitHits: this._rateLimit.hitsInWindow(nowUs, settings),
      degradedUntilUs,
      haltedUntilUs,
      maintenanceUntilUs,
      latency: this._latency.peek(nowUs, LATENCY_LIMITS),
      ratio: this._ratio.peek(nowUs, QUOTE_TRADE_LIMITS),
    };
  }

  /** True while the venue has complained lately: quotes are corrected less often and stand wider. */
  isRateLimitDegraded(nowUs: number): boolean {
    return this._rateLimit.isDegraded(nowUs);
  }

  /** Widening in bps while the venue asks for silence or answers slowly. */
  extraOffsetBps(nowUs: number, settings: Settings): number {
    return this._rateLimit.extraOffsetBps(nowUs, settings) + this._wideningBps;
  }

  /** Factor on the least time between placements. */
  repriceMultiplier(nowUs: number, settings: Settings): number {
    return this._rateLimit.repriceMultiplier(nowUs, settings);
  }

  placementAccepted(nowUs: Micros, settings: Settings): void {
    this._breaker.accepted(nowUs);
    this._openBreakerIfDue(nowUs, settings);
  }

  placementRejected(nowUs: Micros, reason: OrderRejected["reason"], settings: Settings): void {
    this._breaker.rejected(nowUs, reason);
    this._openBreakerIfDue(nowUs, settings);
  }

  /** Nobody knows whether a placement arrived. */
  placementUnresolved(nowUs: Micros, settings: Settings): void {
    this._breaker.unresolved(nowUs);
    this._openBreakerIfDue(nowUs, settings);
  }

  /** The first answer about a placement came after `latencyUs`. */
  placementAnswered(nowUs: Micros, latencyUs: number): void {
    this._latency.sample(nowUs, latencyUs);
  }

  makerFilled(nowUs: Micros): void {
    this._ratio.makerFilled(nowUs);
  }

  throttled(cause: VenueThrottled["cause"], nowUs: Micros, settings: Settings): void {
    if (cause === "maintenance") {
      this._rateLimit.maintenance(nowUs, settings);
      const seconds = Math.round(this._rateLimit.maintenanceLeftUs(nowUs) / 1_000_000);
      const message = `the venue is under maintenance: nothing is placed for ${seconds} s`;
      this._halts.halt("maintenance", nowUs, { detail: "maintenance", bound: seconds, message, severity: "critical" });
      return;
    }
    const isHalt = this._rateLimit.hit(nowUs, settings);
    const hits = this._rateLimit.hitsInWindow(nowUs, settings);
    const counted = { reading: hits, bound: settings.rateLimitHaltHits };
    if (isHalt) {
      const message = `quoting halted: the venue complained ${hits} times of too many requests`;
      this._halts.halt("rate-limit", nowUs, { detail: "halted", ...counted, message, severity: "critical" });
    } else if (!this._isDegraded) {
      const message = "the venue complains of too many requests: quotes are slower and wider";
      this._halts.tell("rate-limit", "changed", nowUs, {
        detail: "degraded",
        ...counted,
        message,
        severity: "warning",
      });
    }
    this._isDegraded = true;
  }

  /** Lets time pass: cooldowns, pauses and halts end. */
  advance(nowUs: Micros, settings: Settings): void {
    if (this._breaker.closeIfDue(nowUs)) {
      const message = "the circuit breaker is closed again";
      this._halts.lift("circuit-breaker", nowUs, { detail: "cooldown over", message, severity: "info" });
      this._openBreakerIfDue(nowUs, settings);
    }
    if (this._halts.isHalted("maintenance") && !this._rateLimit.isInMaintenance(nowUs)) {
      const message = "the pause for the venue's maintenance is over";
      this._halts.lift("maintenance", nowUs, { detail: "pause over", message, severity: "info" });
    }
    if (this._halts.isHalted("rate-limit") && !this._rateLimit.isHalted(nowUs)) {
      const message = "the halt for too many requests is over";
      this._halts.lift("rate-limit", nowUs, { detail: "halt over", message, severity: "info" });
    }
    if (this._isDegraded && !this._rateLimit.isDegraded(nowUs)) {
      this._isDegraded = false;
      const message = "the venue has not complained for a while: quotes are as quick and near as set";
      this._halts.tell("rate-limit", "cleared", nowUs, { detail: "no longer degraded", message, severity: "info" });
    }
  }

  /** Judges what needs a while to show. `placements` is the session's count so far. To be called about every second. */
  review(nowUs: Micros, placements: number): void {
    this._ratio.placed(nowUs, placements - this._placements);
    this._placements = placements;
    if (nowUs >= this._nextLatencyReviewUs) {
      this._nextLatencyReviewUs = nowUs + LATENCY_REVIEW_US;
      this._reviewLatency(nowUs);
    }
    if (nowUs >= this._nextRatioReviewUs) {
      this._nextRatioReviewUs = nowUs + RATIO_REVIEW_US;
      this._reviewRatio(nowUs);
    }
  }

  /** When an answer above changes by time alone; null = none does. */
  nextChangeUs(nowUs: number): number | null {
    const limitUs = this._rateLimit.nextChangeUs(nowUs);
    const breakerUs = this._breaker.openUntilUs;
    if (limitUs === null || breakerUs === null) return limitUs ?? breakerUs;
    return Math.min(limitUs, breakerUs);
  }

  private _openBreakerIfDue(nowUs: Micros, settings: Settings): void {
    const opening = this._breaker.openIfDue(nowUs, settings);
    if (opening === null) return;
    const seconds = settings.circuitBreakerCooldownS;
    this._halts.halt("circuit-breaker", nowUs, {
      ...countOf(opening, settings),
      message: `the circuit breaker is open for ${seconds} s: ${opening.consecutiveFailures} failures in a row, ${opening.failures} of ${opening.attempts} placements`,
      severity: "critical",
    });
  }

  private _reviewLatency(nowUs: Micros): void {
    const reading = this._latency.read(nowUs, LATENCY_LIMITS);
    this._wideningBps = reading.wideningBps;
    const slowMs = Math.round(reading.percentile95Us / 1_000);
    const found = { reading: slowMs, bound: LATENCY_LIMITS.criticalUs / 1_000 };
    if (reading.isHalt) {
      const message = `quoting halted: one placement in twenty takes ${slowMs} ms or more`;
      this._halts.halt("latency-sla", nowUs, { detail: "p95", ...found, message, severity: "critical" });
      return;
    }
    const message = `placements are answered quickly enough again: 95 % within ${slowMs} ms`;
    this._halts.lift("latency-sla", nowUs, { detail: "p95", ...found, message, severity: "info" });
  }

  /** For the eye only. Without a fill, the quotes themselves are held against the bounds. */
  private _reviewRatio(nowUs: Micros): void {
    const { quotes, fills } = this._ratio.read(nowUs, QUOTE_TRADE_LIMITS);
    const perFill = quotes / Math.max(1, fills);
    const { warnRatio, criticalRatio } = QUOTE_TRADE_LIMITS;
    const level: RatioLevel = perFill >= criticalRatio ? "critical" : perFill >= warnRatio ? "warning" : "fine";
    if (level === this._ratioLevel) return;
    const isWorse = level === "critical" || (level === "warning" && this._ratioLevel === "fine");
    const happening = level === "fine" ? "cleared" : this._ratioLevel === "fine" ? "tripped" : "changed";
    this._ratioLevel = level;
    this._halts.tell("quote-trade-ratio", happening, nowUs, {
      detail: level,
      reading: perFill,
      bound: level === "critical" ? criticalRatio : warnRatio,
      message: `${quotes} placements for ${fills} maker fills in five minutes`,
      severity: isWorse ? "warning" : "info",
    });
  }
}

function countOf(opening: BreakerOpening, settings: Settings): { detail: string; reading: number; bound: number } {
  return opening.cause === "consecutive"
    ? { detail: "consecutive", reading: opening.consecutiveFailures, bound: settings.circuitBreakerMaxFailures }
    : { detail: "rate", reading: opening.failures / opening.attempts, bound: settings.failureRateTrip };
}
