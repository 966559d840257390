/** Words of the start screen. */
export const startText = {
  title: "Start a paper session",
  lead: "Orders go to a simulated venue with queues, latency and fees. No account, no key, no money.",
  source: "Market",
  profile: "Profile",
  speed: "Speed",
  seed: "Seed",
  newSeed: "New seed",
  seedHint: "the same seed gives the same market",
  speedHint: "1 is real time",
  start: "Start session",
  starting: "Starting …",
  tapes: "Recorded tapes",
  noTapes: "No tapes in the data folder. `ballast import` makes one from a raw capture.",
  past: "Past sessions",
  actions: "What to do with it",
  replay: "Replay",
  replayHint: "Shows the whole screen as it was. Nothing can be sent from there.",
  noPast: "No session has run in this data folder yet.",
  loading: "Asking Ballast what it has …",
  latched: "KILL LATCH",
  latchedMore: "No session starts until you clear it.",
  clear: "Clear …",
  crashed: "crashed; its journal opened cleanly",
  crashedMore: "Everything that was acknowledged is on disk.",
  crashDiffers: "Tape and journal differ:",
  lastEnd: "Last session",
  data: "data in",
  chartCredit: "Charts: TradingView Lightweight Charts™, © TradingView, Inc. https://www.tradingview.com/",
  badSpeed: "Speed is a number from 0.1 to 100.",
  badSeed: "The seed is a whole number from 0 to 4294967295.",
} as const;

export const embeddedMarkets = [
  { market: "btc", name: "BTC perpetual", words: "deep book, fine tick" },
  { market: "alt", name: "Alt perpetual", words: "thin book, wide spread" },
] as const;

export const endWords = {
  running: "running",
  ended: "ended",
  crashed: "crashed",
  killed: "killed",
} as const;
