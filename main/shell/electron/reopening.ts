/** Decides whether a window whose page died is opened again: not when it keeps dying. */

const WINDOW_MS = 60_000;
const MAX_REOPENINGS = 3;

/** Invariants: at most `MAX_REOPENINGS` in any `WINDOW_MS`. */
export class Reopening {
  #deaths: number[] = [];

  /** Counts a death at `nowMs` (any steady clock) and says whether to open the window again. */
  mayReopen(nowMs: number): boolean {
    this.#deaths = this.#deaths.filter((atMs) => nowMs - atMs < WINDOW_MS);
    this.#deaths.push(nowMs);
    return this.#deaths.length <= MAX_REOPENINGS;
  }
}
