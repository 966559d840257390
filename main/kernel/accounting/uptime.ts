/**
 * Share of time with a two-sided quote, resting and within the offset limits.
 *
 * Counts from the first call to the last; time is the kernel's, in microseconds.
 */
export class Uptime {
  #startUs: number | null = null;
  #lastUs = 0;
  #upUs = 0;
  #isUp = false;

  /** Tells whether a two-sided quote stands from now on. */
  mark(nowUs: number, isUp: boolean): void {
    if (this.#startUs === null) this.#startUs = nowUs;
    else if (this.#isUp) this.#upUs += nowUs - this.#lastUs;
    this.#lastUs = nowUs;
    this.#isUp = isUp;
  }

  /** 0 to 1; 0 before any time has passed. */
  get share(): number {
    const spanUs = this.#startUs === null ? 0 : this.#lastUs - this.#startUs;
    return spanUs > 0 ? this.#upUs / spanUs : 0;
  }
}
