import type { SeededRandom } from "./seeded-random.ts";

/** What a hole in the feed does in this frame. */
export type HoleStep = "none" | "loses-delta" | "resynchronizes" | "opens" | "closes";

const RESYNCHRONIZE_AFTER_S = 0.4;
const SILENCE_S = 1.5;

/** Holes in the feed, of two kinds in turn: one delta lost and a fresh snapshot soon after; a disconnect with silence. */
export class FeedHoles {
  readonly #perS: number;
  readonly #random: SeededRandom;
  #state: "whole" | "gapped" | "silent" = "whole";
  #leftS = 0;
  #nextIsSilent = false;

  constructor(perS: number, random: SeededRandom) {
    this.#perS = perS;
    this.#random = random;
  }

  /** True while nothing at all comes through. */
  get isSilent(): boolean {
    return this.#state === "silent";
  }

  advance(elapsedS: number): HoleStep {
    if (this.#perS === 0) return "none";
    if (this.#state === "whole") return this.#random.chance(this.#perS * elapsedS) ? this.#open() : "none";
    this.#leftS -= elapsedS;
    if (this.#leftS > 0) return "none";
    const step = this.#state === "gapped" ? "resynchronizes" : "closes";
    this.#state = "whole";
    return step;
  }

  #open(): HoleStep {
    const isSilent = this.#nextIsSilent;
    this.#nextIsSilent = !isSilent;
    this.#state = isSilent ? "silent" : "gapped";
    this.#leftS = isSilent ? SILENCE_S : RESYNCHRONIZE_AFTER_S;
    return isSilent ? "opens" : "loses-delta";
  }
}
