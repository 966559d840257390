import { defaultSettings, settingKeyOf } from "../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { Decimal } from "../../main/kernel/values/decimal.ts";
import type { OrderSide } from "../../main/kernel/values/units.ts";
import { isRecord } from "./oracle-case.ts";

type Inputs = Record<string, unknown>;

export function record(value: unknown): Inputs {
  if (!isRecord(value)) throw new TypeError(`expected an object, was ${JSON.stringify(value)}`);
  return value;
}

export function records(value: unknown): readonly Inputs[] {
  if (!Array.isArray(value)) throw new TypeError(`expected a list, was ${JSON.stringify(value)}`);
  return value.map(record);
}

/** A decimal string of the inputs. */
export function text(inputs: Inputs, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") throw new TypeError(`${key} must be a text, was ${JSON.stringify(value)}`);
  return value;
}

/** A decimal string or JSON number as the nearest double. */
export function number(inputs: Inputs, key: string): number {
  const value = inputs[key];
  if (typeof value === "number") return value;
  return Number(text(inputs, key));
}

export function numberOrNull(inputs: Inputs, key: string): number | null {
  return inputs[key] === null || inputs[key] === undefined ? null : number(inputs, key);
}

export function flag(inputs: Inputs, key: string): boolean {
  const value = inputs[key];
  if (typeof value !== "boolean") throw new TypeError(`${key} must be a flag, was ${JSON.stringify(value)}`);
  return value;
}

export function side(inputs: Inputs): OrderSide {
  const value = text(inputs, "side");
  if (value !== "BUY" && value !== "SELL") throw new TypeError(`side must be BUY or SELL, was ${value}`);
  return value === "BUY" ? "buy" : "sell";
}

/** Seconds of a case as integer microseconds. */
export function micros(seconds: string): number {
  return new Decimal(seconds).mul(1_000_000).toNumber();
}

/** The crypto profile with every setting that the case names. */
export function settingsOf(inputs: Inputs): Settings {
  const changed: Record<string, unknown> = {};
  const base = defaultSettings("crypto");
  for (const [name, value] of Object.entries(inputs)) {
    const key = settingKeyOf(`MM_${name.toUpperCase()}`);
    if (key === null || value === null) continue;
    changed[key] = typeof base[key] === "number" ? Number(value) : value;
  }
  return { ...base, ...changed };
}

/** Price of the inputs in ticks; not whole where it is off the grid. */
export function ticksOf(inputs: Inputs, key: string): number {
  return new Decimal(text(inputs, key)).div(text(inputs, "tick_size")).toNumber();
}

export function ticksOrNull(inputs: Inputs, key: string): number | null {
  return inputs[key] === null ? null : ticksOf(inputs, key);
}

/** Decimal string of a number of ticks. */
export function priceOf(inputs: Inputs, ticks: number): string {
  return new Decimal(ticks).mul(text(inputs, "tick_size")).toFixed();
}

/** The position and its limit as whole numbers of a lot that is fine enough for both. */
export function positionLots(inputs: Inputs): { readonly positionLots: number; readonly maxPositionLots: number } {
  const position = new Decimal(text(inputs, "position"));
  const limit = new Decimal(text(inputs, "max_position_size"));
  const perUnit = new Decimal(10).pow(Math.max(position.decimalPlaces(), limit.decimalPlaces()));
  return { positionLots: position.mul(perUnit).toNumber(), maxPositionLots: limit.mul(perUnit).toNumber() };
}
