import { settingRow, type SettingKey } from "./settings-schema.ts";
import { formatSettingValue } from "./setting-value.ts";
import type { Settings } from "./settings.ts";

type NumberKey = { [K in SettingKey]: Settings[K] extends number ? K : never }[SettingKey];

interface OrderRule {
  readonly lower: NumberKey;
  readonly upper: NumberKey;
  readonly mayBeEqual: boolean;
}

/** Pairs of settings that keep an order, whichever profile looks at them. */
const ORDER_RULES: readonly OrderRule[] = [
  { lower: "volRegimeCalmBps", upper: "volRegimeElevatedBps", mayBeEqual: false },
  { lower: "volRegimeElevatedBps", upper: "volRegimeExtremeBps", mayBeEqual: false },
  { lower: "inventoryWarnPct", upper: "inventoryCriticalPct", mayBeEqual: false },
  { lower: "inventoryCriticalPct", upper: "inventoryHardPct", mayBeEqual: false },
  { lower: "minOffsetBps", upper: "maxOffsetBps", mayBeEqual: true },
  { lower: "trendFastEmaS", upper: "trendSlowEmaS", mayBeEqual: false },
  { lower: "volRegimeShortWindowS", upper: "volRegimeMediumWindowS", mayBeEqual: true },
  { lower: "volRegimeMediumWindowS", upper: "volRegimeLongWindowS", mayBeEqual: true },
  { lower: "postOnlySafetyTicks", upper: "pofMaxSafetyTicks", mayBeEqual: true },
  { lower: "shutdownFlattenSlippageBps", upper: "shutdownFlattenMaxSlippageBps", mayBeEqual: true },
];

/** A rule between two settings that does not hold. */
export interface BrokenRule {
  /** The setting to blame, and what it had to be beside the other. */
  readonly key: SettingKey;
  readonly other: SettingKey;
  /** "must be <"; the other's name and value follow. */
  readonly relation: string;
}

/** The rules between settings that these settings break; empty when they agree with each other. */
export function brokenRules(settings: Settings): readonly BrokenRule[] {
  const broken: BrokenRule[] = [];
  for (const { lower, upper, mayBeEqual } of ORDER_RULES) {
    const holds = mayBeEqual ? settings[lower] <= settings[upper] : settings[lower] < settings[upper];
    if (!holds) broken.push({ key: lower, other: upper, relation: mayBeEqual ? "must be <=" : "must be <" });
  }
  if (settings.quoteAnchor !== settings.markoutAnchor)
    broken.push({ key: "quoteAnchor", other: "markoutAnchor", relation: "must equal" });
  if (settings.builderProgramEnabled && settings.builderId === 0)
    broken.push({ key: "builderId", other: "builderProgramEnabled", relation: "must be > 0 beside" });
  // The stop's threshold is a share of it: of 0 it is 0, which never stops
  if (settings.drawdownStopEnabled && settings.maxPositionNotionalUsd === 0)
    broken.push({ key: "maxPositionNotionalUsd", other: "drawdownStopEnabled", relation: "must be > 0 beside" });
  const { deadmanEnabled, deadmanCountdownS, deadmanHeartbeatS } = settings;
  if (deadmanEnabled && deadmanCountdownS > 0 && deadmanHeartbeatS >= deadmanCountdownS)
    broken.push({ key: "deadmanHeartbeatS", other: "deadmanCountdownS", relation: "must be <" });
  return broken;
}

/** A rule in words, and the settings that it binds. */
export interface RuleInWords {
  readonly keys: readonly SettingKey[];
  readonly text: string;
}

/** The rules between settings as an operator reads them. */
export function rulesInWords(): readonly RuleInWords[] {
  const orders = ORDER_RULES.map(({ lower, upper, mayBeEqual }) => ({
    keys: [lower, upper],
    text: `${settingRow(lower).name} ${mayBeEqual ? "<=" : "<"} ${settingRow(upper).name}`,
  }));
  return [
    ...orders,
    { keys: ["quoteAnchor", "markoutAnchor"], text: "MM_QUOTE_ANCHOR = MM_MARKOUT_ANCHOR" },
    { keys: ["builderProgramEnabled", "builderId"], text: "MM_BUILDER_PROGRAM_ENABLED=true needs MM_BUILDER_ID > 0" },
    {
      keys: ["drawdownStopEnabled", "maxPositionNotionalUsd"],
      text: "MM_DRAWDOWN_STOP_ENABLED=true needs MM_MAX_POSITION_NOTIONAL_USD > 0",
    },
    {
      keys: ["deadmanEnabled", "deadmanCountdownS", "deadmanHeartbeatS"],
      text: "MM_DEADMAN_ENABLED=true needs MM_DEADMAN_HEARTBEAT_S < MM_DEADMAN_COUNTDOWN_S, unless that is 0",
    },
  ];
}

/** "must be < MM_VOL_REGIME_ELEVATED_BPS = 20", for a message. */
export function describeBrokenRule(rule: BrokenRule, settings: Settings): string {
  return `${rule.relation} ${settingRow(rule.other).name} = ${formatSettingValue(settings[rule.other])}`;
}
