/** The shipped profile `crypto`, as the text of an env file. */
export const cryptoProfileText = `# crypto: Ballast's profile for volatile perpetuals. Volatility regimes set width and pace, a trend cuts the counter side,
# inventory bands stop accumulation, and funding leans the quotes.
#
# "ballast profile explain MM_X" tells what a setting means. This copy is read-only: save your own beside it to change it.

# Session
# What is quoted and where. Credentials never stand here: they live in the vault.
MM_ENVIRONMENT=testnet # testnet | mainnet
# Counts in live mode only: a tape and the embedded market bring their own.
MM_MARKET_NAME=BTC-USD # venue's symbol
MM_MARKET_PROFILE=crypto # legacy | crypto
MM_ENABLED=true
MM_CONFIG_ROLLBACK_ENABLED=false
MM_OPERATOR_PRESENCE_S=0 # s

# Pricing
# How far from the market. Level n stands (n + 1) offsets away.
MM_QUOTE_ANCHOR=best # best | mid | microprice
MM_MARKOUT_ANCHOR=best # best | mid | microprice
MM_NUM_PRICE_LEVELS=2 # levels per side
# Not the schema's default, fixed: a fixed 30 bps a level is far too wide for a liquid perpetual, whose spread is often
# below 1 bps, and would hardly ever fill. The distance follows the market's own spread instead, within two limits.
MM_OFFSET_MODE=dynamic # fixed | dynamic
MM_PRICE_OFFSET_PER_LEVEL_PERCENT=0.3 # % of price
MM_SPREAD_MULTIPLIER=1.5 # x
MM_MIN_OFFSET_BPS=3 # bps per level
MM_MAX_OFFSET_BPS=100 # bps per level
# Twice the least that the venue takes, so that an order cut down by trend or inventory is still one.
MM_ORDER_SIZE_MULTIPLIER=2 # x market minimum
MM_SIZE_SCALE_PER_LEVEL=1 # x

# Repricing
# A resting order is replaced only when all three gates are passed, or when it is too old.
MM_REPRICE_TOLERANCE_PERCENT=0.1 # fraction of the offset
MM_MIN_REPRICE_MOVE_TICKS=2 # ticks, safe 1 to 5
MM_MIN_REPRICE_EDGE_DELTA_BPS=0.5 # bps, safe 0.3 to 2
MM_OWN_SIZE_FILTER=true

# Post-only safety
# Distance from the opposite best price, and what a rejection teaches.
MM_POST_ONLY_SAFETY_TICKS=2 # ticks, safe 1 to 4
MM_ADAPTIVE_POF_ENABLED=true
MM_POF_MAX_SAFETY_TICKS=8 # ticks, safe 4 to 12
MM_POF_BACKOFF_MULTIPLIER=1.7 # x, safe 1.3 to 2.5
MM_POF_STREAK_RESET_S=45 # s, safe 15 to 90
MM_POF_COOLDOWN_S=2 # s, safe 0.5 to 5
MM_MIN_ACCEPTABLE_MARKOUT_BPS=-2 # bps

# Inventory skew and bands
# Largest skew = MM_SKEW_MAX_BPS x MM_INVENTORY_SKEW_FACTOR, reached at the position limit.
MM_INVENTORY_SKEW_FACTOR=0.5 # x, safe 0.05 to 1
MM_INVENTORY_DEADBAND_PCT=0.1 # fraction of max position, safe 0.05 to 0.25
MM_SKEW_SHAPE_K=2 # safe 1 to 4
MM_SKEW_MAX_BPS=20 # bps, safe 10 to 50
MM_INVENTORY_WARN_PCT=0.5 # fraction of max position, safe 0.3 to 0.8
MM_INVENTORY_CRITICAL_PCT=0.8 # fraction of max position, safe 0.5 to 0.95
MM_INVENTORY_HARD_PCT=0.95 # fraction of max position, safe 0.7 to 0.99
MM_INVENTORY_SINGLE_SIDED_ENABLED=false
MM_INVENTORY_SINGLE_SIDED_OFFSET_SCALE=1 # x, safe 0.3 to 1
# From the HARD band on, take the position back by orders that cross the spread.
MM_HARD_HEDGE_ENABLED=false
MM_HARD_HEDGE_TARGET_PCT=0.5 # fraction
MM_HARD_HEDGE_MAX_SLIPPAGE_BPS=10 # bps
MM_HARD_HEDGE_MIN_INTERVAL_S=30 # s

# Guards
# Reasons to widen, to pause, or to leave.
MM_MIN_SPREAD_BPS=0 # bps
MM_IMBALANCE_WINDOW_S=2 # s, safe 1 to 5
MM_IMBALANCE_PAUSE_THRESHOLD=0.7 # fraction, safe 0.5 to 0.85
MM_MICRO_VOL_WINDOW_S=5 # s, safe 2 to 10
MM_MICRO_DRIFT_WINDOW_S=3 # s, safe 1 to 5
MM_CANCEL_ON_STALE_BOOK=true # always true
MM_STALE_CANCEL_GRACE_S=3 # s, safe 1 to 5
MM_ORDERBOOK_STALENESS_THRESHOLD_S=15 # s
MM_PRICE_COLLAR_BPS=200 # bps
# A book that jumps or gapes wider than any honest one is not quoted on. The generated and recorded markets stay below 40 bps in both.
MM_MAX_BOOK_JUMP_BPS=300 # bps, safe 50 to 1000
MM_MAX_BOOK_SPREAD_BPS=200 # bps, safe 20 to 1000
MM_BOOK_JUMP_CONFIRM_S=10 # s, safe 2 to 60

# Volatility regime
# Thresholds belong to the medium window.
MM_VOL_REGIME_ENABLED=true
MM_VOL_ESTIMATOR=range # range | realized
MM_VOL_UNKNOWN_REGIME=ELEVATED # CALM | NORMAL | ELEVATED | EXTREME
MM_VOL_REGIME_SHORT_WINDOW_S=15 # s
MM_VOL_REGIME_MEDIUM_WINDOW_S=60 # s
MM_VOL_REGIME_LONG_WINDOW_S=120 # s
MM_VOL_REGIME_CALM_BPS=8 # bps
MM_VOL_REGIME_ELEVATED_BPS=20 # bps
MM_VOL_REGIME_EXTREME_BPS=45 # bps
MM_VOL_REGIME_HYSTERESIS_PCT=0.1 # fraction of the threshold
MM_VOL_REGIME_MIN_DWELL_S=3 # s
MM_VOL_OFFSET_SCALE_CALM=0.8 # x
MM_VOL_OFFSET_SCALE_ELEVATED=1.5 # x
MM_VOL_OFFSET_SCALE_EXTREME=2.2 # x
MM_REGIME_CADENCE_CALM=0.4/20 # s/s
MM_REGIME_CADENCE_NORMAL=0.6/15 # s/s
MM_REGIME_CADENCE_ELEVATED=1/10 # s/s
MM_REGIME_CADENCE_EXTREME=2/5 # s/s

# Trend
# Strength 0 to 1: distance of two averages over the medium window's volatility.
MM_TREND_ENABLED=true
MM_TREND_MODE=time
MM_TREND_FAST_EMA_S=15 # s
MM_TREND_SLOW_EMA_S=60 # s
MM_TREND_STRONG_THRESHOLD=0.7 # 0 to 1
MM_TREND_COUNTER_SIDE_SIZE_CUT=0.6 # fraction
MM_TREND_SKEW_BOOST=1.5 # x
MM_TREND_ONE_WAY_ENABLED=false
MM_TREND_CANCEL_COUNTER_ON_STRONG=false

# Funding
# Both quotes shift down when longs pay, up when shorts pay.
MM_FUNDING_BIAS_ENABLED=true
MM_FUNDING_INVENTORY_WEIGHT=1 # x
MM_FUNDING_BIAS_CAP_BPS=5 # bps
MM_FUNDING_INVENTORY_TOLERANCE=0 # fraction of the skew

# Size and exposure limits
# The tightest limit wins. 0 = off, where a value may be 0.
# In contracts, so it must be set to the market: 0.04 BTC is about MM_MAX_POSITION_NOTIONAL_USD at 62 000 USD. Skew and
# inventory bands are shares of it; a limit far above the notional one would leave them asleep.
MM_MAX_POSITION_SIZE=0.04 # contracts
MM_MAX_LONG_POSITION_SIZE=0 # contracts
MM_MAX_SHORT_POSITION_SIZE=0 # contracts
MM_MAX_ORDER_NOTIONAL_USD=250 # USD, safe 50 to 1000
MM_MAX_POSITION_NOTIONAL_USD=2500 # USD, safe 500 to 10000
MM_GROSS_EXPOSURE_LIMIT_USD=0 # USD

# Balance
# Only what opens or grows a position is clipped.
MM_BALANCE_AWARE_SIZING_ENABLED=true
MM_BALANCE_USAGE_FACTOR=0.95 # fraction
MM_BALANCE_NOTIONAL_MULTIPLIER=1 # x
MM_BALANCE_MIN_AVAILABLE_USD=0 # USD
MM_BALANCE_STALENESS_MAX_S=30 # s
MM_BALANCE_STALE_ACTION=reduce # skip | reduce | halt

# Losses and margin
# 0 = off, where a value may be 0.
MM_DRAWDOWN_STOP_ENABLED=false
MM_DRAWDOWN_STOP_PCT_OF_MAX_NOTIONAL=1.5 # %, safe 0.25 to 3
MM_DRAWDOWN_USE_HIGH_WATERMARK=true # always true
MM_LOSS_LIMIT_SESSION_USD=0 # USD
MM_LOSS_LIMIT_DAY_USD=0 # USD
MM_MARGIN_GUARD_ENABLED=true
MM_MIN_AVAILABLE_BALANCE_FOR_TRADING=100 # USD
MM_MIN_AVAILABLE_BALANCE_RATIO=0.15 # fraction of equity
MM_MAX_MARGIN_UTILIZATION=0.85 # fraction of equity
MM_MIN_LIQ_DISTANCE_BPS=500 # bps
MM_MARGIN_GUARD_SHUTDOWN_BREACH_S=15 # s

# Breakers and rates
# Trouble with the orders themselves.
MM_CIRCUIT_BREAKER_MAX_FAILURES=5 # failures, safe 3 to 10
MM_CIRCUIT_BREAKER_COOLDOWN_S=30 # s, safe 15 to 120
MM_FAILURE_WINDOW_S=60 # s, safe 30 to 120
MM_FAILURE_RATE_TRIP=0.35 # fraction, safe 0.2 to 0.5
MM_MIN_ATTEMPTS_FOR_BREAKER=10 # attempts, safe 5 to 20
MM_MAX_ORDERS_PER_SECOND=10 # orders/s
MM_MAX_MESSAGES_PER_MIN=600 # messages/min
MM_RATE_LIMIT_DEGRADED_S=20 # s
MM_RATE_LIMIT_HALT_WINDOW_S=60 # s
MM_RATE_LIMIT_HALT_HITS=5 # complaints
MM_RATE_LIMIT_HALT_S=30 # s
MM_RATE_LIMIT_EXTRA_OFFSET_BPS=5 # bps
MM_RATE_LIMIT_REPRICE_MULTIPLIER=2 # x
MM_MAINTENANCE_PAUSE_S=60 # s
MM_REPEATED_EXECUTION_LIMIT=20 # fills
MM_REPEATED_EXECUTION_WINDOW_S=10 # s

# Dead-man switch and shutdown
# Live mode.
MM_DEADMAN_ENABLED=true
MM_DEADMAN_COUNTDOWN_S=30 # s
MM_DEADMAN_HEARTBEAT_S=10 # s
MM_FLATTEN_POSITION_ON_SHUTDOWN=true
MM_SHUTDOWN_FLATTEN_SLIPPAGE_BPS=20 # bps
MM_SHUTDOWN_FLATTEN_SLIPPAGE_STEP_BPS=10 # bps
MM_SHUTDOWN_FLATTEN_MAX_SLIPPAGE_BPS=100 # bps
MM_SHUTDOWN_FLATTEN_RETRIES=3 # attempts
MM_SHUTDOWN_FLATTEN_RETRY_DELAY_S=1 # s
MM_SHUTDOWN_TIMEOUT_S=30 # s

# Fees and records
# Decisions and fills go to the database; MM_JOURNAL_MAX_SIZE_MB is about text files only.
MM_FEE_REFRESH_INTERVAL_S=60 # s
MM_BUILDER_PROGRAM_ENABLED=false
MM_BUILDER_ID=0 # id
MM_BUILDER_FEE_RATE=0 # fraction of notional
MM_LOG_LEVEL=INFO # DEBUG | INFO | WARNING | ERROR | CRITICAL
MM_JOURNAL_REPRICE_DECISIONS=true
MM_FILL_SNAPSHOT_DEPTH=5 # levels
MM_JOURNAL_MAX_SIZE_MB=50 # MB
`;
