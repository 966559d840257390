import { Decimal } from "../values/decimal.ts";
import type { Bound, CadenceRow, NumberRow, SettingRow } from "./setting-row.ts";
import type { Cadence } from "./settings.ts";

export type SettingValue = number | boolean | string | Cadence;

/** A read value, or what it had to be: "must be >= 0 bps". */
export type ReadValue<V> = { readonly ok: true; readonly value: V } | { readonly ok: false; readonly bound: string };

/** A double holds every decimal of at most this many significant digits, and prints it back digit for digit. */
const MAX_SIGNIFICANT_DIGITS = 15;
const MAX_DECIMALS = 18;

const PLAIN_DECIMAL = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))$/;
const PLAIN_INTEGER = /^[+-]?\d+$/;

/** Reads the text of one setting by its row: form first, then the hard bounds. */
export function readSettingValue(row: SettingRow, text: string): ReadValue<SettingValue> {
  switch (row.kind) {
    case "decimal":
    case "float":
    case "int":
      return readNumberInBounds(row, text);
    case "bool":
      return readBool(text);
    case "enum": {
      const option = row.options.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
      return option === undefined
        ? { ok: false, bound: `must be one of ${row.options.join(", ")}` }
        : { ok: true, value: option };
    }
    case "text":
      return /^[\w./:-]{1,64}$/.test(text)
        ? { ok: true, value: text }
        : { ok: false, bound: "must be 1 to 64 letters, digits or . _ / : -" };
    case "cadence":
      return readCadence(row, text);
    default:
      return unreachable(row);
  }
}

/** Canonical text of a value: no exponent, no trailing zeros; reads back to the same value. */
export function formatSettingValue(value: SettingValue): string {
  switch (typeof value) {
    case "number":
      return formatNumber(value);
    case "object":
      return `${formatNumber(value.minRepriceIntervalS)}/${formatNumber(value.maxOrderAgeS)}`;
    default:
      return String(value);
  }
}

/** A value with its unit, for people: `3 bps`. */
export function formatWithUnit(row: SettingRow, value: SettingValue): string {
  return withUnit(formatSettingValue(value), row.unit);
}

/** The hard bounds in words, ">= 0, <= 1"; "" where there are none. */
export function formatBounds(row: SettingRow): string {
  switch (row.kind) {
    case "decimal":
    case "float":
    case "int":
      return [row.min && `${lowerSign(row.min)} ${row.min.value}`, row.max && `${upperSign(row.max)} ${row.max.value}`]
        .filter((part) => part !== null)
        .join(", ");
    case "enum":
      return row.options.join(" | ");
    case "bool":
      return "true | false";
    case "cadence":
      return "interval >= 0, age >= 0";
    case "text":
      return "";
    default:
      return unreachable(row);
  }
}

/** The range that needs no second thought in words, "1 to 5"; "" where the guide names none. */
export function formatSafeRange(row: SettingRow): string {
  if (row.kind === "bool") return row.safe === null ? "" : `always ${row.safe}`;
  if (row.kind !== "decimal" && row.kind !== "float" && row.kind !== "int") return "";
  return row.safe === null ? "" : `${row.safe.low} to ${row.safe.high}`;
}

/** What a value outside the safe range should rather be, "should be 1 to 5 ticks"; null when it is fine. */
export function adviceFor(row: SettingRow, value: SettingValue): string | null {
  if (row.kind === "bool") return row.safe === null || value === row.safe ? null : `should always be ${row.safe}`;
  if (row.kind !== "decimal" && row.kind !== "float" && row.kind !== "int") return null;
  const isSafe = row.safe === null || (Number(value) >= row.safe.low && Number(value) <= row.safe.high);
  return isSafe ? null : `should be ${withUnit(formatSafeRange(row), row.unit)}`;
}

function readNumberInBounds(row: NumberRow, text: string): ReadValue<number> {
  const read = row.kind === "int" ? readInteger(text) : readDecimal(text);
  if (!read.ok) return read;
  const { min, max } = row;
  const { value } = read;
  if (min !== null && (min.isInclusive ? value < min.value : value <= min.value))
    return { ok: false, bound: withUnit(`must be ${lowerSign(min)} ${min.value}`, row.unit) };
  if (max !== null && (max.isInclusive ? value > max.value : value >= max.value))
    return { ok: false, bound: withUnit(`must be ${upperSign(max)} ${max.value}`, row.unit) };
  return read;
}

function readDecimal(text: string): ReadValue<number> {
  const match = PLAIN_DECIMAL.exec(text);
  if (match === null) return { ok: false, bound: "must be a plain decimal number without exponent" };
  const whole = (match[2] ?? "").replace(/^0+/, "");
  const fraction = (match[3] ?? match[4] ?? "").replace(/0+$/, "");
  const digits = (whole + fraction).replace(/^0+/, "").length;
  if (digits > MAX_SIGNIFICANT_DIGITS)
    return { ok: false, bound: `must have at most ${MAX_SIGNIFICANT_DIGITS} significant digits` };
  if (fraction.length > MAX_DECIMALS) return { ok: false, bound: `must have at most ${MAX_DECIMALS} decimals` };
  const value = Number(text);
  // Minus zero would print and compare as a value of its own.
  return { ok: true, value: value === 0 ? 0 : value };
}

function readInteger(text: string): ReadValue<number> {
  return PLAIN_INTEGER.test(text) ? readDecimal(text) : { ok: false, bound: "must be a whole number" };
}

function readBool(text: string): ReadValue<boolean> {
  switch (text.toLowerCase()) {
    case "true":
    case "1":
      return { ok: true, value: true };
    case "false":
    case "0":
      return { ok: true, value: false };
    default:
      return { ok: false, bound: "must be true or false" };
  }
}

function readCadence(row: CadenceRow, text: string): ReadValue<Cadence> {
  const example = formatSettingValue(row.defaults.crypto);
  const parts = text.split("/").map((part) => readDecimal(part.trim()));
  const [interval, age] = parts;
  if (parts.length !== 2 || !interval?.ok || !age?.ok)
    return { ok: false, bound: `must be interval_s/max_age_s such as ${example}` };
  if (interval.value < 0 || age.value < 0) return { ok: false, bound: "must have an interval and an age >= 0 s" };
  return { ok: true, value: { minRepriceIntervalS: interval.value, maxOrderAgeS: age.value } };
}

function formatNumber(value: number): string {
  return new Decimal(value).toFixed();
}

function withUnit(text: string, unit: string): string {
  // A factor says nothing more by its sign.
  return unit === "" || unit === "x" ? text : `${text} ${unit}`;
}

function lowerSign(bound: Bound): string {
  return bound.isInclusive ? ">=" : ">";
}

function upperSign(bound: Bound): string {
  return bound.isInclusive ? "<=" : "<";
}

function unreachable(row: never): never {
  throw new TypeError(`a row of an unknown kind: ${JSON.stringify(row)}`);
}
