/** Parts of a token that are counted: with them a rate of a thousandth a second refills whole parts in every microsecond. */
const PARTS_PER_TOKEN = 1_000_000_000;

/**
 * Token bucket over placements: `perSecond` of burst and of refill. Cancels never ask it.
 *
 * Counts in whole parts of a token, so that nothing is lost between two events however close they come, and a replay on any machine
 * spends alike. The rate is taken to the thousandth of a token per second.
 */
export class MessageBudget {
  #parts: number;
  #atUs = 0;
  #partsPerUs: number;
  #burstParts: number;

  constructor(perSecond: number) {
    this.#partsPerUs = partsPerUs(perSecond);
    this.#burstParts = burstParts(perSecond);
    this.#parts = this.#burstParts;
  }

  /** A change of rate counts from `nowUs` on and keeps the tokens that fit. */
  setRate(perSecond: number, nowUs: number): void {
    this.#refill(nowUs);
    this.#partsPerUs = partsPerUs(perSecond);
    this.#burstParts = burstParts(perSecond);
    this.#parts = Math.min(this.#parts, this.#burstParts);
  }

  /** Takes one token; false when there is none. */
  take(nowUs: number): boolean {
    this.#refill(nowUs);
    if (this.#parts < PARTS_PER_TOKEN) return false;
    this.#parts -= PARTS_PER_TOKEN;
    return true;
  }

  /** Microseconds until a token is there; 0 when one is. */
  waitUs(nowUs: number): number {
    this.#refill(nowUs);
    return Math.max(0, Math.ceil((PARTS_PER_TOKEN - this.#parts) / this.#partsPerUs));
  }

  #refill(nowUs: number): void {
    if (nowUs <= this.#atUs) return;
    this.#parts = Math.min(this.#burstParts, this.#parts + (nowUs - this.#atUs) * this.#partsPerUs);
    this.#atUs = nowUs;
  }
}

function partsPerUs(perSecond: number): number {
  return Math.max(1, Math.round(perSecond * 1_000));
}

function burstParts(perSecond: number): number {
  return Math.max(1, Math.floor(perSecond)) * PARTS_PER_TOKEN;
}
