import { InvalidArgumentError } from "commander";

/** A moment of a session: since its start, or on the clock. */
export type SessionMoment = { readonly kind: "since-start" | "clock"; readonly us: number };

const CLOCK_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

/** Reads `+30.5`, seconds since a session's start, or a time; a time that names no zone is UTC, wherever this machine stands. */
export function sessionMoment(text: string): SessionMoment {
  if (/^\+\d+(?:\.\d+)?$/.test(text)) return { kind: "since-start", us: Math.round(Number(text.slice(1)) * 1e6) };
  const match = CLOCK_TIME.exec(text);
  // Without a zone, `Date.parse` would take it for local time
  const ms = match === null ? Number.NaN : Date.parse(match[1] === undefined ? `${text}Z` : text);
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError(`a time looks like 2026-01-01T00:00:30.5Z (UTC) or +30.5, was "${text}"`);
  }
  return { kind: "clock", us: Math.round(ms * 1000) };
}
