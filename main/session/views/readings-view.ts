import type { StreamItem } from "../../../preload/bridge.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Windowed } from "../../kernel/market/market-readings.ts";
import type { SessionFlags } from "../../kernel/market/session-flags.ts";

type Readings = StreamItem<"readings">;

/** Place of the medium window among a signal's. */
const MIDDLE = 1;

/** Every signal of the market as of the kernel's present time; asking changes no later reading. */
export function readingsView(kernel: Kernel): Readings {
  const { settings } = kernel.profile;
  const { rules, lotSize } = kernel.scale;
  const read = kernel.market.readings(kernel.nowUs, settings);
  const sizes = (values: Windowed): (number | null)[] => values.map((value) => inBase(value, lotSize));
  return {
    baseCurrency: rules.baseCurrency,
    volatilityWindowsS: [
      settings.volRegimeShortWindowS,
      settings.volRegimeMediumWindowS,
      settings.volRegimeLongWindowS,
    ],
    volatilityRangeBps: [...read.rangeBps],
    volatilityRealizedBps: [...read.realizedBps],
    orderFlow: sizes(read.orderFlowLots),
    tradeImbalance: [...read.tradeImbalance],
    cancelledBidPerS: sizes(read.cancelledBidLotsPerS),
    cancelledAskPerS: sizes(read.cancelledAskLotsPerS),
    vpin: read.vpin,
    bulkVpin: read.bulkVpin,
    vpinCoverage: read.vpinCoverage,
    vpinBucket: inBase(read.vpinBucketLots, lotSize),
    depthImbalance: read.depthImbalance,
    weightedDepthImbalance: read.weightedDepthImbalance,
    micropriceDivergenceBps: read.micropriceDivergenceBps,
    spreadRegime: read.spreadRegime,
    spreadRatio: read.spreadRatio,
    spreadJumpsPerMinute: [...read.spreadJumpsPerMinute],
    jumps: [...read.jumps],
    openSessions: openSessions(read.sessions),
    isWeekend: read.sessions.isWeekend,
    openInterest: inBase(read.openInterestLots, lotSize),
    openInterestChange: [...read.openInterestChange],
    liquidatedLong: sizes(read.liquidatedLongLots),
    liquidatedShort: sizes(read.liquidatedShortLots),
    fundingRate: read.fundingRate,
    fundingInS: read.fundingInUs === null ? null : read.fundingInUs / 1_000_000,
  };
}

/** The same as a point of the short past: of each signal its middle window, in its own unit. */
export function trendPoint(kernel: Kernel, atUs: number): StreamItem<"trends"> {
  const read = kernel.market.readings(kernel.nowUs, kernel.profile.settings);
  const middle = (values: Windowed): number | null => values[MIDDLE] ?? null;
  return {
    atUs,
    volatilityRange: middle(read.rangeBps),
    volatilityRealized: middle(read.realizedBps),
    orderFlow: middle(read.orderFlowLots),
    tradeImbalance: middle(read.tradeImbalance),
    cancelledBid: middle(read.cancelledBidLotsPerS),
    cancelledAsk: middle(read.cancelledAskLotsPerS),
    vpin: read.vpin,
    depthImbalance: read.depthImbalance,
    micropriceDivergence: read.micropriceDivergenceBps,
    spreadRatio: read.spreadRatio,
    spreadJumps: middle(read.spreadJumpsPerMinute),
    jumps: middle(read.jumps),
    openInterest: read.openInterestLots,
    liquidatedLong: middle(read.liquidatedLongLots),
    liquidatedShort: middle(read.liquidatedShortLots),
    fundingRate: read.fundingRate,
  };
}

function inBase(lots: number | null, lotSize: number): number | null {
  return lots === null ? null : lots * lotSize;
}

function openSessions({ isAsia, isEurope, isUnitedStates }: SessionFlags): Readings["openSessions"] {
  const open: Readings["openSessions"] = [];
  if (isAsia) open.push("asia");
  if (isEurope) open.push("europe");
  if (isUnitedStates) open.push("united-states");
  return open;
}
