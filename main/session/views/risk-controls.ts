import type { StreamItem } from "../../../preload/bridge.ts";
import type { RiskControl } from "../../kernel/effects.ts";
import type { LatchKind } from "../../kernel/events.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { inventoryNorm } from "../../kernel/pricing/inventory-skew.ts";
import { LATENCY_LIMITS } from "../../kernel/risk/latency-sla.ts";
import { QUOTE_TRADE_LIMITS } from "../../kernel/risk/quote-trade-ratio.ts";
import type { HealthReadings } from "../../kernel/risk/venue-health.ts";
import { formatMoney } from "../../kernel/values/market-rules.ts";
import type { SavedRisk } from "./risk-feed.ts";

type ControlView = StreamItem<"risk">["controls"][number];
type Reading = Partial<Omit<ControlView, "control" | "trips">> & Pick<ControlView, "state" | "unit">;

/** From this share of its bound on a reading is a warning. */
const WARN_SHARE = 0.8;
/** The venue is asked this often for what it holds. */
const RECONCILED_EVERY_S = 30;

/** Every control with its state, reading and bound, the gravest kind first. */
export function riskControls(kernel: Kernel, seen: SavedRisk): ControlView[] {
  const health = kernel.risk.health.readings(kernel.nowUs, kernel.profile.settings);
  const of = (control: ControlView["control"], reading: Reading): ControlView => ({
    control,
    detail: null,
    reading: null,
    bound: null,
    untilUs: null,
    ...reading,
    trips: control === "balance" ? 0 : (seen.trips.get(control) ?? 0),
  });
  return [
    ...latchControls(kernel).map(([control, reading]) => of(control, { ...reading, ...atLatch(seen, control) })),
    of("margin-guard", marginGuard(kernel)),
    of("balance", balance(kernel)),
    of("reconciliation", reconciliation(kernel, seen)),
    of("book-jump", bookJump(kernel, seen)),
    of("book-spread", bookSpread(kernel)),
    ...venueControls(kernel, health).map(([control, reading]) => of(control, reading)),
    of("taker-leakage", takerLeakage(kernel)),
    of("operator-presence", operatorPresence(kernel)),
    of("hedge", hedge(kernel)),
  ];
}

/** A latch shows what it fell by, for the reading goes on; one of an earlier session has only words. */
function atLatch({ latches }: SavedRisk, control: LatchKind): Partial<Reading> {
  const latch = latches.get(control);
  if (latch === undefined || latch.reading === null) return {};
  return { reading: Math.abs(latch.reading), bound: latch.bound };
}

/** Off, clear or close to its bound; a bound of 0 or less is none. */
function against(reading: number, bound: number): Pick<Reading, "state" | "reading" | "bound"> {
  if (bound <= 0) return { state: "off" };
  return { state: reading >= bound * WARN_SHARE ? "warning" : "clear", reading, bound };
}

function latchControls(kernel: Kernel): (readonly [LatchKind, Reading])[] {
  const { risk, state, nowUs } = kernel;
  const { settings } = kernel.profile;
  const lost = risk.losses.readings(settings);
  const most = Math.max(risk.executions(nowUs, "buy", settings), risk.executions(nowUs, "sell", settings));
  const latched = (control: LatchKind, reading: Reading): Reading =>
    state.isHaltedBy(control) ? { ...reading, state: "latched" } : reading;
  const drawdownBound = settings.drawdownStopEnabled ? lost.drawdownBoundUsd : 0;
  return [
    [
      "repeated-execution",
      latched("repeated-execution", { unit: "count", ...against(most, settings.repeatedExecutionLimit) }),
    ],
    ["drawdown", latched("drawdown", { unit: "money", ...against(lost.drawdownUsd, drawdownBound) })],
    [
      "session-loss",
      latched("session-loss", { unit: "money", ...against(lost.sessionUsd, settings.lossLimitSessionUsd) }),
    ],
    ["day-loss", latched("day-loss", { unit: "money", ...against(lost.dayUsd, settings.lossLimitDayUsd) })],
  ];
}

function marginGuard({ risk, state, profile }: Kernel): Reading {
  const { settings } = profile;
  if (!settings.marginGuardEnabled) return { state: "off", unit: "money" };
  const { account } = risk;
  const isHalted = state.isHaltedBy("margin-guard");
  const isBreach = account.breachedSinceUs !== null;
  return {
    state: isBreach ? "halted" : isHalted ? "waiting" : "clear",
    unit: "money",
    detail: account.reasons === "" ? null : account.reasons,
    reading: account.available === null ? null : Number(formatMoney(account.available)),
    bound: settings.minAvailableBalanceForTrading,
  };
}

function balance({ risk, profile, nowUs }: Kernel): Reading {
  const { settings } = profile;
  const ageUs = risk.account.balanceAgeUs(nowUs);
  const bound = settings.balanceStalenessMaxS > 0 ? settings.balanceStalenessMaxS : null;
  const reading = ageUs === null ? null : ageUs / 1_000_000;
  const isStale = reading !== null && bound !== null && reading > bound;
  const known = reading === null ? "waiting" : isStale ? "warning" : "clear";
  return { state: settings.balanceAwareSizingEnabled ? known : "off", unit: "s", reading, bound };
}

function reconciliation({ risk, state, nowUs }: Kernel, seen: SavedRisk): Reading {
  const { answeredUs, hasAgreed, isSilent } = risk.reconciliation;
  const reading = answeredUs === null ? null : (nowUs - answeredUs) / 1_000_000;
  const common = { unit: "s", reading, bound: RECONCILED_EVERY_S } as const;
  if (state.isHaltedBy("reconciliation"))
    return { ...common, state: "halted", detail: seen.details.get("reconciliation") ?? null };
  if (isSilent) return { ...common, state: "warning", detail: "no answer" };
  if (answeredUs === null) return { ...common, state: "waiting" };
  return hasAgreed
    ? { ...common, state: "clear", detail: "agrees" }
    : { ...common, state: "warning", detail: "differs" };
}

function bookJump({ market, profile }: Kernel, seen: SavedRisk): Reading {
  const { maxBookJumpBps: bound } = profile.settings;
  const { doubt, jumpBps, confirmedUs } = market.plausibility;
  if (doubt?.kind !== "jump") return bound > 0 ? { state: "clear", unit: "bps", bound } : { state: "off", unit: "bps" };
  const detail = seen.details.get("book-jump") ?? null;
  return { state: "halted", unit: "bps", detail, reading: jumpBps, bound, untilUs: confirmedUs };
}

function bookSpread({ market, profile }: Kernel): Reading {
  const { maxBookSpreadBps: bound } = profile.settings;
  const { doubt, spreadBps } = market.plausibility;
  if (doubt?.kind === "spread") return { state: "halted", unit: "bps", reading: spreadBps, bound };
  if (bound <= 0) return { state: "off", unit: "bps" };
  if (spreadBps === null) return { state: "waiting", unit: "bps", bound };
  return { unit: "bps", ...against(spreadBps, bound) };
}

function takerLeakage({ risk, nowUs }: Kernel): Reading {
  const { count, share } = risk.leakage.reading(nowUs);
  const state = count > 0 ? "warning" : share === null ? "waiting" : "clear";
  return { state, unit: "share", detail: count > 0 ? `${count} fills` : null, reading: share };
}

function venueControls(
  kernel: Kernel,
  health: HealthReadings,
): (readonly [RiskControl & ControlView["control"], Reading])[] {
  const { state, nowUs, risk } = kernel;
  const { settings } = kernel.profile;
  const { breaker, latency, ratio } = health;
  const isLater = (atUs: number | null): atUs is number => atUs !== null && atUs > nowUs;
  const failures = `${breaker.failures} of ${breaker.attempts} failed`;
  const isOpen = risk.health.breakerOpenUntilUs !== null;
  const perFill = ratio.quotes / Math.max(1, ratio.fills);
  const isSlow = state.isHaltedBy("latency-sla");
  const slow = latency.isDegraded ? "degraded" : "clear";
  return [
    [
      "circuit-breaker",
      {
        unit: "count",
        ...against(breaker.consecutiveFailures, settings.circuitBreakerMaxFailures),
        ...(isOpen ? { state: "halted", untilUs: risk.health.breakerOpenUntilUs } : {}),
        detail: failures,
      },
    ],
    [
      "rate-limit",
      { unit: "count", ...against(health.rateLimitHits, settings.rateLimitHaltHits), ...limited(health, nowUs) },
    ],
    [
      "maintenance",
      isLater(health.maintenanceUntilUs)
        ? { unit: "s", state: "halted", untilUs: health.maintenanceUntilUs }
        : { unit: "s", state: "clear" },
    ],
    [
      "latency-sla",
      {
        unit: "ms",
        state: isSlow ? "halted" : latency.samples === 0 ? "waiting" : slow,
        detail: "p95",
        reading: latency.samples === 0 ? null : latency.percentile95Us / 1000,
        bound: LATENCY_LIMITS.criticalUs / 1000,
      },
    ],
    ["message-budget", messageBudget(kernel)],
    [
      "quote-trade-ratio",
      {
        unit: "per-fill",
        state: ratio.quotes === 0 ? "waiting" : perFill >= QUOTE_TRADE_LIMITS.warnRatio ? "warning" : "clear",
        detail: `${ratio.quotes} placed, ${ratio.fills} filled`,
        reading: perFill,
        bound:
          perFill >= QUOTE_TRADE_LIMITS.warnRatio ? QUOTE_TRADE_LIMITS.criticalRatio : QUOTE_TRADE_LIMITS.warnRatio,
      },
    ],
  ];
}

function limited({ degradedUntilUs, haltedUntilUs }: HealthReadings, nowUs: number): Partial<Reading> {
  if (haltedUntilUs !== null && haltedUntilUs > nowUs) return { state: "halted", untilUs: haltedUntilUs };
  return degradedUntilUs !== null && degradedUntilUs > nowUs ? { state: "degraded", untilUs: degradedUntilUs } : {};
}

function messageBudget({ risk, nowUs }: Kernel): Reading {
  const { budget } = risk;
  const used = { unit: "count", ...against(budget.usedOfMinute(nowUs), budget.maxPerMinute) } as const;
  return budget.isMinuteSpent ? { ...used, state: "degraded" } : used;
}

function operatorPresence({ risk, profile, nowUs }: Kernel): Reading {
  const { operator } = risk;
  const { operatorPresenceS: bound } = profile.settings;
  if (!operator.isWatching || bound <= 0) return { state: "off", unit: "s" };
  const state = { present: "clear", alert: "warning", absent: "reducing" } as const;
  const reading = Math.max(0, nowUs - operator.lastSignUs) / 1_000_000;
  return { state: state[operator.presence], unit: "s", reading, bound };
}

function hedge({ ledger, limits, profile }: Kernel): Reading {
  const { settings } = profile;
  if (!settings.hardHedgeEnabled) return { state: "off", unit: "share" };
  const reading = Math.abs(inventoryNorm(ledger.positionLots, limits.maxPositionLots));
  return { unit: "share", ...against(reading, settings.inventoryHardPct) };
}
