import { rowMakers, type SettingRows } from "./setting-row.ts";

const { bool, choice, float, text } = rowMakers("session");

/** What is quoted, where, and under whose eyes. */
export const SESSION_ROWS = {
  environment: choice("MM_ENVIRONMENT", ["testnet", "mainnet"], {
    default: "testnet",
    takesEffect: "immutable",
    meaning: "Which network of the venue live orders go to. A simulated session has no network and ignores it.",
    tradeOff: "testnet risks nothing and teaches nothing about fills; mainnet is real money.",
    tuning: "Leave testnet until a paper session with the same profile has behaved.",
  }),
  marketName: text("MM_MARKET_NAME", {
    default: "ETH-USD",
    unit: "venue's symbol",
    takesEffect: "immutable",
    meaning: "The one market that a live session quotes. A tape or the embedded market brings its own name.",
    tuning: "Change it together with MM_MAX_POSITION_SIZE, which counts contracts of this market.",
  }),
  marketProfile: choice("MM_MARKET_PROFILE", ["legacy", "crypto"], {
    default: "legacy",
    cryptoDefault: "crypto",
    meaning:
      "Which way of quoting: legacy has the static toxicity guard; crypto has volatility regimes, trend, inventory bands and funding, and takes its cadence from the regime.",
    tradeOff:
      "legacy stops quoting whenever a market moves as crypto ordinarily does; crypto stays in the market and widens instead.",
    tuning: "crypto for anything volatile; legacy for calm, tight markets. A flip while quoting loses no state.",
  }),
  enabled: bool("MM_ENABLED", {
    default: true,
    takesEffect: "restart",
    meaning: "Whether a session may start with this profile at all. It is no kill switch: use the console's for that.",
    tuning: "Set false to park a profile that nobody should start by mistake.",
  }),
  configRollbackEnabled: bool("MM_CONFIG_ROLLBACK_ENABLED", {
    default: false,
    meaning:
      "Judge every changed profile 300 s and 5 fills later, and put the last good one back when the mean 1 s markout fell by more than 2 bps, the session's result by more than 50 USD, or a positive spread capture by more than 2 bps.",
    tradeOff:
      "On takes back a change that goes wrong while nobody looks; it may also blame a change for what the market did.",
    tuning: "On for changes that nobody will watch. The file keeps what was written into it.",
  }),
  operatorPresenceS: float("MM_OPERATOR_PRESENCE_S", {
    default: 0,
    unit: "s",
    from: 0,
    meaning:
      "In live mode: with no input or acknowledgement of the operator for this long, an alert; after as long again, only reducing orders. 0 = off.",
    tradeOff: "Shorter catches an empty chair sooner and interrupts a quiet one more often.",
    tuning: "900 to 3600 while somebody is meant to be watching.",
  }),
} satisfies Partial<SettingRows>;
