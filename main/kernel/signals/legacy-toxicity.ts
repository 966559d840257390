import type { Settings } from "../settings/settings.ts";
import { Decimal } from "../values/decimal.ts";

export type ToxicitySettings = Pick<Settings, "microVolMaxBps" | "microDriftMaxBps" | "volatilityOffsetMultiplier">;

export type ToxicityPause = "volatility_spike" | "drift_spike";

export interface Toxicity {
  /** Widening; 0 while paused. */
  readonly extraBps: number;
  readonly pause: ToxicityPause | null;
}

/** Quoting pauses above this multiple of a limit. */
const PAUSE_MULTIPLE = 1.25;

/**
 * The legacy profile's static guard: a reading above 1.25 x its limit pauses, above the limit it widens by the excess x multiplier; a limit of 0 is off.
 *
 * Readings in bps, null = not known; drift is signed. At exactly 1.25 x nothing pauses, for limits as typed (reference, section C).
 */
export function legacyToxicity(
  microVolBps: number | null,
  microDriftBps: number | null,
  settings: ToxicitySettings,
): Toxicity {
  const volBps = microVolBps ?? 0;
  const driftBps = Math.abs(microDriftBps ?? 0);
  if (isAbovePause(volBps, settings.microVolMaxBps)) return { extraBps: 0, pause: "volatility_spike" };
  if (isAbovePause(driftBps, settings.microDriftMaxBps)) return { extraBps: 0, pause: "drift_spike" };
  const excessBps = excess(volBps, settings.microVolMaxBps) + excess(driftBps, settings.microDriftMaxBps);
  return { extraBps: excessBps * settings.volatilityOffsetMultiplier, pause: null };
}

/** The bound that a reading must exceed to pause, in bps. */
export function pauseBoundBps(limitBps: number): number {
  return limitBps * PAUSE_MULTIPLE;
}

function excess(readingBps: number, limitBps: number): number {
  return limitBps > 0 ? Math.max(0, readingBps - limitBps) : 0;
}

function isAbovePause(readingBps: number, limitBps: number): boolean {
  if (!(limitBps > 0)) return false;
  const boundBps = pauseBoundBps(limitBps);
  // The product may be off by half a unit in its last place: on the border itself decimals decide
  if (Math.abs(readingBps - boundBps) > boundBps * 2 ** -48) return readingBps > boundBps;
  return new Decimal(limitBps).mul(PAUSE_MULTIPLE).lt(readingBps);
}
