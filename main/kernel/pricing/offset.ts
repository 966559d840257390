import type { Settings } from "../settings/settings.ts";
import { Decimal } from "../values/decimal.ts";

export type OffsetSettings = Pick<
  Settings,
  "offsetMode" | "priceOffsetPerLevelPercent" | "spreadMultiplier" | "minOffsetBps" | "maxOffsetBps"
>;

/** Distance of a quote from its anchor, in bps of the anchor; both parts widen when positive. */
export interface OffsetParts {
  /** Without the regime. */
  readonly baseBps: number;
  /** What the regime scale adds; negative when a calm market narrows. */
  readonly regimeBps: number;
}

/**
 * Distance of a level (0 = innermost) before any regime, in bps.
 *
 * Fixed: percent x 100 x (level + 1). Dynamic: smoothed spread x multiplier x (level + 1), held between the floor and the ceiling of the level;
 * the floor wins over the ceiling and stands in where no spread is known (reference, section C).
 */
export function baseOffsetBps(settings: OffsetSettings, level: number, spreadEmaBps: number | null): number {
  const steps = level + 1;
  if (settings.offsetMode === "fixed") return settings.priceOffsetPerLevelPercent * 100 * steps;
  const spreadBps = spreadEmaBps !== null && spreadEmaBps > 0 ? spreadEmaBps : settings.minOffsetBps;
  const wantedBps = spreadBps * settings.spreadMultiplier * steps;
  return Math.max(settings.minOffsetBps * steps, Math.min(wantedBps, settings.maxOffsetBps * steps));
}

/** The regime's part in dynamic mode: the scale multiplies the offset after its clamp, so it may leave floor and ceiling. */
export function scaledRegimeBps(baseBps: number, regimeScale: number): number {
  return baseBps * (Math.max(0, regimeScale) - 1);
}

/** The regime's part in fixed mode: a scale above 1 adds (scale - 1) x minimum offset, once, whatever the level. */
export function fixedRegimeBps(settings: OffsetSettings, regimeScale: number): number {
  return Math.max(0, regimeScale - 1) * settings.minOffsetBps;
}

/** Distance of a level in its two parts. A scale of 1 adds nothing in either mode. */
export function offsetBps(
  settings: OffsetSettings,
  level: number,
  spreadEmaBps: number | null,
  regimeScale: number,
): OffsetParts {
  const baseBps = baseOffsetBps(settings, level, spreadEmaBps);
  return { baseBps, regimeBps: regimeOffsetBps(settings, baseBps, regimeScale) };
}

/** The regime's part of a known base distance, by the settings' mode. */
export function regimeOffsetBps(settings: OffsetSettings, baseBps: number, regimeScale: number): number {
  return settings.offsetMode === "fixed"
    ? fixedRegimeBps(settings, regimeScale)
    : scaledRegimeBps(baseBps, regimeScale);
}

/** Sum of both parts of `offsetBps`, in decimals: settings and readings are doubles whose shortest text is meant exactly. */
export function exactOffsetBps(
  settings: OffsetSettings,
  level: number,
  spreadEmaBps: number | null,
  regimeScale: number,
): Decimal {
  const steps = level + 1;
  const scale = Decimal.max(0, regimeScale);
  const floorBps = new Decimal(settings.minOffsetBps);
  if (settings.offsetMode === "fixed") {
    const base = new Decimal(settings.priceOffsetPerLevelPercent).mul(100).mul(steps);
    return base.add(Decimal.max(0, scale.sub(1)).mul(floorBps));
  }
  const spread = spreadEmaBps !== null && spreadEmaBps > 0 ? new Decimal(spreadEmaBps) : floorBps;
  const wanted = spread.mul(settings.spreadMultiplier).mul(steps);
  const ceiling = new Decimal(settings.maxOffsetBps).mul(steps);
  return Decimal.max(floorBps.mul(steps), Decimal.min(wanted, ceiling)).mul(scale);
}
