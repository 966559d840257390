import { inventoryBand, inventoryNorm, type InventoryBand } from "../../../main/kernel/pricing/inventory-skew.ts";
import { targetPrice, type TargetInput } from "../../../main/kernel/pricing/target-price.ts";
import { compareWithResting } from "../../../main/kernel/quoting/reprice-gates.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import {
  number,
  numberOrNull,
  positionLots,
  priceOf,
  record,
  settingsOf,
  side,
  ticksOf,
  ticksOrNull,
} from "../case-inputs.ts";
import type { Family } from "../oracle-case.ts";

type Inputs = Record<string, unknown>;

/** What the newest reference prices with: bands in both profiles, an adverse trend in crypto, no regime scale in fixed mode. */
function targetInput(inputs: Inputs, settings: Settings): TargetInput {
  const lots = positionLots(inputs);
  const isCrypto = settings.marketProfile === "crypto";
  return {
    ...sharedInput(inputs, settings, inventoryBand(inventoryNorm(lots.positionLots, lots.maxPositionLots), settings)),
    regimeScale: settings.offsetMode === "fixed" ? 1 : number(inputs, "regime_scale"),
    adverseTrendStrength: isCrypto ? numberOrNull(inputs, "trend_strength") : null,
    fundingBiasBps: number(inputs, "funding_bias_bps"),
  };
}

/** The part that both commits of the reference have. */
export function sharedInput(inputs: Inputs, settings: Settings, band: InventoryBand): TargetInput {
  return {
    ...positionLots(inputs),
    settings,
    side: side(inputs),
    level: number(inputs, "level"),
    anchorTicks: ticksOf(inputs, "best_price"),
    bidTicks: ticksOrNull(inputs, "best_bid"),
    askTicks: ticksOrNull(inputs, "best_ask"),
    spreadEmaBps: numberOrNull(inputs, "spread_ema_bps"),
    regimeScale: 1,
    band,
    adverseTrendStrength: null,
    skewFactor: 1,
    offsetFactor: 1,
    fundingBiasBps: 0,
    extraBps: number(inputs, "extra_offset_bps"),
  };
}

export const targetPriceFamily: Family = ({ inputs, exact }) => {
  const got = priceOf(inputs, targetPrice(targetInput(inputs, settingsOf(inputs))).targetTicks);
  return { kind: "checked", checks: [{ field: "target_price", expected: exact, got, comparison: "equal" }] };
};

export const needsReprice: Family = ({ inputs, exact }) => {
  const settings = settingsOf(inputs);
  const input = targetInput(inputs, settings);
  const reason = compareWithResting(input, settings, ticksOf(inputs, "prev_price"), targetPrice(input).targetTicks);
  const wanted = record(exact);
  const isReprice = reason === "replace_target_shift";
  return {
    kind: "checked",
    checks: [
      { field: "reason", expected: wanted["reason"], got: reason, comparison: "equal" },
      { field: "reprice", expected: wanted["reprice"], got: isReprice, comparison: "equal" },
    ],
  };
};
