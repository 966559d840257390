import type { OrderSide } from "../values/units.ts";

/** Buckets that the figure is taken from. */
export const VPIN_BUCKETS = 50;

/**
 * Volume-synchronized probability of informed trading: `sum |Vs - Vb| / (n V)` over the last n full buckets of volume V, 0 to 1 (Easley, Lopez de Prado and O'Hara,
 * Review of Financial Studies 25(5), 1457-1493). A trade that spans buckets is split. Where V was changed, n V is the volume that the n buckets hold.
 *
 * All volumes are whole lots and the sums are exact. Shown and available to strategies; alone it never gates (decisions, Signals).
 */
export class Vpin {
  private readonly _imbalances: Float64Array;
  /** Volume of each full bucket, in step with the imbalances. */
  private readonly _volumes: Float64Array;
  private _bucketLots: number;
  /** Volume of the buckets after the open one. */
  private _nextBucketLots: number;
  /** Buckets filled so far; the newest is at `(_filled - 1) % n`. */
  private _filled = 0;
  private _sum = 0;
  private _volumeSum = 0;
  private _buyLots = 0;
  private _sellLots = 0;

  /** Throws unless both are whole and positive. */
  constructor(bucketLots: number, bucketCount: number = VPIN_BUCKETS) {
    if (!Number.isSafeInteger(bucketCount) || bucketCount < 1)
      throw new RangeError(`buckets must be a whole, positive number, was ${bucketCount}`);
    this._bucketLots = checkedBucket(bucketLots);
    this._nextBucketLots = bucketLots;
    this._imbalances = new Float64Array(bucketCount);
    this._volumes = new Float64Array(bucketCount);
  }

  /** Volume of the open bucket when it will be full, in lots. */
  get bucketLots(): number {
    return this._bucketLots;
  }

  /** Changes the volume of the buckets to come; one that holds something is filled as it was. Throws unless whole and positive. */
  setBucketLots(bucketLots: number): void {
    this._nextBucketLots = checkedBucket(bucketLots);
    if (this._buyLots + this._sellLots === 0) this._bucketLots = bucketLots;
  }

  /** A trade with the venue's aggressor flag. */
  record(aggressor: OrderSide, sizeLots: number): void {
    if (aggressor === "buy") this.add(sizeLots, 0);
    else this.add(0, sizeLots);
  }

  /** Volume by aggressor, mixed evenly, in whole lots. At most n buckets of it are looked at, however large it is. */
  add(buyLots: number, sellLots: number): void {
    let buys = buyLots;
    let sells = sellLots;
    while (buys + sells > 0) {
      const roomLots = this._bucketLots - this._buyLots - this._sellLots;
      const surplusBuckets = Math.floor((buys + sells) / this._bucketLots) - this._imbalances.length - 1;
      // All that comes before the last n buckets leaves no trace
      const isTraceless = surplusBuckets > 0 && roomLots === this._bucketLots;
      const partLots = isTraceless ? surplusBuckets * this._bucketLots : Math.min(roomLots, buys + sells);
      const buyPart = buyShare(buys, sells, partLots);
      buys -= buyPart;
      sells -= partLots - buyPart;
      if (isTraceless) continue;
      this._buyLots += buyPart;
      this._sellLots += partLots - buyPart;
      if (partLots === roomLots) this._close();
    }
  }

  /** 0 to 1; null before n buckets are full. */
  get value(): number | null {
    return this._filled >= this._imbalances.length ? this._sum / this._volumeSum : null;
  }

  /** Share of the n buckets that are full, 0 to 1: how far the measuring is. */
  get coverage(): number {
    return Math.min(1, this._filled / this._imbalances.length);
  }

  /** After a gap in the trades: the open bucket has a hole and goes, full ones are true and stay. */
  dropOpenBucket(): void {
    this._buyLots = 0;
    this._sellLots = 0;
    this._bucketLots = this._nextBucketLots;
  }

  /** Forgets everything. */
  reset(): void {
    this.dropOpenBucket();
    this._filled = 0;
    this._sum = 0;
    this._volumeSum = 0;
    this._imbalances.fill(0);
    this._volumes.fill(0);
  }

  private _close(): void {
    const at = this._filled % this._imbalances.length;
    const imbalance = Math.abs(this._sellLots - this._buyLots);
    this._sum += imbalance - (this._imbalances[at] ?? 0);
    this._imbalances[at] = imbalance;
    this._volumeSum += this._bucketLots - (this._volumes[at] ?? 0);
    this._volumes[at] = this._bucketLots;
    this._filled += 1;
    this.dropOpenBucket();
  }
}

function checkedBucket(bucketLots: number): number {
  if (!Number.isSafeInteger(bucketLots) || bucketLots < 1)
    throw new RangeError(`a bucket must hold a whole, positive number of lots, was ${bucketLots}`);
  return bucketLots;
}

/** The buys among `partLots` of a mixture, whole. */
function buyShare(buyLots: number, sellLots: number, partLots: number): number {
  const wanted = Math.round((buyLots / (buyLots + sellLots)) * partLots);
  return Math.max(partLots - sellLots, Math.min(buyLots, wanted));
}
