import type { OrderSide } from "../values/units.ts";
import { BulkVolume } from "./bulk-volume.ts";
import { Vpin, VPIN_BUCKETS } from "./vpin.ts";

/** The volume rate is taken over stretches of at least this long. */
const STRETCH_US = 60_000_000;

/** Stretches that the mean rate remembers: the first are averaged plainly, then each new one weighs as much as this many. */
const MEAN_STRETCHES = 60;

/** A bucket holds the volume of so much mean trading: fifty of them look back over about five minutes. */
const BUCKET_US = 6_000_000;

/** Bars of the bulk classification in a bucket. */
const BARS_A_BUCKET = 10;

/**
 * VPIN on buckets cut to the market's own volume, once by the venue's aggressor flags and once by bulk classification.
 *
 * The source cuts a day's volume in fifty. A quote lives for seconds, and nobody tells the kernel a day's volume, so a bucket here holds 6 s of the mean volume: the
 * mean of stretches of a minute, the last sixty at most. Nothing is known before the first minute; the volume of buckets to come follows each stretch. Constant
 * memory; a trade costs O(1), amortised over the buckets that it fills.
 */
export class VpinSignal {
  private readonly _byFlag = new Vpin(1, VPIN_BUCKETS);
  private readonly _byBulk = new Vpin(1, VPIN_BUCKETS);
  private readonly _bulk = new BulkVolume(this._byBulk, 1);
  /** Mean volume of `STRETCH_US`, in lots; 0 before the first stretch is over. */
  private _meanLots = 0;
  private _stretches = 0;
  private _stretchLots = 0;
  private _stretchFromUs: number | null = null;

  record(nowUs: number, aggressor: OrderSide, priceTicks: number, sizeLots: number): void {
    this._measure(nowUs, sizeLots);
    if (this._stretches === 0) return;
    this._byFlag.record(aggressor, sizeLots);
    this._bulk.record(priceTicks, sizeLots);
  }

  /** By the venue's aggressor flags, 0 to 1; null before fifty buckets are full. */
  get value(): number | null {
    return this._byFlag.value;
  }

  /** By bulk classification, as the source does it: a check on the flags. */
  get bulkValue(): number | null {
    return this._byBulk.value;
  }

  /** Share of the fifty buckets that are full, 0 to 1. */
  get coverage(): number {
    return this._byFlag.coverage;
  }

  /** Volume of a bucket, in lots; null before it is known. */
  get bucketLots(): number | null {
    return this._stretches === 0 ? null : this._byFlag.bucketLots;
  }

  /** After a gap in the trades: what is half measured goes, full buckets and the mean volume are true and stay. */
  dropOpen(): void {
    this._byFlag.dropOpenBucket();
    this._byBulk.dropOpenBucket();
    this._bulk.reset();
    this._stretchFromUs = null;
    this._stretchLots = 0;
  }

  private _measure(nowUs: number, sizeLots: number): void {
    this._stretchFromUs ??= nowUs;
    const lengthUs = nowUs - this._stretchFromUs;
    if (lengthUs >= STRETCH_US) {
      this._stretches = Math.min(MEAN_STRETCHES, this._stretches + 1);
      this._meanLots += ((this._stretchLots * STRETCH_US) / lengthUs - this._meanLots) / this._stretches;
      const bucketLots = Math.max(1, Math.round((this._meanLots * BUCKET_US) / STRETCH_US));
      this._byFlag.setBucketLots(bucketLots);
      this._byBulk.setBucketLots(bucketLots);
      this._bulk.setBarLots(Math.max(1, Math.round(bucketLots / BARS_A_BUCKET)));
      this._stretchFromUs = nowUs;
      this._stretchLots = 0;
    }
    this._stretchLots += sizeLots;
  }
}
