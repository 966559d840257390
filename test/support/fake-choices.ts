/** The profiles and tapes that the fake console offers, one of each broken. */
export const PROFILES = [
  { name: "legacy", isShipped: true, marketProfile: "legacy", problem: null },
  { name: "crypto", isShipped: true, marketProfile: "crypto", problem: null },
  { name: "btc-tight", isShipped: false, marketProfile: "crypto", problem: null },
  {
    name: "broken",
    isShipped: false,
    marketProfile: "legacy",
    problem: "line 12: MM_MAX_LEVELS must be between 1 and 20, was 200",
  },
] as const;
export const OFFSETS_BPS: Record<string, number> = { legacy: 1.6, crypto: 2.4, "btc-tight": 1.0 };
export const TAPES = [
  {
    tapeId: "btcusdt-20240808.tape",
    market: "BTCUSDT",
    venue: "binance-usdm",
    firstUs: 1_723_075_200_000_000,
    lastUs: 1_723_078_800_000_000,
    bytes: 18_334_112,
    problem: null,
  },
  {
    tapeId: "cut-short.tape",
    market: "BTCUSDT",
    venue: "binance-usdm",
    firstUs: 1_723_075_200_000_000,
    lastUs: 1_723_075_260_000_000,
    bytes: 70_412,
    problem: "block 3 at byte 65,536: checksum differs",
  },
] as const;
