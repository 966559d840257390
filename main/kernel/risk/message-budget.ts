/**
 * Token bucket over placements: `perSecond` of burst and of refill. Cancels never ask it.
 *
 * Counts in micro-tokens, whole numbers, so that a replay on any machine spends alike.
 */
export class MessageBudget {
  #microTokens: number;
  #atUs = 0;
  #ratePerS: number;

  constructor(perSecond: number) {
    this.#ratePerS = perSecond;
    this.#microTokens = this.#burst() * 1_000_000;
  }

  /** A change of rate keeps the tokens that fit. */
  setRate(perSecond: number): void {
    this.#ratePerS = perSecond;
    this.#microTokens = Math.min(this.#microTokens, this.#burst() * 1_000_000);
  }

  /** Takes one token; false when there is none. */
  take(nowUs: number): boolean {
    this.#refill(nowUs);
    if (this.#microTokens < 1_000_000) return false;
    this.#microTokens -= 1_000_000;
    return true;
  }

  /** Microseconds until a token is there; 0 when one is. */
  waitUs(nowUs: number): number {
    this.#refill(nowUs);
    return this.#microTokens >= 1_000_000 ? 0 : Math.ceil((1_000_000 - this.#microTokens) / this.#ratePerS);
  }

  #burst(): number {
    return Math.max(1, Math.floor(this.#ratePerS));
  }

  #refill(nowUs: number): void {
    if (nowUs > this.#atUs) {
      const refilled = this.#microTokens + Math.floor((nowUs - this.#atUs) * this.#ratePerS);
      this.#microTokens = Math.min(this.#burst() * 1_000_000, refilled);
      this.#atUs = nowUs;
    }
  }
}
