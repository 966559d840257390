import type { Decision, Slot } from "../../kernel/decision.ts";
import type { RunName } from "./fill-matcher.ts";
import type { StandingAnswer } from "./standing-answer.ts";

/** Both runs' answers for one slot over a stretch of time. */
export interface DisagreementExample {
  readonly slot: Slot;
  readonly fromUs: number;
  readonly toUs: number;
  readonly baseline: StandingAnswer | null;
  readonly alternative: StandingAnswer | null;
}

/** A kind of disagreement, with the time spent in it. */
export interface Disagreement {
  readonly baseline: string;
  readonly alternative: string;
  readonly slotUs: number;
  readonly stretches: number;
  /** Where both quote other prices: time-weighted mean of how much further from the market the alternative stands, in bps. */
  readonly widerBps: number | null;
  readonly example: DisagreementExample | null;
}

/** A reason by which both runs kept slots empty; the detail is the baseline's. */
export interface Silence {
  readonly code: string;
  readonly detail: string | null;
  readonly slotUs: number;
}

export interface DecisionDiffResult {
  /** Time of all slots since the first look at each, in either run. */
  readonly slotUs: number;
  readonly agreedUs: number;
  /** Most time first. */
  readonly disagreements: readonly Disagreement[];
  /** Why both kept a slot from quoting, with one code: most time first. */
  readonly silences: readonly Silence[];
}

/** No run has such a slot, or it has not been looked at yet. */
const NO_SLOT = "no such level";
const OTHER_PRICE = "quotes at another price";
const QUOTES = "quotes";
const SAME = "same";

interface Kind {
  readonly baseline: string;
  readonly alternative: string;
  /** Both quote, at two prices. */
  readonly isPriced: boolean;
  slotUs: number;
  stretches: number;
  /** Sum of distance in bps times microseconds. */
  widerBpsUs: number;
  pricedUs: number;
  example: DisagreementExample | null;
  exampleWeight: number;
}

interface Pair {
  readonly slot: Slot;
  baseline: StandingAnswer | null;
  alternative: StandingAnswer | null;
  sinceUs: number;
  kind: string;
  /** Where this stretch of one kind began, with the answers of that moment. */
  stretch: DisagreementExample;
  isTouched: boolean;
}

/**
 * Compares what two runs answer for every slot, over time: how long they agreed, how long they did not and in which way, and for each way
 * the one place that shows it best (the longest stretch; where both quote, the widest gap in price).
 *
 * Invariants: times never fall; answers of one moment are compared only once all of that moment are in (`settle`). Memory is bounded by the
 * number of slots and of pairs of reason codes, whatever the length of the runs.
 */
export class DecisionDiff {
  readonly #pairs = new Map<string, Pair>();
  readonly #kinds = new Map<string, Kind>();
  readonly #touched: Pair[] = [];
  readonly #silences = new Map<string, { code: string; detail: string | null; slotUs: number }>();
  #nowUs = 0;
  #slotUs = 0;
  #agreedUs = 0;

  /** Takes one answer of one run; times must not fall over both runs. */
  add(run: RunName, answer: StandingAnswer): void {
    const { atUs, slot } = answer.decision;
    if (atUs > this.#nowUs) this.#settle(atUs);
    const key = `${slot.side}:${slot.level}`;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      const stretch = { slot, fromUs: atUs, toUs: atUs, baseline: null, alternative: null };
      pair = { slot, baseline: null, alternative: null, sinceUs: atUs, kind: "", stretch, isTouched: false };
      this.#pairs.set(key, pair);
    }
    if (!pair.isTouched) {
      // What stood until now ends here; what stands from here on is known when the moment is over
      this.#account(pair, atUs);
      this.#touched.push(pair);
      pair.isTouched = true;
    }
    pair[run] = answer;
  }

  /** Closes every stretch at the end of the runs. */
  finish(atUs: number): DecisionDiffResult {
    this.#settle(Math.max(atUs, this.#nowUs));
    for (const pair of this.#pairs.values()) {
      this.#account(pair, this.#nowUs);
      this.#endStretch(pair, this.#nowUs);
    }
    const disagreements = [...this.#kinds.values()]
      .map(({ baseline, alternative, slotUs, stretches, widerBpsUs, pricedUs, example }) => ({
        baseline,
        alternative,
        slotUs,
        stretches,
        widerBps: pricedUs === 0 ? null : widerBpsUs / pricedUs,
        example,
      }))
      .toSorted((one, other) => other.slotUs - one.slotUs);
    const silences = [...this.#silences.values()].toSorted((one, other) => other.slotUs - one.slotUs);
    return { slotUs: this.#slotUs, agreedUs: this.#agreedUs, disagreements, silences };
  }

  #settle(nextUs: number): void {
    for (const pair of this.#touched) {
      pair.isTouched = false;
      const kind = kindOf(pair.baseline, pair.alternative);
      const key = kind === null ? SAME : `${kind[0]} / ${kind[1]}`;
      if (key !== pair.kind) {
        this.#endStretch(pair, this.#nowUs);
        pair.kind = key;
        pair.stretch = { ...answersOf(pair), fromUs: this.#nowUs, toUs: this.#nowUs };
        if (kind !== null) this.#kindAt(key, kind).stretches += 1;
      }
      this.#considerGap(pair);
    }
    this.#touched.length = 0;
    this.#nowUs = nextUs;
  }

  /** Books the time since the pair's answers last changed under the kind that it had. */
  #account(pair: Pair, atUs: number): void {
    const us = atUs - pair.sinceUs;
    pair.sinceUs = atUs;
    if (us <= 0 || pair.kind === "") return;
    this.#slotUs += us;
    const kind = this.#kinds.get(pair.kind);
    if (kind === undefined) {
      this.#agreedUs += us;
      if (pair.baseline !== null && pair.baseline.stance !== QUOTES) this.#accountSilence(pair.baseline.decision, us);
      return;
    }
    kind.slotUs += us;
    const wider = kind.isPriced ? widerBps(pair) : null;
    if (wider === null) return;
    kind.widerBpsUs += wider * us;
    kind.pricedUs += us;
  }

  #accountSilence({ code, detail }: Decision, us: number): void {
    const key = `${code} ${detail}`;
    const silence = this.#silences.get(key) ?? { code, detail, slotUs: 0 };
    silence.slotUs += us;
    this.#silences.set(key, silence);
  }

  #endStretch(pair: Pair, atUs: number): void {
    const kind = this.#kinds.get(pair.kind);
    const weight = atUs - pair.stretch.fromUs;
    if (kind === undefined || kind.isPriced || weight <= kind.exampleWeight) return;
    kind.exampleWeight = weight;
    kind.example = { ...pair.stretch, toUs: atUs };
  }

  /** Where both quote at two prices, the moment of the widest gap is the best example. */
  #considerGap(pair: Pair): void {
    const kind = this.#kinds.get(pair.kind);
    const gap = Math.abs(widerBps(pair) ?? 0);
    if (kind === undefined || !kind.isPriced || gap <= kind.exampleWeight) return;
    kind.exampleWeight = gap;
    kind.example = { ...answersOf(pair), fromUs: this.#nowUs, toUs: this.#nowUs };
  }

  #kindAt(key: string, [baseline, alternative]: readonly [string, string]): Kind {
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const kind: Kind = {
      baseline,
      alternative,
      isPriced: alternative === OTHER_PRICE,
      slotUs: 0,
      stretches: 0,
      widerBpsUs: 0,
      pricedUs: 0,
      example: null,
      exampleWeight: 0,
    };
    this.#kinds.set(key, kind);
    return kind;
  }
}

function answersOf({ slot, baseline, alternative }: Pair): Pick<Pair, "slot" | RunName> {
  return { slot, baseline, alternative };
}

/** The two sides of a disagreement in words; null = the answers are the same for the market. */
function kindOf(baseline: StandingAnswer | null, alternative: StandingAnswer | null): readonly [string, string] | null {
  const stances = [baseline?.stance ?? NO_SLOT, alternative?.stance ?? NO_SLOT] as const;
  if (stances[0] !== stances[1]) return stances;
  if (baseline === null || alternative === null || stances[0] !== QUOTES) return null;
  if (baseline.ticks !== alternative.ticks) return [QUOTES, OTHER_PRICE];
  return baseline.lots === alternative.lots ? null : [QUOTES, "quotes another size"];
}

/** How much further from the market the alternative's price stands, in bps of the baseline's; null unless both quote, at two prices. */
function widerBps({ slot, baseline, alternative }: Pair): number | null {
  const from = baseline?.ticks ?? null;
  const to = alternative?.ticks ?? null;
  if (baseline?.stance !== QUOTES || alternative?.stance !== QUOTES || from === null || to === null) return null;
  if (from === to || from === 0) return null;
  return ((slot.side === "buy" ? from - to : to - from) / from) * 10_000;
}
