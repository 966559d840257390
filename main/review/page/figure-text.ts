import { tag, type Content, type Markup } from "./markup.ts";

/** What stands where there is no figure. */
export const NONE = "–";

/** A figure of the report with its place in the JSON and its exact value, so that page and JSON can be compared by anybody. */
export function figure(place: string, value: string | number | null, text: Content): Markup {
  return tag("data", { "data-figure": place, value: value === null ? "" : String(value) }, text);
}

/** Exact money with its sign: the whole decimal, nothing rounded. */
export function moneyFigure(place: string, value: string): Markup {
  const sign = value.startsWith("-") ? "bad" : /^0(?:\.0*)?$/.test(value) ? "flat" : "good";
  return tag("span", { class: `money ${sign}` }, figure(place, value, minus(sign === "good" ? `+${value}` : value)));
}

/** A double rounded to decimals, grouped by thousands. What rounds to zero has no sign. */
export function numberText(value: number | null, decimals = 0): string {
  if (value === null || !Number.isFinite(value)) return NONE;
  const rounded = value.toFixed(decimals);
  const [whole = "", rest] = (Number(rounded) === 0 ? rounded.replace("-", "") : rounded).split(".");
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, " ");
  return minus(rest === undefined ? grouped : `${grouped}.${rest}`);
}

export function numberFigure(place: string, value: number | null, decimals = 0): Markup {
  return figure(place, value, numberText(value, decimals));
}

export function signedText(value: number | null, decimals: number): string {
  const text = numberText(value, decimals);
  return value !== null && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A share of 0 to 1 in percent. */
export function shareFigure(place: string, value: number | null, decimals = 1): Markup {
  return figure(place, value, shareText(value, decimals));
}

export function shareText(value: number | null, decimals = 1): string {
  return value === null ? NONE : `${numberText(value * 100, decimals)} %`;
}

/** Milliseconds in the unit that fits. */
export function millisText(ms: number | null): string {
  if (ms === null) return NONE;
  if (ms < 1000) return `${numberText(ms, ms < 10 ? 1 : 0)} ms`;
  return durationText(ms * 1000);
}

export function millisFigure(place: string, ms: number | null): Markup {
  return figure(place, ms, millisText(ms));
}

/** "2 h 05 m", "3 m 20 s", "1.5 s". */
export function durationText(us: number | null): string {
  if (us === null) return NONE;
  const seconds = us / 1_000_000;
  if (seconds < 60) return `${numberText(seconds, seconds < 10 && seconds !== 0 ? 1 : 0)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${pad(Math.floor(seconds % 60))} s`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return `${hours} h ${pad(Math.floor((seconds % 3600) / 60))} m`;
  return `${Math.floor(hours / 24)} d ${pad(hours % 24)} h`;
}

export function durationFigure(place: string, us: number | null): Markup {
  return figure(place, us, durationText(us));
}

/** "2026-01-01 07:00:03" in UTC. */
export function timeText(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** A time that does not break over lines. */
export function timeCell(us: number): Markup {
  return tag("span", { class: "at" }, timeText(us));
}

/** A code of the kernel as words: "skip toxicity". */
export function codeText(code: string): string {
  return code.replaceAll(/[_-]/g, " ");
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

/** The typographic minus, as wide as a plus. */
function minus(text: string): string {
  return text.replace(/^-/, "−");
}
