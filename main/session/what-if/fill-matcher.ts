import type { OrderSide } from "../../kernel/values/units.ts";

/** Which of two runs over one market. */
export type RunName = "baseline" | "alternative";

/** Little enough of a fill to match it by. */
export interface TimedFill {
  readonly atUs: number;
  readonly side: OrderSide;
}

export interface FillPair<F> {
  readonly baseline: F | null;
  readonly alternative: F | null;
}

interface Waiting<F> {
  readonly run: RunName;
  readonly fills: F[];
}

/**
 * Pairs the fills of two runs: one of each run, on one side, at most `windowUs` apart, in their order. No other pairing with that window
 * has more pairs. What finds no partner is given out alone.
 *
 * Invariants: fills come in order of time over both runs; per side only fills of one run wait, and none longer than the window, so memory
 * is bounded by the fills of one window.
 */
export class FillMatcher<F extends TimedFill> {
  readonly #windowUs: number;
  readonly #give: (pair: FillPair<F>) => void;
  readonly #waiting: Record<OrderSide, Waiting<F>> = {
    buy: { run: "baseline", fills: [] },
    sell: { run: "baseline", fills: [] },
  };

  constructor(windowUs: number, give: (pair: FillPair<F>) => void) {
    this.#windowUs = windowUs;
    this.#give = give;
  }

  add(run: RunName, fill: F): void {
    const { side } = fill;
    this.#expire(side, fill.atUs - this.#windowUs);
    const waiting = this.#waiting[side];
    const partner = waiting.run === run ? undefined : waiting.fills.shift();
    if (partner !== undefined) this.#give(pairOf(run, fill, partner));
    else if (waiting.run === run) waiting.fills.push(fill);
    else this.#waiting[side] = { run, fills: [fill] };
  }

  /** Gives out what is left. */
  finish(): void {
    this.#expire("buy", Infinity);
    this.#expire("sell", Infinity);
  }

  #expire(side: OrderSide, beforeUs: number): void {
    const { run, fills } = this.#waiting[side];
    for (let first = fills[0]; first !== undefined && first.atUs < beforeUs; first = fills[0]) {
      fills.shift();
      this.#give(pairOf(run, first, null));
    }
  }
}

function pairOf<F>(run: RunName, fill: F, partner: F | null): FillPair<F> {
  return run === "baseline" ? { baseline: fill, alternative: partner } : { baseline: partner, alternative: fill };
}
