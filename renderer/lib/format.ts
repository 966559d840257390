/** Numbers and times as the console shows them: fixed precision, grouped thousands, a real minus sign, never a locale. */

const MINUS = "\u2212";
const GROUP = "\u00a0";
/** What stands where a number is not known. */
export const NO_VALUE = "\u2014";

export interface DecimalFormat {
  /** Digits after the point. */
  readonly decimals: number;
  /** Puts a plus before a positive number. */
  readonly isSigned?: boolean;
}

function groupDigits(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, GROUP);
}

function signOf(isNegative: boolean, isZero: boolean, isSigned: boolean): string {
  if (isZero) return "";
  if (isNegative) return MINUS;
  return isSigned ? "+" : "";
}

/** Digits after the point of a decimal string as written; 0 for an integer. */
export function decimalsOf(value: string): number {
  const point = value.indexOf(".");
  return point < 0 ? 0 : value.length - point - 1;
}

/** A decimal string scaled to an integer of `decimals` digits, rounded half away from zero; null when it is no plain decimal. */
export function scaledInteger(value: string, decimals: number): bigint | null {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(value.trim());
  if (match === null) return null;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const kept = fraction.slice(0, decimals).padEnd(decimals, "0");
  const roundsUp = (fraction[decimals] ?? "0") >= "5";
  const magnitude = BigInt(whole + kept) + (roundsUp ? 1n : 0n);
  return sign === "-" ? -magnitude : magnitude;
}

/** Formats an exact decimal string without going through a float. An unreadable string is shown as it came. */
export function formatDecimal(value: string | null, { decimals, isSigned = false }: DecimalFormat): string {
  if (value === null) return NO_VALUE;
  const scaled = scaledInteger(value, decimals);
  if (scaled === null) return value;
  const isNegative = scaled < 0n;
  const digits = (isNegative ? -scaled : scaled).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? "" : `.${digits.slice(-decimals)}`;
  return signOf(isNegative, scaled === 0n, isSigned) + groupDigits(whole) + fraction;
}

/** Formats a double with fixed digits after the point; a number that is not finite reads as unknown. */
export function formatNumber(value: number | null, { decimals, isSigned = false }: DecimalFormat): string {
  if (value === null || !Number.isFinite(value)) return NO_VALUE;
  const fixed = Math.abs(value).toFixed(decimals);
  if (fixed.includes("e")) return signOf(value < 0, false, isSigned) + fixed;
  const [whole = "0", fraction] = fixed.split(".");
  const isZero = Number(fixed) === 0;
  const tail = fraction === undefined ? "" : `.${fraction}`;
  return signOf(value < 0, isZero, isSigned) + groupDigits(whole) + tail;
}

/** A share (0.42) as per cent ("42 %"). */
export function formatShare(share: number | null, { decimals, isSigned = false }: DecimalFormat): string {
  if (share === null || !Number.isFinite(share)) return NO_VALUE;
  return `${formatNumber(share * 100, { decimals, isSigned })}${GROUP}%`;
}

function twoDigits(value: number): string {
  return value.toString().padStart(2, "0");
}

/** A length of time that stays readable from a millisecond to days: "38 ms", "0.4 s", "24 s", "3:05", "1:12:40". */
export function formatDuration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NO_VALUE;
  const length = Math.max(0, ms);
  if (length < 100) return `${Math.round(length)}${GROUP}ms`;
  if (length < 9_950) return `${(length / 1000).toFixed(1)}${GROUP}s`;
  const seconds = Math.floor(length / 1000);
  if (seconds < 100) return `${seconds}${GROUP}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${twoDigits(seconds % 60)}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
  return `${Math.floor(hours / 24)}${GROUP}d ${hours % 24}${GROUP}h`;
}

function isShowableTime(us: number | null): us is number {
  return us !== null && Number.isFinite(us) && us > 0 && us < 8.64e18;
}

/** Time of day in UTC from microseconds since the epoch: "14:07:31", with tenths "14:07:31.4". */
export function formatUtcTime(us: number | null, hasTenths = false): string {
  if (!isShowableTime(us)) return NO_VALUE;
  const iso = new Date(us / 1000).toISOString();
  return hasTenths ? iso.slice(11, 21) : iso.slice(11, 19);
}

/** Date and time of day in UTC: "2026-11-21 14:07". */
export function formatUtcDateTime(us: number | null): string {
  if (!isShowableTime(us)) return NO_VALUE;
  return new Date(us / 1000).toISOString().slice(0, 16).replace("T", " ");
}

/** Date and time in the zone of this machine, with its offset to UTC: for tooltips. */
export function formatLocalDateTime(us: number | null): string {
  if (!isShowableTime(us)) return NO_VALUE;
  const date = new Date(us / 1000);
  const offsetMinutes = -date.getTimezoneOffset();
  const local = new Date(us / 1000 + offsetMinutes * 60_000).toISOString().slice(0, 19).replace("T", " ");
  const size = Math.abs(offsetMinutes);
  const sign = offsetMinutes < 0 ? MINUS : "+";
  return `${local} local (UTC${sign}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)})`;
}

/** A number of bytes: "812 B", "3.4 MB". */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return `${index === 0 ? value : value.toFixed(1)}${GROUP}${units[index] ?? "B"}`;
}

/** Sign of a decimal string: for colour, never for arithmetic. */
export function signOfDecimal(value: string): -1 | 0 | 1 {
  if (!/[1-9]/.test(value)) return 0;
  return value.trim().startsWith("-") ? -1 : 1;
}
