import { diffSettings, type SettingChange } from "./settings-diff.ts";
import type { SettingKey } from "./settings-schema.ts";
import type { Settings } from "./settings.ts";

/** Limits that are off at 0: nothing then bounds what they name. */
const OFF_AT_ZERO = [
  "maxOrderNotionalUsd",
  "maxPositionNotionalUsd",
  "grossExposureLimitUsd",
  "lossLimitSessionUsd",
  "lossLimitDayUsd",
  "maxBookJumpBps",
  "maxBookSpreadBps",
] as const satisfies readonly SettingKey[];

/** How loose a limit is; only the order of two such numbers means anything. */
type Looseness = (settings: Settings) => number;

const orOff = (value: number): number => (value === 0 ? Number.POSITIVE_INFINITY : value);
const whenOn = (isOn: boolean): number => (isOn ? 0 : 1);
const ofSide = (own: number, both: number): number => (own > 0 ? own : both);
const STALE_ACTIONS: Readonly<Record<Settings["balanceStaleAction"], number>> = { halt: 0, reduce: 1, skip: 2 };

/** Every setting that holds a session back. The groups of limits, balance and losses are here whole; a test sees to it. */
const LOOSENESS: { readonly [K in SettingKey]?: Looseness } = {
  maxPositionSize: (of) => of.maxPositionSize,
  maxLongPositionSize: (of) => ofSide(of.maxLongPositionSize, of.maxPositionSize),
  maxShortPositionSize: (of) => ofSide(of.maxShortPositionSize, of.maxPositionSize),
  maxOrderNotionalUsd: (of) => orOff(of.maxOrderNotionalUsd),
  maxPositionNotionalUsd: (of) => orOff(of.maxPositionNotionalUsd),
  grossExposureLimitUsd: (of) => orOff(of.grossExposureLimitUsd),
  balanceAwareSizingEnabled: (of) => whenOn(of.balanceAwareSizingEnabled),
  balanceUsageFactor: (of) => of.balanceUsageFactor,
  balanceNotionalMultiplier: (of) => of.balanceNotionalMultiplier,
  balanceMinAvailableUsd: (of) => -of.balanceMinAvailableUsd,
  balanceStalenessMaxS: (of) => orOff(of.balanceStalenessMaxS),
  balanceStaleAction: (of) => STALE_ACTIONS[of.balanceStaleAction],
  drawdownStopEnabled: (of) => whenOn(of.drawdownStopEnabled),
  drawdownStopPctOfMaxNotional: (of) => orOff(of.drawdownStopPctOfMaxNotional),
  drawdownUseHighWatermark: (of) => whenOn(of.drawdownUseHighWatermark),
  lossLimitSessionUsd: (of) => orOff(of.lossLimitSessionUsd),
  lossLimitDayUsd: (of) => orOff(of.lossLimitDayUsd),
  marginGuardEnabled: (of) => whenOn(of.marginGuardEnabled),
  minAvailableBalanceForTrading: (of) => -of.minAvailableBalanceForTrading,
  minAvailableBalanceRatio: (of) => -of.minAvailableBalanceRatio,
  maxMarginUtilization: (of) => orOff(of.maxMarginUtilization),
  minLiqDistanceBps: (of) => -of.minLiqDistanceBps,
  marginGuardShutdownBreachS: (of) => orOff(of.marginGuardShutdownBreachS),
  cancelOnStaleBook: (of) => whenOn(of.cancelOnStaleBook),
  priceCollarBps: (of) => of.priceCollarBps,
  maxBookJumpBps: (of) => orOff(of.maxBookJumpBps),
  maxBookSpreadBps: (of) => orOff(of.maxBookSpreadBps),
  bookJumpConfirmS: (of) => -of.bookJumpConfirmS,
  circuitBreakerMaxFailures: (of) => of.circuitBreakerMaxFailures,
  failureRateTrip: (of) => of.failureRateTrip,
  maxOrdersPerSecond: (of) => of.maxOrdersPerSecond,
  maxMessagesPerMin: (of) => of.maxMessagesPerMin,
  repeatedExecutionLimit: (of) => of.repeatedExecutionLimit,
  operatorPresenceS: (of) => orOff(of.operatorPresenceS),
  deadmanEnabled: (of) => whenOn(of.deadmanEnabled),
  shutdownFlattenMaxSlippageBps: (of) => of.shutdownFlattenMaxSlippageBps,
};

/** The changes that hold a session back less than before: a higher maximum, a switch turned off, a loss limit raised or set to 0. */
export function loosenedLimits(before: Settings, after: Settings): readonly SettingChange[] {
  return diffSettings(before, after).filter(({ key }) => {
    const looseness = LOOSENESS[key];
    return looseness !== undefined && looseness(after) > looseness(before);
  });
}

/** The limits that these settings leave off. */
export function limitsAtZero(settings: Settings): readonly SettingKey[] {
  return OFF_AT_ZERO.filter((key) => settings[key] === 0);
}
