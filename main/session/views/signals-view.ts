import type { StreamItem } from "../../../preload/bridge.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { carryPerHour } from "../../kernel/signals/funding-carry.ts";
import { pauseBoundBps } from "../../kernel/signals/legacy-toxicity.ts";
import { formatMoney } from "../../kernel/values/market-rules.ts";

/** Place of the 5 s window among the trade flow's. */
const FLOW_5S = 1;

/** Readings behind the guards, each with the limit that the present profile holds it to. */
export function signalsView(kernel: Kernel, regimeSinceUs: number): StreamItem<"signals"> {
  const { context, regime } = kernel.board;
  const { settings } = kernel.profile;
  const isLegacy = settings.marketProfile === "legacy";
  return {
    regime: regime.regime ?? settings.volUnknownRegime,
    regimeSinceUs,
    isRegimeMeasured: !regime.isMeasuring,
    volShortBps: context?.shortVolBps ?? null,
    volMediumBps: context?.mediumVolBps ?? null,
    microVolBps: context?.microVolBps ?? null,
    microVolLimitBps: isLegacy ? pauseBoundBps(settings.microVolMaxBps) : null,
    driftBps: context?.microDriftBps ?? null,
    driftLimitBps: isLegacy ? pauseBoundBps(settings.microDriftMaxBps) : null,
    imbalance: context?.imbalance ?? null,
    imbalanceLimit: settings.imbalancePauseThreshold > 0 ? settings.imbalancePauseThreshold : null,
    spreadBps: kernel.market.spreadBps,
    spreadEmaBps: kernel.market.signals.spreadEma.valueBps,
    fundingRate: kernel.market.funding.rate,
    fundingCarryPerHour: fundingCarryPerHour(kernel),
    // Whole lots: reading it moves a window, and exact sums do not care when
    tradeFlow: kernel.market.flow.imbalance(FLOW_5S, kernel.nowUs),
  };
}

/** At the mid, in quote currency. */
function fundingCarryPerHour({ market, ledger, scale }: Kernel): number | null {
  const { midHalfTicks, funding } = market;
  if (midHalfTicks === null) return null;
  const terms = { rate: funding.rate, intervalUs: funding.intervalUs, markTicks: midHalfTicks / 2 };
  return Number(formatMoney(carryPerHour(scale, ledger.positionLots, terms)));
}
