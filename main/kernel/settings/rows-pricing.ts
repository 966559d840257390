import { rowMakers, type SettingRows } from "./setting-row.ts";

const { choice, decimal, int } = rowMakers("pricing");

/** Where quotes stand, before any signal moves them. */
export const PRICING_ROWS = {
  quoteAnchor: choice("MM_QUOTE_ANCHOR", ["best", "mid", "microprice"], {
    default: "best",
    meaning:
      "The price that offsets are measured from: best = the best price of the quote's own side, mid = middle of the book, microprice = middle weighted by the sizes at the touch. Must equal MM_MARKOUT_ANCHOR.",
    tradeOff:
      "best follows the queue that the quote competes with; mid and microprice follow value and stand further inside a wide book.",
    tuning: "Keep best unless the markouts of both anchors have been compared in a backtest.",
  }),
  markoutAnchor: choice("MM_MARKOUT_ANCHOR", ["best", "mid", "microprice"], {
    default: "best",
    meaning: "The anchor that the quality of fills is judged by. Must equal MM_QUOTE_ANCHOR.",
    tradeOff: "One definition for quoting and for judging, so that neither flatters the other.",
    tuning: "Change it together with MM_QUOTE_ANCHOR.",
  }),
  numPriceLevels: int("MM_NUM_PRICE_LEVELS", {
    default: 2,
    unit: "levels per side",
    from: 1,
    to: 20,
    meaning: "Number of quotes on each side; level 0 is the innermost, and level n stands (n + 1) offsets away.",
    tradeOff: "More levels catch larger moves and use more messages and exposure.",
    tuning: "Raise it when the outer level fills well; lower it when messages or exposure run out.",
  }),
  offsetMode: choice("MM_OFFSET_MODE", ["fixed", "dynamic"], {
    default: "fixed",
    meaning:
      "How the distance from the anchor is made: fixed = a share of the price, dynamic = a multiple of the smoothed spread within two limits.",
    tradeOff: "fixed is predictable and blind; dynamic follows the market's own spread.",
    tuning: "dynamic for liquid perpetuals; fixed only where the spread says nothing about risk.",
  }),
  priceOffsetPerLevelPercent: decimal("MM_PRICE_OFFSET_PER_LEVEL_PERCENT", {
    default: 0.3,
    unit: "% of price",
    above: 0,
    meaning: "Fixed mode: distance of each level, in percent of the price (0.3 = 30 bps), times (level + 1).",
    tradeOff: "Wider is safer and hardly ever fills; closer fills and gets picked off.",
    tuning: "Some multiples of the market's spread. 30 bps is far away on a market with a spread below 1 bps.",
  }),
  spreadMultiplier: decimal("MM_SPREAD_MULTIPLIER", {
    default: 1.5,
    unit: "x",
    above: 0,
    meaning: "Dynamic mode: distance = smoothed spread times this times (level + 1), before the two limits.",
    tradeOff: "Higher earns more on a fill and fills less; lower fills more, often against better informed traders.",
    tuning: "Raise it when markouts are negative; lower it when quotes hardly fill and markouts are good.",
  }),
  minOffsetBps: decimal("MM_MIN_OFFSET_BPS", {
    default: 3,
    unit: "bps per level",
    from: 0,
    meaning:
      "Dynamic mode: the least distance, times (level + 1). Also used when no spread is known. This, not MM_MIN_SPREAD_BPS, is the real floor of a quote's distance.",
    tradeOff: "Higher protects when the spread collapses; lower competes for the touch.",
    tuning: "At least the maker fee plus what short markouts cost on this market.",
  }),
  maxOffsetBps: decimal("MM_MAX_OFFSET_BPS", {
    default: 100,
    unit: "bps per level",
    above: 0,
    meaning: "Dynamic mode: the greatest distance, times (level + 1). Must not be below MM_MIN_OFFSET_BPS.",
    tradeOff: "Higher lets quotes retreat in wild spreads; lower keeps them in reach, at greater risk.",
    tuning: "Lower it when quotes stray so far that they never return before the spread does.",
  }),
  orderSizeMultiplier: decimal("MM_ORDER_SIZE_MULTIPLIER", {
    default: 1,
    unit: "x market minimum",
    above: 0,
    meaning:
      "Base size of an order = the market's smallest order times this, floored to the size step and never below the minimum. Then MM_MAX_ORDER_NOTIONAL_USD caps it.",
    tradeOff: "Larger earns and risks more on every fill.",
    tuning: "Raise it slowly, and only once markouts are positive at the present size.",
  }),
  sizeScalePerLevel: decimal("MM_SIZE_SCALE_PER_LEVEL", {
    default: 1,
    unit: "x",
    from: 1,
    meaning: "Growth of size with each level: base size times this to the power of the level, floored to the step.",
    tradeOff: "Above 1 puts more size further away, where fills are rarer and larger moves pay more.",
    tuning: "Raise it when the outer levels earn more per contract than the inner one.",
  }),
} satisfies Partial<SettingRows>;

const reprice = rowMakers("reprice");

/** When a resting quote is replaced. */
export const REPRICE_ROWS = {
  repriceTolerancePercent: reprice.decimal("MM_REPRICE_TOLERANCE_PERCENT", {
    default: 0.1,
    unit: "fraction of the offset",
    above: 0,
    meaning:
      "Despite its name a fraction: the order stays while its price is within this share of the full offset from the target. First of three gates that must all be passed for a replacement.",
    tradeOff: "Higher keeps queue position and lets quotes age; lower tracks the target and loses the queue.",
    tuning: "Raise it when most orders are cancelled unfilled; lower it when quotes trail the market.",
  }),
  minRepriceMoveTicks: reprice.int("MM_MIN_REPRICE_MOVE_TICKS", {
    default: 2,
    unit: "ticks",
    from: 0,
    safe: [1, 5],
    meaning: "Second gate: a move of the target by fewer ticks than this replaces nothing. 0 = gate off.",
    tradeOff: "Higher means less churn and staler quotes.",
    tuning: "Raise it when more than half of the orders are cancelled; lower it when quotes lag the price.",
  }),
  minRepriceEdgeDeltaBps: reprice.decimal("MM_MIN_REPRICE_EDGE_DELTA_BPS", {
    default: 0.5,
    unit: "bps",
    from: 0,
    safe: [0.3, 2],
    meaning: "Third gate: the edge against the best price must change by at least this much.",
    tradeOff: "Higher means fewer replacements and the risk of resting on an edge that is gone.",
    tuning: "Raise it against too many cancels; lower it when fills dry up.",
  }),
  minRepriceIntervalS: reprice.float("MM_MIN_REPRICE_INTERVAL_S", {
    default: 0.5,
    unit: "s",
    from: 0,
    safe: [0.2, 2],
    usedBy: "legacy",
    meaning:
      "Least time between two placements of one slot, in the legacy profile; the crypto profile takes it from MM_REGIME_CADENCE_*. 0 = no limit.",
    tradeOff: "Longer spares the venue's message budget; shorter keeps quotes fresher.",
    tuning: "Raise it when the venue answers with rate-limit errors; lower it in fast markets.",
  }),
  maxOrderAgeS: reprice.float("MM_MAX_ORDER_AGE_S", {
    default: 15,
    unit: "s",
    from: 0,
    usedBy: "legacy",
    meaning:
      "A resting order older than this is replaced whatever the gates say, in the legacy profile; the crypto profile takes it from MM_REGIME_CADENCE_*. 0 = never.",
    tradeOff: "Shorter limits how stale a quote can get and gives up queue position more often.",
    tuning: "Raise it when aged orders were still at the right price; lower it when old orders fill badly.",
  }),
  ownSizeFilter: reprice.bool("MM_OWN_SIZE_FILTER", {
    default: true,
    meaning: "Take our own resting size out of the book before any signal or anchor is computed.",
    tradeOff: "Off, quotes react to themselves and can chase their own best price.",
    tuning: "Keep it on; off only to compare with records that were made without it.",
  }),
} satisfies Partial<SettingRows>;

const postOnly = rowMakers("postOnly");

/** Keeping quotes from crossing, and what a post-only rejection teaches. */
export const POST_ONLY_ROWS = {
  postOnlySafetyTicks: postOnly.int("MM_POST_ONLY_SAFETY_TICKS", {
    default: 2,
    unit: "ticks",
    from: 0,
    safe: [1, 4],
    meaning:
      "Least distance from the opposite best price when an order is placed; at least 1 is always kept. Must not exceed MM_POF_MAX_SAFETY_TICKS.",
    tradeOff: "Higher means fewer post-only rejections and wider quotes.",
    tuning:
      "Raise it when more than 5 % of the placements are rejected as crossing; lower it when quotes are too wide.",
  }),
  adaptivePofEnabled: postOnly.bool("MM_ADAPTIVE_POF_ENABLED", {
    default: true,
    meaning: "Let a slot widen its safety ticks and pause longer after each post-only rejection in a row.",
    tradeOff: "On: fewer rejections. Off: tighter quotes and the same rejection again and again in a fast market.",
    tuning: "Turn it off only where fewer than 1 % of the placements are rejected.",
  }),
  pofMaxSafetyTicks: postOnly.int("MM_POF_MAX_SAFETY_TICKS", {
    default: 8,
    unit: "ticks",
    from: 1,
    safe: [4, 12],
    meaning: "Ceiling of the safety ticks that rejections, and bad markouts of a slot, can build up.",
    tradeOff: "Higher leaves more room to adapt and wider quotes in the worst case.",
    tuning: "Raise it on markets with many rejections; lower it where one tick is already wide.",
  }),
  pofBackoffMultiplier: postOnly.decimal("MM_POF_BACKOFF_MULTIPLIER", {
    default: 1.7,
    unit: "x",
    from: 1,
    safe: [1.3, 2.5],
    meaning: "Each further rejection in a row multiplies the slot's pause by this, up to 120 s.",
    tradeOff: "Higher pauses longer after a series of rejections and misses more of the market.",
    tuning: "Raise it when storms of rejections use up the venue's message budget.",
  }),
  pofStreakResetS: postOnly.float("MM_POF_STREAK_RESET_S", {
    default: 45,
    unit: "s",
    from: 0,
    safe: [15, 90],
    meaning: "A quiet time longer than this between two rejections starts the count again. 0 = never.",
    tradeOff: "Lower recovers sooner and risks meeting the same rejections again.",
    tuning: "Lower it for liquid markets; raise it for thin books.",
  }),
  pofCooldownS: postOnly.float("MM_POF_COOLDOWN_S", {
    default: 2,
    unit: "s",
    from: 0,
    safe: [0.5, 5],
    meaning: "Pause of a slot after its first post-only rejection. 0 = none.",
    tradeOff: "Higher means less churn and missed fills.",
    tuning: "Raise it when one rejection is followed at once by the next.",
  }),
  minAcceptableMarkoutBps: postOnly.decimal("MM_MIN_ACCEPTABLE_MARKOUT_BPS", {
    default: -2,
    unit: "bps",
    meaning:
      "When the average 5 s markout of a slot's last 50 fills is below this, its safety ticks grow by one and its distance by what is missing, up to 10 bps; both fade over ten minutes without a new one.",
    tradeOff: "Closer to zero retreats sooner; far below zero tolerates being picked off.",
    tuning: "About the negative of what one fill earns before it moves against us.",
  }),
} satisfies Partial<SettingRows>;
