import type { StreamItem } from "../../../preload/bridge.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { flattenAttempts, flattenSlippageBps } from "../../kernel/risk/flatten.ts";
import { formatLots, formatMoney, notional } from "../../kernel/values/market-rules.ts";
import { riskControls } from "./risk-controls.ts";
import type { CloseOutSeen, SavedRisk } from "./risk-feed.ts";

type Risk = StreamItem<"risk">;

/** The risk stage as of the kernel's present time; asking changes nothing in it. */
export function riskView(kernel: Kernel, seen: SavedRisk): Risk {
  const { name, revision, hash } = kernel.profile;
  return {
    quoteCurrency: kernel.scale.rules.quoteCurrency,
    controls: riskControls(kernel, seen),
    latches: [...seen.latches.values()],
    closeOut: closeOutView(kernel, seen.closeOut),
    flattenPlan: flattenPlanOf(kernel),
    denials: [...seen.denials].map(([limit, count]) => ({ limit, count })),
    profile: { name, revision, hash, changed: seen.changed, refused: seen.refused },
  };
}

function closeOutView({ scale, profile }: Kernel, seen: CloseOutSeen): Risk["closeOut"] {
  const { beganLots, leftLots, ...rest } = seen;
  return {
    ...rest,
    began: formatLots(scale, beganLots),
    left: leftLots === null ? null : formatLots(scale, leftLots),
    attempts: flattenAttempts(profile.settings),
  };
}

/** A price beyond the collar is drawn back to it, so no attempt reaches further. */
function flattenPlanOf({ scale, limits, ledger, market, profile }: Kernel): Risk["flattenPlan"] {
  const { settings } = profile;
  const attempts = flattenAttempts(settings);
  const slippage = (attempt: number): number => {
    const reach = flattenSlippageBps(attempt, settings).toNumber();
    return limits.collarBps > 0 ? Math.min(reach, limits.collarBps) : reach;
  };
  const sizeLots = Math.abs(ledger.positionLots);
  const { midHalfTicks } = market;
  const worstBps = slippage(attempts);
  const worth = midHalfTicks === null ? null : Number(formatMoney(notional(scale, midHalfTicks / 2, sizeLots)));
  return {
    attempts,
    firstBps: slippage(1),
    worstBps,
    worstCost: worth === null ? null : (worth * worstBps) / 10_000,
    timeoutS: settings.shutdownTimeoutS,
    isTooSmall: sizeLots > 0 && sizeLots < limits.minOrderLots,
  };
}
