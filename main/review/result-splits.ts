import type { PnlParts } from "../kernel/effects.ts";
import { sessionFlags } from "../kernel/market/session-flags.ts";
import { formatMoney } from "../kernel/values/market-rules.ts";
import { money, ZERO_MONEY, type Money } from "../kernel/values/units.ts";
import { addParts, NO_PARTS, partsText, type PartsText } from "./result-parts.ts";

/** What a share of the session came to. */
export interface Split extends PartsText {
  readonly name: string;
  readonly fills: number;
  /** Of its fills, exact, in quote currency. */
  readonly volume: string;
  readonly durationUs: number;
}

/** A step of the result from one record to the next. */
export interface ResultStep {
  /** When the step ended. */
  readonly atUs: number;
  readonly spanUs: number;
  readonly change: PnlParts;
  readonly fills: number;
  /** Of the step's fills, in quote currency. */
  readonly volume: Money;
}

/** What steps come to together. */
export class StepSum {
  parts: PnlParts = NO_PARTS;
  fills = 0;
  volume: Money = ZERO_MONEY;
  durationUs = 0;

  add({ change, fills, volume, spanUs }: ResultStep): void {
    this.parts = addParts(this.parts, change);
    this.fills += fills;
    this.volume = money(this.volume + volume);
    this.durationUs += spanUs;
  }

  get figures(): Omit<Split, "name"> {
    const { parts, fills, volume, durationUs } = this;
    return { ...partsText(parts), fills, volume: formatMoney(volume), durationUs };
  }
}

/**
 * The result by a name that each step falls under. Every step is counted once, whole, under the name at its end, so the splits add up to the
 * result to the last digit.
 */
export class ResultSplits {
  readonly #sums = new Map<string, StepSum>();

  add(name: string, step: ResultStep): void {
    const sum = this.#sums.get(name) ?? new StepSum();
    sum.add(step);
    this.#sums.set(name, sum);
  }

  /** In the order in which the names first came. */
  get rows(): readonly Split[] {
    return [...this.#sums].map(([name, sum]) => ({ name, ...sum.figures }));
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
