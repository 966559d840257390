import type { PnlParts } from "../kernel/effects.ts";
import { sessionFlags } from "../kernel/market/session-flags.ts";
import { addParts, NO_PARTS, partsText, type PartsText } from "./result-parts.ts";

/** What a share of the session came to. */
export interface Split extends PartsText {
  readonly name: string;
  readonly fills: number;
  readonly durationUs: number;
}

/** A step of the result from one record to the next. */
export interface ResultStep {
  /** When the step ended. */
  readonly atUs: number;
  readonly spanUs: number;
  readonly change: PnlParts;
  readonly fills: number;
}

interface Sum {
  parts: PnlParts;
  fills: number;
  durationUs: number;
}

/**
 * The result by a name that each step falls under. Every step is counted once, whole, under the name at its end, so the splits add up to the
 * result to the last digit.
 */
export class ResultSplits {
  readonly #sums = new Map<string, Sum>();

  add(name: string, step: ResultStep): void {
    const sum = this.#sums.get(name);
    if (sum === undefined) {
      this.#sums.set(name, { parts: step.change, fills: step.fills, durationUs: step.spanUs });
      return;
    }
    sum.parts = addParts(sum.parts, step.change);
    sum.fills += step.fills;
    sum.durationUs += step.spanUs;
  }

  /** In the order in which the names first came. */
  get rows(): readonly Split[] {
    return [...this.#sums].map(([name, sum]) => row(name, sum));
  }

  parts(name: string): PnlParts {
    return this.#sums.get(name)?.parts ?? NO_PARTS;
  }
}

const HOUR_US = 3_600_000_000;

/** "2026-01-01 07:00": the hour of a time in UTC. */
export function hourName(atUs: number): string {
  const hour = new Date(Math.floor(atUs / HOUR_US) * 3_600_000).toISOString();
  return `${hour.slice(0, 10)} ${hour.slice(11, 16)}`;
}

/** Which of the world's sessions were open, as one name; the names share no time. */
export function openSessions(atUs: number): string {
  const names = worldSessions(atUs);
  if (sessionFlags(atUs).isWeekend) return "weekend";
  return names.length === 0 ? "between sessions" : names.join(" + ");
}

/** Each session that was open on a weekday; they overlap. */
export function worldSessions(atUs: number): readonly string[] {
  const { isAsia, isEurope, isUnitedStates, isWeekend } = sessionFlags(atUs);
  if (isWeekend) return [];
  return [isAsia ? "Asia" : "", isEurope ? "EU" : "", isUnitedStates ? "US" : ""].filter((name) => name !== "");
}

function row(name: string, { parts, fills, durationUs }: Sum): Split {
  return { name, ...partsText(parts), fills, durationUs };
}
