import { theoreticalEdgeBps } from "../../../main/kernel/pricing/edge.ts";
import { inventoryBand, inventoryNorm, skewBps } from "../../../main/kernel/pricing/inventory-skew.ts";
import { offsetBps } from "../../../main/kernel/pricing/offset.ts";
import { levelSizeLots } from "../../../main/kernel/pricing/quote-sizing.ts";
import { roundToTick } from "../../../main/kernel/pricing/round-to-tick.ts";
import { postOnlyClamp } from "../../../main/kernel/quoting/post-only-clamp.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import {
  number,
  numberOrNull,
  positionLots,
  priceOf,
  record,
  settingsOf,
  side,
  text,
  ticksOf,
} from "../case-inputs.ts";
import type { Family } from "../oracle-case.ts";

export const offset: Family = ({ inputs, exact }) => {
  const settings = settingsOf(inputs);
  const { baseBps, regimeBps } = offsetBps(
    settings,
    number(inputs, "level"),
    numberOrNull(inputs, "spread_ema_bps"),
    number(inputs, "regime_scale"),
  );
  // The reference hands the fixed mode no scale; what it adds there is ours (decisions, Signals)
  const bps = settings.offsetMode === "fixed" ? baseBps : baseBps + regimeBps;
  const got = (number(inputs, "best_price") * bps) / 10_000;
  return { kind: "checked", checks: [{ field: "offset", expected: exact, got, comparison: "continuous" }] };
};

/** Adverse trends count in the crypto profile only; bands count in both, for so the newest reference computes it. Our legacy profile hands its skew the NORMAL band instead. */
export const skew: Family = ({ inputs, expected, exact }) => {
  const settings = settingsOf(inputs);
  const lots = positionLots(inputs);
  const norm = inventoryNorm(lots.positionLots, lots.maxPositionLots);
  const band = inventoryBand(norm, settings);
  const strength = settings.marketProfile === "crypto" ? numberOrNull(inputs, "trend_strength") : null;
  const parts = skewBps(norm, settings, band, strength);
  const wanted = record(expected);
  return {
    kind: "checked",
    checks: [
      { field: "skew_bps", expected: exact, got: parts.skewBps + parts.trendBps, comparison: "continuous" },
      { field: "inventory_norm", expected: wanted["inventory_norm"], got: norm, comparison: "continuous" },
      { field: "inventory_band", expected: wanted["inventory_band"], got: band, comparison: "equal" },
    ],
  };
};

export const roundToTickFamily: Family = ({ inputs, expected }) => {
  const to = inputs["side"] === null ? null : side(inputs);
  const got = roundToTick(new Decimal(text(inputs, "price")), new Decimal(text(inputs, "tick_size")), to).toFixed();
  return {
    kind: "checked",
    checks: [{ field: "rounded", expected: record(expected)["rounded"], got, comparison: "equal" }],
  };
};

export const levelSize: Family = ({ inputs, expected }) => {
  const step = new Decimal(text(inputs, "size_step"));
  if (!step.gt(0))
    return { kind: "skipped", reason: "a market without a lot size is refused where its rules are read" };
  const baseLots = new Decimal(text(inputs, "base_order_size")).div(step).toNumber();
  const got = new Decimal(levelSizeLots(baseLots, settingsOf(inputs), number(inputs, "level"))).mul(step).toFixed();
  return {
    kind: "checked",
    checks: [{ field: "size", expected: record(expected)["size"], got, comparison: "equal" }],
  };
};

export const theoreticalEdge: Family = ({ inputs, expected }) => {
  const got = theoreticalEdgeBps(side(inputs), number(inputs, "best_price"), number(inputs, "quote_price"));
  return {
    kind: "checked",
    checks: [{ field: "edge_bps", expected: record(expected)["edge_bps"], got, comparison: "continuous" }],
  };
};

export const postOnlyClampFamily: Family = ({ inputs, expected }) => {
  if (!(number(inputs, "tick_size") > 0)) {
    return { kind: "skipped", reason: "a market without a tick is refused where its rules are read" };
  }
  const price = postOnlyClamp(
    side(inputs),
    ticksOf(inputs, "target_price"),
    ticksOf(inputs, "bid_price"),
    ticksOf(inputs, "ask_price"),
    numberOrNull(inputs, "safety_ticks") ?? number(inputs, "post_only_safety_ticks"),
  );
  const got = price === null ? null : priceOf(inputs, price);
  return {
    kind: "checked",
    checks: [{ field: "price", expected: record(expected)["price"], got, comparison: "equal" }],
  };
};
