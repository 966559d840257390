/** Parts of a token that are counted: with them a rate of a thousandth a second refills whole parts in every microsecond. */
const PARTS_PER_TOKEN = 1_000_000_000;

/**
 * Token bucket over placements: `perSecond` of burst and of refill. Cancels never ask it.
 *
 * Counts in whole parts of a token, so that nothing is lost between two events however close they come, and a replay on any machine
 * spends alike. The rate is taken to the thousandth of a token per second.
 */
export class MessageBudget {
  private _parts: number;
  private _atUs = 0;
  private _partsPerUs: number;
  private _burstParts: number;

  constructor(perSecond: number) {
    this._partsPerUs = partsPerUs(perSecond);
    this._burstParts = burstParts(perSecond);
    this._parts = this._burstParts;
  }

  /** A change of rate counts from `nowUs` on and keeps the tokens that fit. */
  setRate(perSecond: number, nowUs: number): void {
    this._refill(nowUs);
    this._partsPerUs = partsPerUs(perSecond);
    this._burstParts = burstParts(perSecond);
    this._parts = Math.min(this._parts, this._burstParts);
  }

  /** Takes one token; false when there is none. */
  take(nowUs: number): boolean {
    this._refill(nowUs);
    if (this._parts < PARTS_PER_TOKEN) return false;
    this._parts -= PARTS_PER_TOKEN;
    return true;
  }

  /** Microseconds until a token is there; 0 when one is. */
  waitUs(nowUs: number): number {
    this._refill(nowUs);
    return Math.max(0, Math.ceil((PARTS_PER_TOKEN - this._parts) / this._partsPerUs));
  }

  private _refill(nowUs: number): void {
    if (nowUs <= this._atUs) return;
    this._parts = Math.min(this._burstParts, this._parts + (nowUs - this._atUs) * this._partsPerUs);
    this._atUs = nowUs;
  }
}

function partsPerUs(perSecond: number): number {
  return Math.max(1, Math.round(perSecond * 1_000));
}

function burstParts(perSecond: number): number {
  return Math.max(1, Math.floor(perSecond)) * PARTS_PER_TOKEN;
}
