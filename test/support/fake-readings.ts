/** What the console would show of a fake market's signals. */
import type { StreamItem } from "../../preload/bridge.ts";
import type { FakeMarket } from "./fake-market.ts";

type Readings = StreamItem<"readings">;

export function readingsOf(market: FakeMarket): Readings {
  const seconds = (market.us - market.startedUs) / 1_000_000;
  const { volBps, imbalance, flow, driftBps } = market;
  /** A value a window, known when half of it is covered. */
  const over = (windowsS: readonly number[], read: (lengthS: number) => number): Readings["jumps"] =>
    windowsS.map((lengthS) => (seconds * 2 < lengthS ? null : read(lengthS)));
  const wave = Math.sin(seconds / 9);
  const flowWindows = [1, 5, 15];
  return {
    baseCurrency: "BTC",
    volatilityWindowsS: [5, 15, 60],
    volatilityRangeBps: over([5, 15, 60], (lengthS) => volBps * Math.sqrt(lengthS / 15)),
    volatilityRealizedBps: over([5, 15, 60], (lengthS) => volBps * 1.3 * Math.sqrt(lengthS / 15)),
    orderFlow: over(flowWindows, (lengthS) => (imbalance * 8 + wave * 3) * Math.sqrt(lengthS)),
    tradeImbalance: over(flowWindows, (lengthS) => Math.max(-1, Math.min(1, flow + wave / (2 + lengthS)))),
    cancelledBidPerS: over(flowWindows, (lengthS) => Math.abs(4 + 2 * wave + 1 / lengthS)),
    cancelledAskPerS: over(flowWindows, (lengthS) => Math.abs(3 - 2 * wave + 1 / lengthS)),
    vpin: seconds > 40 ? 0.3 + 0.2 * Math.abs(imbalance) : null,
    bulkVpin: seconds > 40 ? 0.28 + 0.15 * Math.abs(wave) : null,
    vpinCoverage: Math.min(1, seconds / 40),
    vpinBucket: seconds > 10 ? 12.4 : null,
    depthImbalance: imbalance,
    weightedDepthImbalance: imbalance * 0.8,
    micropriceDivergenceBps: imbalance * 0.008,
    spreadRegime: seconds < 60 ? null : wave > 0.8 ? "WIDE" : "NORMAL",
    spreadRatio: seconds < 60 ? null : 1 + Math.max(0, wave) * 0.6,
    spreadJumpsPerMinute: over([15, 60], (lengthS) => (wave > 0.9 ? 60 / lengthS : 0)),
    jumps: over([15, 60, 300], (lengthS) => Math.floor(volBps / 9 + lengthS / 200)),
    openSessions: ["europe", "united-states"],
    isWeekend: false,
    openInterest: 84_210.5,
    openInterestChange: over([60, 300, 900], (lengthS) => (driftBps / 100_000) * Math.sqrt(lengthS / 60)),
    liquidatedLong: [null, null, null],
    liquidatedShort: [null, null, null],
    fundingRate: 0.0001,
    fundingInS: Math.max(0, 3 * 3_600 - seconds),
  };
}

export function trendPointOf(market: FakeMarket): StreamItem<"trends"> {
  const readings = readingsOf(market);
  const middle = (values: Readings["jumps"]): number | null => values[1] ?? null;
  return {
    atUs: market.us,
    volatilityRange: middle(readings.volatilityRangeBps),
    volatilityRealized: middle(readings.volatilityRealizedBps),
    orderFlow: middle(readings.orderFlow),
    tradeImbalance: middle(readings.tradeImbalance),
    cancelledBid: middle(readings.cancelledBidPerS),
    cancelledAsk: middle(readings.cancelledAskPerS),
    vpin: readings.vpin,
    depthImbalance: readings.depthImbalance,
    micropriceDivergence: readings.micropriceDivergenceBps,
    spreadRatio: readings.spreadRatio,
    spreadJumps: middle(readings.spreadJumpsPerMinute),
    jumps: middle(readings.jumps),
    openInterest: readings.openInterest,
    liquidatedLong: middle(readings.liquidatedLong),
    liquidatedShort: middle(readings.liquidatedShort),
    fundingRate: readings.fundingRate,
  };
}
