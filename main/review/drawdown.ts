import { formatMoney } from "../kernel/values/market-rules.ts";
import { money, ZERO_MONEY, type Money } from "../kernel/values/units.ts";

/** The worst fall of the result from a peak, and how long the result lay below a peak. */
export interface DrawdownFigures {
  /** Depth of the worst fall, exact, in quote currency; "0" = the result never fell. */
  readonly worst: string;
  readonly peakAtUs: number;
  readonly troughAtUs: number;
  /** When the result was back at the peak of the worst fall; null = not until the end. */
  readonly recoveredAtUs: number | null;
  /** From the peak of the worst fall to its recovery, else to the end. */
  readonly durationUs: number;
  /** Longest time below a peak, whichever. */
  readonly longestUs: number;
  /** How far the end lies below the highest peak. */
  readonly atEnd: string;
}

/** Follows a result from zero. Times are microseconds and never run backwards. */
export class Drawdown {
  #peak: Money = ZERO_MONEY;
  #peakAtUs: number;
  #worst: Money = ZERO_MONEY;
  #worstPeakAtUs: number;
  #worstTroughAtUs: number;
  #recoveredAtUs: number | null;
  #longestUs = 0;
  #net: Money = ZERO_MONEY;
  #lastUs: number;

  constructor(startUs: number) {
    this.#peakAtUs = startUs;
    this.#worstPeakAtUs = startUs;
    this.#worstTroughAtUs = startUs;
    this.#recoveredAtUs = startUs;
    this.#lastUs = startUs;
  }

  add(atUs: number, net: Money): void {
    this.#net = net;
    this.#lastUs = atUs;
    if (net >= this.#peak) {
      const isOfWorst = this.#recoveredAtUs === null && this.#worstPeakAtUs === this.#peakAtUs;
      if (isOfWorst) this.#recoveredAtUs = atUs;
      this.#peak = net;
      this.#peakAtUs = atUs;
      return;
    }
    this.#longestUs = Math.max(this.#longestUs, atUs - this.#peakAtUs);
    const depth = money(this.#peak - net);
    if (depth <= this.#worst) return;
    this.#worst = depth;
    this.#worstPeakAtUs = this.#peakAtUs;
    this.#worstTroughAtUs = atUs;
    this.#recoveredAtUs = null;
  }

  get figures(): DrawdownFigures {
    return {
      worst: formatMoney(this.#worst),
      peakAtUs: this.#worstPeakAtUs,
      troughAtUs: this.#worstTroughAtUs,
      recoveredAtUs: this.#recoveredAtUs,
      durationUs: (this.#recoveredAtUs ?? this.#lastUs) - this.#worstPeakAtUs,
      longestUs: this.#longestUs,
      atEnd: formatMoney(money(this.#peak - this.#net)),
    };
  }
}
