import { InvalidArgumentError } from "commander";
import { parseFillModel } from "../venues/simulated/queue-model.ts";
import { parseVenueFaults } from "../venues/simulated/venue-faults.ts";

const UNIT_US: Readonly<Record<string, number>> = {
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** `60s`, `5m`, `1.5h` in microseconds. */
export function durationUs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = UNIT_US[match?.[2] ?? ""];
  if (match?.[1] === undefined || unit === undefined) {
    throw new InvalidArgumentError(`a duration looks like 60s, 5m or 1.5h, was "${text}"`);
  }
  const us = Math.round(Number(match[1]) * unit);
  if (us <= 0) throw new InvalidArgumentError(`a duration must be above 0, was "${text}"`);
  return us;
}

/** Session seconds a wall second, or `max` = as fast as it goes. Never null: commander takes a null for an option without a value. */
export function speed(text: string): number | "max" {
  if (text === "max") return text;
  const value = Number(text);
  if (!(value >= 0.1 && value <= 1000)) throw new InvalidArgumentError(`a speed is 0.1 to 1000 or max, was "${text}"`);
  return value;
}

export function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 4_294_967_295) {
    throw new InvalidArgumentError(`a seed is a whole number from 0 to 4294967295, was "${text}"`);
  }
  return value;
}

export function latencyMs(text: string): number {
  const value = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || value > 60_000) {
    throw new InvalidArgumentError(`a latency is 0 to 60000 ms, was "${text}"`);
  }
  return Math.round(value * 1000);
}

/** Several latencies, `1,5,25`, in microseconds. */
export function latenciesMs(text: string): readonly number[] {
  return text.split(",").map((part) => latencyMs(part.trim()));
}

export interface Fees {
  readonly makerBps: string;
  readonly takerBps: string;
}

/** `MAKER,TAKER` in bps; negative = rebate. */
export function fees(text: string): Fees {
  const match = /^(-?\d{1,3}(?:\.\d{1,6})?),(-?\d{1,3}(?:\.\d{1,6})?)$/.exec(text);
  const [, makerBps, takerBps] = match ?? [];
  if (makerBps === undefined || takerBps === undefined) {
    throw new InvalidArgumentError(`fees are MAKER,TAKER in bps, such as 2,5 or -0.2,3.5, was "${text}"`);
  }
  return { makerBps, takerBps };
}

export function fillModel(text: string): string {
  const parsed = parseFillModel(text);
  if (!parsed.ok) throw new InvalidArgumentError(parsed.message);
  return text;
}

export function venueFaults(text: string): string {
  const parsed = parseVenueFaults(text);
  if (!parsed.ok) throw new InvalidArgumentError(parsed.message);
  return text;
}

/** Quote currency, above 0. */
export function collateral(text: string): string {
  if (!/^\d{1,15}(?:\.\d{1,18})?$/.test(text) || Number(text) <= 0) {
    throw new InvalidArgumentError(`collateral is an amount above 0 in quote currency, was "${text}"`);
  }
  return text;
}

/** Collects a repeatable option. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
