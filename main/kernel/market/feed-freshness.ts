/** When the depth stream was last heard of, a delta or a snapshot, whatever it said. */
export class FeedFreshness {
  private _lastHeardUs: number | null = null;

  heard(nowUs: number): void {
    this._lastHeardUs = nowUs;
  }

  /** Time since the last message; null before the first. */
  ageUs(nowUs: number): number | null {
    return this._lastHeardUs === null ? null : nowUs - this._lastHeardUs;
  }

  /** True before the first message and when the last is older than the threshold. */
  isStale(nowUs: number, thresholdUs: number): boolean {
    return this._lastHeardUs === null || nowUs - this._lastHeardUs > thresholdUs;
  }

  reset(): void {
    this._lastHeardUs = null;
  }
}
