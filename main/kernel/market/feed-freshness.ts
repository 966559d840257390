/** When the depth stream was last heard of, a delta or a snapshot, whatever it said. */
export class FeedFreshness {
  #lastHeardUs: number | null = null;

  heard(nowUs: number): void {
    this.#lastHeardUs = nowUs;
  }

  /** Time since the last message; null before the first. */
  ageUs(nowUs: number): number | null {
    return this.#lastHeardUs === null ? null : nowUs - this.#lastHeardUs;
  }

  /** True before the first message and when the last is older than the threshold. */
  isStale(nowUs: number, thresholdUs: number): boolean {
    return this.#lastHeardUs === null || nowUs - this.#lastHeardUs > thresholdUs;
  }

  reset(): void {
    this.#lastHeardUs = null;
  }
}
