import type { Settings } from "../settings/settings.ts";

export type FundingSettings = Pick<
  Settings,
  "marketProfile" | "fundingBiasEnabled" | "fundingInventoryWeight" | "fundingBiasCapBps"
>;

/** Rates are compared over this interval, the usual one of perpetuals: an hourly venue's rate counts eightfold. */
const COMMON_INTERVAL_US = 28_800_000_000;

/** Shift of both quotes by the funding rate: positive lowers them, for then longs pay. */
export class FundingBias {
  private _rate = 0;
  private _intervalUs = COMMON_INTERVAL_US;

  /** Fraction of notional per interval. */
  get rate(): number {
    return this._rate;
  }

  /** The venue's own interval, in microseconds. */
  get intervalUs(): number {
    return this._intervalUs;
  }

  /** Fraction of notional per 8 hours, whatever the venue's interval is. */
  get eightHourRate(): number {
    return this._intervalUs === COMMON_INTERVAL_US ? this._rate : (this._rate * COMMON_INTERVAL_US) / this._intervalUs;
  }

  /** Takes in a new rate and its interval; a rate that is not a finite number leaves both, an interval that is none leaves the interval. */
  setRate(rate: number, intervalUs: number = this._intervalUs): void {
    if (!Number.isFinite(rate)) return;
    this._rate = rate;
    if (intervalUs > 0) this._intervalUs = intervalUs;
  }

  /** Rate over 8 hours in bps x weight, held within the cap on both sides; a cap of 0 is none. Always 0 outside the crypto profile. */
  biasBps(settings: FundingSettings): number {
    if (settings.marketProfile !== "crypto" || !settings.fundingBiasEnabled) return 0;
    const biasBps = this.eightHourRate * 10_000 * settings.fundingInventoryWeight;
    const capBps = settings.fundingBiasCapBps;
    return capBps > 0 ? Math.max(-capBps, Math.min(capBps, biasBps)) : biasBps;
  }
}
