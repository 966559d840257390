import { tag, type Markup } from "./markup.ts";

/** Where a picture's plot lies in its drawing, in the drawing's units. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A span of values; `from` below `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Place = (value: number) => number;

export function frame(width: number, height: number): Frame {
  return { width, height, left: 58, right: width - 8, top: 8, bottom: height - 20 };
}

/** The least span that holds all values and zero, with a little room; never empty. */
export function spanOf(values: Iterable<number>): Span {
  let from = 0;
  let to = 0;
  for (const value of values) {
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  const room = (to - from) * 0.05;
  return from === to ? { from: -1, to: 1 } : { from: from === 0 ? 0 : from - room, to: to === 0 ? 0 : to + room };
}

export function across({ left, right }: Frame, { from, to }: Span): Place {
  return (value) => left + ((value - from) / (to - from || 1)) * (right - left);
}

export function upwards({ top, bottom }: Frame, { from, to }: Span): Place {
  return (value) => bottom - ((value - from) / (to - from || 1)) * (bottom - top);
}

/** Round values within a span, about `wanted` of them. */
export function roundValues({ from, to }: Span, wanted: number): readonly number[] {
  const raw = (to - from) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const values: number[] = [];
  for (let n = Math.ceil(from / step); n * step <= to; n += 1) values.push(n * step);
  return values;
}

/** Horizontal lines with their values; zero stands out. */
export function valueAxis(of: Frame, span: Span, wanted = 4): readonly Markup[] {
  const y = upwards(of, span);
  const values = roundValues(span, wanted);
  const step = Math.abs((values[1] ?? 1) - (values[0] ?? 0)) || 1;
  const decimals = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
  return values.flatMap((value) => [
    tag("line", {
      class: Math.abs(value) < step / 1e6 ? "zero" : "grid",
      x1: of.left,
      x2: of.right,
      y1: at(y(value)),
      y2: at(y(value)),
    }),
    tag("text", { x: of.left - 6, y: at(y(value) + 4), "text-anchor": "end" }, value.toFixed(decimals)),
  ]);
}

const SECOND_US = 1_000_000;
const STEPS_S = [
  1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
];

/** Vertical lines at round times in UTC. */
export function timeAxis(of: Frame, span: Span): readonly Markup[] {
  const x = across(of, span);
  const wantedS = (span.to - span.from) / SECOND_US / 8;
  const stepS = STEPS_S.find((step) => step >= wantedS) ?? 2_592_000;
  const stepUs = stepS * SECOND_US;
  const marks: Markup[] = [];
  for (let us = Math.ceil(span.from / stepUs) * stepUs; us <= span.to; us += stepUs) {
    const iso = new Date(us / 1000).toISOString();
    const words = stepS >= 86_400 ? iso.slice(5, 10) : stepS >= 60 ? iso.slice(11, 16) : iso.slice(11, 19);
    const isAtEdge = x(us) > of.right - 16;
    marks.push(
      tag("line", { class: "grid", x1: at(x(us)), x2: at(x(us)), y1: of.top, y2: of.bottom }),
      tag("text", { x: at(x(us)), y: of.bottom + 15, "text-anchor": isAtEdge ? "end" : "middle" }, words),
    );
  }
  return marks;
}

/** A drawing; `label` says what it shows to who cannot see it. */
export function drawing(of: Frame, label: string, ...content: readonly (Markup | readonly Markup[])[]): Markup {
  return tag("svg", { viewBox: `0 0 ${of.width} ${of.height}`, role: "img", "aria-label": label }, content.flat());
}

/** A path through points. */
export function line(kind: string, points: readonly (readonly [number, number])[]): Markup {
  const steps = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${at(x)} ${at(y)}`);
  return tag("path", { class: `line ${kind}`, d: steps.join("") });
}

/** The area between an upper and a lower path over the same places. */
export function area(kind: string, xs: readonly number[], upper: readonly number[], lower: readonly number[]): Markup {
  const there = xs.map((x, index) => `${index === 0 ? "M" : "L"}${at(x)} ${at(upper[index] ?? 0)}`);
  const back = xs.map((x, index) => `L${at(x)} ${at(lower[index] ?? 0)}`).reverse();
  return tag("path", { class: `area ${kind}`, d: `${there.join("")}${back.join("")}Z` });
}

export function legend(entries: readonly (readonly [string, string])[]): Markup {
  return tag(
    "div",
    { class: "legend" },
    entries.map(([kind, words]) =>
      tag(
        "span",
        {},
        tag(
          "svg",
          { viewBox: "0 0 10 10", "aria-hidden": "true" },
          tag("rect", { class: kind, width: 10, height: 10, rx: 2 }),
        ),
        words,
      ),
    ),
  );
}

/** A tenth of a unit is finer than any screen. */
export function at(value: number): number {
  return Math.round(value * 10) / 10;
}
