import { rowMakers, type SettingRows } from "./setting-row.ts";

const { decimal } = rowMakers("limits");

/** How much may be at stake. The tightest limit wins. */
export const LIMIT_ROWS = {
  maxPositionSize: decimal("MM_MAX_POSITION_SIZE", {
    default: 100,
    unit: "contracts",
    above: 0,
    meaning: "Largest position either way, and the whole that inventory, skew and bands are shares of.",
    tradeOff: "Larger earns longer before it stops and loses more when it is wrong.",
    tuning:
      "Set it for every market: about MM_MAX_POSITION_NOTIONAL_USD divided by the price. Far above that, skew and bands never wake up.",
  }),
  maxLongPositionSize: decimal("MM_MAX_LONG_POSITION_SIZE", {
    default: 0,
    unit: "contracts",
    from: 0,
    meaning:
      "Limit of the long side alone; skew and bands stay shares of MM_MAX_POSITION_SIZE. 0 = MM_MAX_POSITION_SIZE.",
    tradeOff: "Lower leans short.",
    tuning: "Lower it to take less of a market that may fall fast.",
  }),
  maxShortPositionSize: decimal("MM_MAX_SHORT_POSITION_SIZE", {
    default: 0,
    unit: "contracts",
    from: 0,
    meaning:
      "Limit of the short side alone; skew and bands stay shares of MM_MAX_POSITION_SIZE. 0 = MM_MAX_POSITION_SIZE.",
    tradeOff: "Lower leans long.",
    tuning: "Lower it to take less of a market that may be squeezed.",
  }),
  maxOrderNotionalUsd: decimal("MM_MAX_ORDER_NOTIONAL_USD", {
    default: 250,
    unit: "USD",
    from: 0,
    safe: [50, 1000],
    meaning: "Largest value of one order. 0 = off.",
    tradeOff: "Lower bounds what one bad fill can cost and may clip the size.",
    tuning: "Raise it when sizes are clipped that should not be; lower it for tighter risk.",
  }),
  maxPositionNotionalUsd: decimal("MM_MAX_POSITION_NOTIONAL_USD", {
    default: 2500,
    unit: "USD",
    from: 0,
    safe: [500, 10000],
    meaning: "Largest value of the position either way, and the base of the drawdown stop. 0 = off.",
    tradeOff: "Lower means less inventory risk and fewer fills near the limit.",
    tuning: "Scale it with the account's equity; lower it when drawdowns are too large.",
  }),
  grossExposureLimitUsd: decimal("MM_GROSS_EXPOSURE_LIMIT_USD", {
    default: 0,
    unit: "USD",
    from: 0,
    meaning: "Cap on the value of the position plus all open and in-flight orders. 0 = off.",
    tradeOff: "Lower bounds the worst case in which everything fills at once.",
    tuning: "Position limit plus both sides' levels, or off where the other limits say enough.",
  }),
} satisfies Partial<SettingRows>;

const hedge = rowMakers("inventory");

/** Taking back what quotes do not shed. */
export const HEDGE_ROWS = {
  hardHedgeEnabled: hedge.bool("MM_HARD_HEDGE_ENABLED", {
    default: false,
    meaning:
      "From the HARD band on, take the position back to MM_HARD_HEDGE_TARGET_PCT by orders that cross the spread. They only reduce, stay in the collar and are journaled.",
    tradeOff: "On pays spread and taker fee to be rid of a full position; off waits for the quotes.",
    tuning: "On for markets that run far once a side is full.",
  }),
  hardHedgeTargetPct: hedge.decimal("MM_HARD_HEDGE_TARGET_PCT", {
    default: 0.5,
    unit: "fraction",
    from: 0,
    to: 1,
    meaning: "Share of MM_MAX_POSITION_SIZE that a hedge comes back to.",
    tradeOff: "Lower takes more at once.",
    tuning: "MM_INVENTORY_WARN_PCT, so that both sides quote again.",
  }),
  hardHedgeMaxSlippageBps: hedge.decimal("MM_HARD_HEDGE_MAX_SLIPPAGE_BPS", {
    default: 10,
    unit: "bps",
    from: 0,
    meaning: "How far through the market a hedge may reach.",
    tradeOff: "Higher fills more surely and at a worse price.",
    tuning: "The ordinary spread and the depth that the size needs.",
  }),
  hardHedgeMinIntervalS: hedge.float("MM_HARD_HEDGE_MIN_INTERVAL_S", {
    default: 30,
    unit: "s",
    above: 0,
    meaning: "Least time between two hedges.",
    tradeOff: "Shorter sheds a growing position sooner and pays more often.",
    tuning: "Longer than the market takes to refill what a hedge took.",
  }),
} satisfies Partial<SettingRows>;

const balance = rowMakers("balance");

/** Fitting orders to the collateral. */
export const BALANCE_ROWS = {
  balanceAwareSizingEnabled: balance.bool("MM_BALANCE_AWARE_SIZING_ENABLED", {
    default: true,
    meaning: "Clip what would open or grow a position by the collateral that is free.",
    tradeOff: "Off, the venue is the first to notice that the money is gone.",
    tuning: "Keep it on for a real account.",
  }),
  balanceUsageFactor: balance.decimal("MM_BALANCE_USAGE_FACTOR", {
    default: 0.95,
    unit: "fraction",
    from: 0,
    meaning: "Share of the free collateral that may be used.",
    tradeOff: "Lower keeps a reserve for moves and fees.",
    tuning: "Lower it when orders are rejected for margin.",
  }),
  balanceNotionalMultiplier: balance.decimal("MM_BALANCE_NOTIONAL_MULTIPLIER", {
    default: 1,
    unit: "x",
    from: 0,
    meaning: "Value that one dollar of usable collateral may open: the leverage.",
    tradeOff: "Higher carries more position and comes closer to liquidation.",
    tuning: "Never above the leverage that the account is set to.",
  }),
  balanceMinAvailableUsd: balance.decimal("MM_BALANCE_MIN_AVAILABLE_USD", {
    default: 0,
    unit: "USD",
    from: 0,
    meaning: "Collateral that sizing leaves untouched.",
    tradeOff: "Higher is a larger cushion and smaller orders.",
    tuning: "At least what a close-out in a bad moment would cost.",
  }),
  balanceStalenessMaxS: balance.float("MM_BALANCE_STALENESS_MAX_S", {
    default: 30,
    unit: "s",
    from: 0,
    meaning: "A balance older than this, or never received, is stale. 0 = never stale.",
    tradeOff: "Shorter distrusts a slow account stream sooner.",
    tuning: "Three times the interval at which the balance is refreshed.",
  }),
  balanceStaleAction: balance.choice("MM_BALANCE_STALE_ACTION", ["skip", "reduce", "halt"], {
    default: "reduce",
    meaning:
      "On a stale balance: skip = size as if it did not matter, reduce = halve what would open, halt = open nothing. Reducing orders are never clipped.",
    tradeOff: "halt is safest and idles on every hiccup of the account stream.",
    tuning: "halt near the limits of an account, reduce otherwise.",
  }),
} satisfies Partial<SettingRows>;

const losses = rowMakers("losses");

/** When enough has been lost, or too little margin is left. */
export const LOSS_ROWS = {
  drawdownStopEnabled: losses.bool("MM_DRAWDOWN_STOP_ENABLED", {
    default: false,
    meaning: "End the session and close the position when it has lost too much from its peak.",
    tradeOff: "On bounds a bad day and may sell at its bottom.",
    tuning: "On for volatile or new markets.",
  }),
  drawdownStopPctOfMaxNotional: losses.decimal("MM_DRAWDOWN_STOP_PCT_OF_MAX_NOTIONAL", {
    default: 1.5,
    unit: "%",
    from: 0,
    safe: [0.25, 3],
    meaning:
      "Drawdown that stops the session, in percent of MM_MAX_POSITION_NOTIONAL_USD: 1.5 of 2 500 USD is 37.50 USD. 0 = never.",
    tradeOff: "Lower stops sooner, also on noise.",
    tuning: "Above an ordinary day's worst drawdown, below what hurts.",
  }),
  drawdownUseHighWatermark: losses.bool("MM_DRAWDOWN_USE_HIGH_WATERMARK", {
    default: true,
    safe: true,
    meaning: "Measure the drawdown from the session's peak; off, from its first reading.",
    tradeOff: "Off lets all that was earned be lost again, and the limit on top.",
    tuning: "Keep it on.",
  }),
  lossLimitSessionUsd: losses.decimal("MM_LOSS_LIMIT_SESSION_USD", {
    default: 0,
    unit: "USD",
    from: 0,
    meaning: "Loss of one session that halts quoting under a latch, which a person clears. 0 = off.",
    tradeOff: "Lower stops sooner.",
    tuning: "What one session may cost without a talk about it.",
  }),
  lossLimitDayUsd: losses.decimal("MM_LOSS_LIMIT_DAY_USD", {
    default: 0,
    unit: "USD",
    from: 0,
    meaning: "The same over all sessions of a UTC day; a restart does not reset it. 0 = off.",
    tradeOff: "Lower stops sooner.",
    tuning: "Two or three times the limit of a session.",
  }),
  marginGuardEnabled: losses.bool("MM_MARGIN_GUARD_ENABLED", {
    default: true,
    meaning: "Cancel all and halt while the account breaches one of the margin limits below.",
    tradeOff: "Off leaves the venue's liquidation as the only guard.",
    tuning: "Keep it on for a real account.",
  }),
  minAvailableBalanceForTrading: losses.decimal("MM_MIN_AVAILABLE_BALANCE_FOR_TRADING", {
    default: 100,
    unit: "USD",
    from: 0,
    meaning: "Margin guard: halt below this much free collateral.",
    tradeOff: "Higher halts sooner.",
    tuning: "A few orders' worth.",
  }),
  minAvailableBalanceRatio: losses.decimal("MM_MIN_AVAILABLE_BALANCE_RATIO", {
    default: 0.15,
    unit: "fraction of equity",
    from: 0,
    to: 1,
    meaning: "Margin guard: halt below this share of free collateral in equity. 0 = off.",
    tradeOff: "Higher halts sooner.",
    tuning: "Together with MM_MAX_MARGIN_UTILIZATION; both look at the same money from two sides.",
  }),
  maxMarginUtilization: losses.decimal("MM_MAX_MARGIN_UTILIZATION", {
    default: 0.85,
    unit: "fraction of equity",
    from: 0,
    to: 1,
    meaning: "Margin guard: halt above this share of initial margin in equity. 0 = off.",
    tradeOff: "Lower halts sooner.",
    tuning: "Lower it for accounts that hold other positions.",
  }),
  minLiqDistanceBps: losses.decimal("MM_MIN_LIQ_DISTANCE_BPS", {
    default: 500,
    unit: "bps",
    from: 0,
    meaning: "Margin guard: halt when the mark price is closer than this to liquidation. 0 = off.",
    tradeOff: "Higher halts sooner.",
    tuning: "More than the market can move in the time that a close-out takes.",
  }),
  marginGuardShutdownBreachS: losses.float("MM_MARGIN_GUARD_SHUTDOWN_BREACH_S", {
    default: 15,
    unit: "s",
    from: 0,
    meaning: "A breach that lasts this long ends the session. 0 = never.",
    tradeOff: "Shorter gives up sooner; longer waits for the account to recover.",
    tuning: "Longer than the account stream's ordinary delays.",
  }),
} satisfies Partial<SettingRows>;
