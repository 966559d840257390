/**
 * Share of time with a two-sided quote, resting and within the offset limits.
 *
 * Counts from the first call to the last; time is the kernel's, in microseconds.
 */
export class Uptime {
  private _startUs: number | null = null;
  private _lastUs = 0;
  private _upUs = 0;
  private _isUp = false;

  /** Tells whether a two-sided quote stands from now on. */
  mark(nowUs: number, isUp: boolean): void {
    if (this._startUs === null) this._startUs = nowUs;
    else if (this._isUp) this._upUs += nowUs - this._lastUs;
    this._lastUs = nowUs;
    this._isUp = isUp;
  }

  /** 0 to 1; 0 before any time has passed. */
  get share(): number {
    const spanUs = this._startUs === null ? 0 : this._lastUs - this._startUs;
    return spanUs > 0 ? this._upUs / spanUs : 0;
  }
}
