import type { StreamItem } from "../../../preload/bridge.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { inventoryBand, inventoryNorm, skewBand, skewBps } from "../../kernel/pricing/inventory-skew.ts";
import { formatLots, formatMoney, notional } from "../../kernel/values/market-rules.ts";
import type { SessionTally } from "../session-result.ts";
import { decimalOf } from "./decimal-of.ts";

/** Position against its limits, and the result in its parts. */
export function resultView(kernel: Kernel, tally: SessionTally): StreamItem<"result"> {
  const { ledger, scale, limits, orders } = kernel;
  const { settings } = kernel.profile;
  const mid = kernel.market.midHalfTicks;
  const parts = ledger.parts(mid);
  const { positionLots } = ledger;
  const norm = inventoryNorm(positionLots, limits.maxPositionLots);
  const strength = kernel.board.context?.adverseTrendStrength ?? null;
  const skew = skewBps(norm, settings, skewBand(settings, norm), strength);
  return {
    quoteCurrency: scale.rules.quoteCurrency,
    position: formatLots(scale, positionLots),
    positionNotional: formatMoney(notional(scale, (mid ?? 0) / 2, positionLots)),
    maxPosition: (limits.maxPositionLots * scale.lotSize).toFixed(scale.sizeDecimals),
    inventoryNorm: norm,
    band: inventoryBand(norm, settings),
    bands: {
      warn: settings.inventoryWarnPct,
      critical: settings.inventoryCriticalPct,
      hard: settings.inventoryHardPct,
    },
    // Signed as in a build-up: what it does to both prices
    skewBps: 0 - (skew.skewBps + skew.trendBps),
    ifBidsFill: formatLots(scale, positionLots + orders.reservedLots("buy", -1)),
    ifAsksFill: formatLots(scale, positionLots - orders.reservedLots("sell", -1)),
    averageEntry: decimalOf(ledger.averageEntryTicks(), scale.tickSize, scale.priceDecimals),
    spreadCapture: formatMoney(parts.spreadCapture),
    inventory: formatMoney(parts.inventory),
    fees: formatMoney(parts.fees),
    funding: formatMoney(parts.funding),
    net: formatMoney(parts.net),
    fillsMaker: ledger.makerFills,
    fillsTaker: ledger.takerFills,
    placements: tally.placements,
    cancels: tally.cancels,
    uptime: kernel.uptime.share,
  };
}
