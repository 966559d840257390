import { rowMakers, type SettingRows } from "./setting-row.ts";

const { bool, decimal } = rowMakers("inventory");

/** How the position bends quotes. */
export const INVENTORY_ROWS = {
  inventorySkewFactor: decimal("MM_INVENTORY_SKEW_FACTOR", {
    default: 0.5,
    unit: "x",
    from: 0,
    safe: [0.05, 1],
    meaning:
      "Scales the skew: at the position limit both quotes shift by MM_SKEW_MAX_BPS times this against the position.",
    tradeOff: "Higher sheds inventory sooner and gives up edge on the loaded side.",
    tuning:
      "Raise it when the position often passes half of its limit; lower it when fills become too one-sided. 20 bps times 0.15 is very gentle, times 0.6 firm.",
  }),
  inventoryDeadbandPct: decimal("MM_INVENTORY_DEADBAND_PCT", {
    default: 0.1,
    unit: "fraction of max position",
    from: 0,
    to: 1,
    safe: [0.05, 0.25],
    meaning: "No skew while the position uses no more of its limit than this.",
    tradeOff: "Higher keeps quotes even near flat and answers small positions late.",
    tuning: "Raise it for markets that return to their mean; lower it for trending or toxic flow.",
  }),
  skewShapeK: decimal("MM_SKEW_SHAPE_K", {
    default: 2,
    from: 0,
    safe: [1, 4],
    meaning:
      "Shape of the skew between deadband and limit, tanh(k z) / tanh(k): 0 is a straight line; the higher k, the sooner the skew is near its full size.",
    tradeOff: "Higher answers middling positions harder and leaves less to add at the limit.",
    tuning: "Raise it when middling positions linger; lower it to let small ones work themselves off.",
  }),
  skewMaxBps: decimal("MM_SKEW_MAX_BPS", {
    default: 20,
    unit: "bps",
    from: 0,
    safe: [10, 50],
    meaning: "Largest skew before MM_INVENTORY_SKEW_FACTOR is applied.",
    tradeOff: "Higher unloads harder at the limit and pays more to do so.",
    tuning: "Raise it when the position regularly reaches its limit.",
  }),
  inventoryWarnPct: decimal("MM_INVENTORY_WARN_PCT", {
    default: 0.5,
    unit: "fraction of max position",
    from: 0,
    to: 1,
    safe: [0.3, 0.8],
    usedBy: "crypto",
    meaning:
      "From here the position is in the WARN band: the skew grows by a quarter, and quotes that reduce the position pass an imbalance pause. Must be below MM_INVENTORY_CRITICAL_PCT.",
    tradeOff: "Lower turns against inventory sooner and spends less time quoting evenly.",
    tuning: "Lower it when positions run through the band too quickly to be worked off.",
  }),
  inventoryCriticalPct: decimal("MM_INVENTORY_CRITICAL_PCT", {
    default: 0.8,
    unit: "fraction of max position",
    from: 0,
    to: 1,
    safe: [0.5, 0.95],
    usedBy: "crypto",
    meaning:
      "From here no quote may add to the position, and resting ones that would are cancelled. Between MM_INVENTORY_WARN_PCT and MM_INVENTORY_HARD_PCT.",
    tradeOff: "Lower stops accumulation sooner and leaves the market one-sided more often.",
    tuning: "Lower it in markets that trend for hours.",
  }),
  inventoryHardPct: decimal("MM_INVENTORY_HARD_PCT", {
    default: 0.95,
    unit: "fraction of max position",
    from: 0,
    to: 1,
    safe: [0.7, 0.99],
    usedBy: "crypto",
    meaning: "As critical, under its own decision code, so that the last stretch before the limit can be told apart.",
    tradeOff: "It blocks nothing that critical does not block; it marks the moments to look at.",
    tuning: "Just below 1, where a person should be looking.",
  }),
  inventorySingleSidedEnabled: bool("MM_INVENTORY_SINGLE_SIDED_ENABLED", {
    default: false,
    usedBy: "crypto",
    meaning:
      "From the WARN band on, quote only the side that reduces the position; what rests on the other is cancelled. Off: WARN quotes both sides, and only critical blocks the one that adds.",
    tradeOff: "On sheds inventory first and earns no spread meanwhile.",
    tuning: "On for markets that trend through the bands; off where positions come back by themselves.",
  }),
  inventorySingleSidedOffsetScale: decimal("MM_INVENTORY_SINGLE_SIDED_OFFSET_SCALE", {
    default: 1,
    unit: "x",
    from: 0,
    to: 1,
    safe: [0.3, 1],
    usedBy: "crypto",
    meaning:
      "Multiplies the distance of the only quoting side while single-sided: below 1 it stands closer to the market. 1 = no closer. Needs MM_INVENTORY_SINGLE_SIDED_ENABLED.",
    tradeOff: "Lower gets out sooner and at a worse price.",
    tuning: "0.5 when a loaded position waits too long for its fill.",
  }),
} satisfies Partial<SettingRows>;

const guards = rowMakers("guards");

/** Reasons not to quote, or to quote further away. */
export const GUARD_ROWS = {
  minSpreadBps: guards.decimal("MM_MIN_SPREAD_BPS", {
    default: 0,
    unit: "bps",
    from: 0,
    meaning:
      "While the book's own spread is below this, nothing is quoted and resting orders are cancelled. A gate on the market, not a distance: for that see MM_MIN_OFFSET_BPS. 0 = off.",
    tradeOff: "Higher avoids tight books where there is nothing to earn, and with them most of the fills.",
    tuning: "Off for liquid perpetuals, whose spread is a tick; above the fees for wide markets.",
  }),
  imbalanceWindowS: guards.float("MM_IMBALANCE_WINDOW_S", {
    default: 2,
    unit: "s",
    from: 0,
    safe: [1, 5],
    meaning:
      "Time over which the book imbalance is averaged, and the length of the pause that it starts (at least 1 s).",
    tradeOff: "Shorter reacts sooner and to noise.",
    tuning: "Shorten it for thin books; lengthen it for thick ones that flicker.",
  }),
  imbalancePauseThreshold: guards.decimal("MM_IMBALANCE_PAUSE_THRESHOLD", {
    default: 0.7,
    unit: "fraction",
    from: 0,
    to: 1,
    safe: [0.5, 0.85],
    meaning:
      "Above this signed imbalance of the touch the threatened side pauses: sells when bids dominate, buys when asks do. Its resting order stays in the legacy profile. 0 = off.",
    tradeOff: "Lower pauses more often and avoids more bad fills, and good ones.",
    tuning: "Lower it when markouts are bad on one side; raise it when too many looks end in a pause.",
  }),
  microVolWindowS: guards.float("MM_MICRO_VOL_WINDOW_S", {
    default: 5,
    unit: "s",
    from: 0,
    safe: [2, 10],
    meaning:
      "Window of the short volatility reading: highest minus lowest mid over the latest. Feeds the static toxicity guard and the estimate of how long a tick lasts. 0 = off.",
    tradeOff: "Shorter sees a burst sooner and more noise.",
    tuning: "Shorten it for fast markets.",
  }),
  microVolMaxBps: guards.decimal("MM_MICRO_VOL_MAX_BPS", {
    default: 8,
    unit: "bps",
    from: 0,
    safe: [4, 15],
    usedBy: "legacy",
    meaning: "Short volatility above this widens quotes; above 1.25 times this they are cancelled and paused. 0 = off.",
    tradeOff: "Lower is more careful. Most crypto markets pass 8 bps in 5 s on an ordinary day.",
    tuning: "Lower it when bad fills cluster around bursts; where it pauses for ever, use the crypto profile instead.",
  }),
  microDriftWindowS: guards.float("MM_MICRO_DRIFT_WINDOW_S", {
    default: 3,
    unit: "s",
    from: 0,
    safe: [1, 5],
    meaning: "Window of the drift reading: change from the first to the last mid. 0 = off.",
    tradeOff: "Shorter reacts sooner, more often without cause.",
    tuning: "Shorten it for markets that run on momentum.",
  }),
  microDriftMaxBps: guards.decimal("MM_MICRO_DRIFT_MAX_BPS", {
    default: 6,
    unit: "bps",
    from: 0,
    safe: [3, 10],
    usedBy: "legacy",
    meaning: "Drift in either direction above this widens quotes; above 1.25 times this they are paused. 0 = off.",
    tradeOff: "Lower is more careful and fills less.",
    tuning: "Lower it when markouts turn negative while the market runs one way.",
  }),
  volatilityOffsetMultiplier: guards.decimal("MM_VOLATILITY_OFFSET_MULTIPLIER", {
    default: 0.35,
    unit: "bps per bps",
    from: 0,
    safe: [0.1, 0.7],
    usedBy: "legacy",
    meaning: "Widening for each bps by which volatility or drift exceeds its limit, until the pause begins.",
    tradeOff: "Higher widens more in stress: fewer bad fills, fewer fills.",
    tuning: "Raise it when fills under stress lose money.",
  }),
  cancelOnStaleBook: guards.bool("MM_CANCEL_ON_STALE_BOOK", {
    default: true,
    safe: true,
    meaning: "Cancel resting orders when the book has been silent for too long.",
    tradeOff: "Off leaves orders in a market that nobody sees.",
    tuning: "Always on.",
  }),
  staleCancelGraceS: guards.float("MM_STALE_CANCEL_GRACE_S", {
    default: 3,
    unit: "s",
    from: 0,
    safe: [1, 5],
    meaning: "How long a slot waits on a stale book before its order is cancelled.",
    tradeOff: "Shorter is safer; longer rides out hiccups of the feed.",
    tuning: "Lengthen it only when a feed pauses often and briefly.",
  }),
  orderbookStalenessThresholdS: guards.float("MM_ORDERBOOK_STALENESS_THRESHOLD_S", {
    default: 15,
    unit: "s",
    above: 0,
    meaning: "A book without any message for longer than this is stale: nothing is placed on it.",
    tradeOff: "Shorter distrusts a slow feed sooner; longer quotes on an old book.",
    tuning: "A few times the longest ordinary silence of the market's feed.",
  }),
  priceCollarBps: guards.decimal("MM_PRICE_COLLAR_BPS", {
    default: 200,
    unit: "bps",
    above: 0,
    meaning: "No order leaves the house further than this from the mark price, or from the mid where there is no mark.",
    tradeOff: "Narrower catches a wrong price sooner and denies quotes that are meant to stand far away.",
    tuning: "Above the farthest level's greatest distance, with room for the skew.",
  }),
  maxBookJumpBps: guards.decimal("MM_MAX_BOOK_JUMP_BPS", {
    default: 300,
    unit: "bps",
    from: 0,
    safe: [50, 1000],
    meaning:
      "A book whose mid moves further than this within one update is not believed: quotes are cancelled, and nothing is placed until it is back or has held for MM_BOOK_JUMP_CONFIRM_S. 0 = any jump is believed.",
    tradeOff: "Lower distrusts a bad feed sooner and leaves an honest crash for longer.",
    tuning: "Several times the largest move that one honest update of the market has brought.",
  }),
  maxBookSpreadBps: guards.decimal("MM_MAX_BOOK_SPREAD_BPS", {
    default: 200,
    unit: "bps",
    from: 0,
    safe: [20, 1000],
    meaning:
      "A book with a wider spread than this is not believed: quotes are cancelled, and nothing is placed while it lasts. 0 = any spread is believed.",
    tradeOff: "Lower stands aside sooner when the others leave; higher quotes in an emptied book.",
    tuning: "Several times the widest honest spread of the market.",
  }),
  bookJumpConfirmS: guards.float("MM_BOOK_JUMP_CONFIRM_S", {
    default: 10,
    unit: "s",
    from: 0,
    safe: [2, 60],
    meaning:
      "A book that has jumped beyond MM_MAX_BOOK_JUMP_BPS is believed once it has stayed there for this long and a trade or the venue's ticker has spoken for it and none against it.",
    tradeOff: "Longer is surer; shorter quotes again sooner after a real crash.",
    tuning: "Longer than a bad feed of the venue usually lasts.",
  }),
} satisfies Partial<SettingRows>;
