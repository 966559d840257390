import type { Settings } from "../settings/settings.ts";
import { Decimal } from "../values/decimal.ts";
import type { MarketRules } from "../values/market-rules.ts";
import { lots, type Lots } from "../values/units.ts";

/** A product this close to a whole lot, relative to its size, is left to decimals; twenty multiplications err by less. */
const RELATIVE_MARGIN = 2 ** -44;

/**
 * Size of a level (0 = innermost): base x scale^level, floored to the lot. Level 0 and a scale of 1 return the base as it is.
 * Exact, also when the product is a whole number of lots.
 */
export function levelSizeLots(baseLots: number, settings: Pick<Settings, "sizeScalePerLevel">, level: number): Lots {
  const scale = settings.sizeScalePerLevel;
  if (level === 0 || scale === 1) return baseLots as Lots;
  let size = baseLots;
  for (let i = 0; i < level; i += 1) size *= scale;
  if (Math.abs(size - Math.round(size)) > 1e-9 + size * RELATIVE_MARGIN) return bounded(Math.floor(size));
  const exact = new Decimal(scale).pow(level).mul(baseLots);
  const whole = exact.round();
  return bounded((exact.sub(whole).abs().lt("1e-25") ? whole : exact.floor()).toNumber());
}

/**
 * Size left on the side that a trend runs against: size x (1 - cut x strength), floored to the lot; nothing on the innermost level while the trend is
 * strong. Exact for strengths and cuts as typed (reference, section D).
 */
export function trendCutLots(
  sizeLots: number,
  settings: Pick<Settings, "trendCounterSideSizeCut" | "trendStrongThreshold">,
  strength: number,
  level: number,
): Lots {
  if (level === 0 && strength >= settings.trendStrongThreshold) return lots(0);
  const share = 1 - settings.trendCounterSideSizeCut * strength;
  if (!(share > 0)) return lots(0);
  const size = sizeLots * share;
  if (Math.abs(size - Math.round(size)) > 1e-9 + size * RELATIVE_MARGIN) return bounded(Math.floor(size));
  const exact = new Decimal(1).sub(new Decimal(settings.trendCounterSideSizeCut).mul(strength)).mul(sizeLots);
  return bounded(Math.max(0, exact.floor().toNumber()));
}

/** Settings may ask for more than a number holds: the limits clip it anyway. */
function bounded(size: number): Lots {
  return lots(Math.min(Number.MAX_SAFE_INTEGER, size));
}

/** Base order size: the market's least size x multiplier, floored to the lot, never below the least size. */
export function baseOrderLots(leastLots: number, settings: Pick<Settings, "orderSizeMultiplier">): Lots {
  if (settings.orderSizeMultiplier === 1) return lots(leastLots);
  const wanted = new Decimal(leastLots).mul(settings.orderSizeMultiplier).floor();
  return bounded(Math.max(leastLots, wanted.toNumber()));
}

/** The position limit in lots, as `TargetInput.maxPositionLots` wants it: not floored. */
export function maxPositionLots(
  rules: Pick<MarketRules, "lotSize">,
  settings: Pick<Settings, "maxPositionSize">,
): number {
  return new Decimal(settings.maxPositionSize).div(rules.lotSize).toNumber();
}
