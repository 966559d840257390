import type { Settings } from "../settings/settings.ts";

export type FundingSettings = Pick<
  Settings,
  "marketProfile" | "fundingBiasEnabled" | "fundingInventoryWeight" | "fundingBiasCapBps"
>;

/** Shift of both quotes by the funding rate: positive lowers them, for then longs pay. */
export class FundingBias {
  private _rate = 0;

  /** Fraction of notional per interval. */
  get rate(): number {
    return this._rate;
  }

  /** Takes in a new rate; what is not a finite number leaves the old one. */
  setRate(rate: number): void {
    if (Number.isFinite(rate)) this._rate = rate;
  }

  /** Rate in bps x weight, held within the cap on both sides; a cap of 0 is none. Always 0 outside the crypto profile. */
  biasBps(settings: FundingSettings): number {
    if (settings.marketProfile !== "crypto" || !settings.fundingBiasEnabled) return 0;
    const biasBps = this._rate * 10_000 * settings.fundingInventoryWeight;
    const capBps = settings.fundingBiasCapBps;
    return capBps > 0 ? Math.max(-capBps, Math.min(capBps, biasBps)) : biasBps;
  }
}
