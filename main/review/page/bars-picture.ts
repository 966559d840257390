import type { PartsText } from "../result-parts.ts";
import { at, drawing, frame, legend, line, spanOf, upwards, valueAxis, type Place } from "./axes.ts";
import { empty } from "./blocks.ts";
import { tag, type Content, type Markup } from "./markup.ts";
import { PICTURED_PARTS } from "./result-pictures.ts";

/** One bar: the parts of a result, under two words. */
export interface Bar {
  readonly parts: PartsText;
  readonly name: string;
  readonly more: string;
  /** The nets of one series are joined by a line; null = by none, for a line says that one thing moved. */
  readonly series: string | null;
}

const MOST_LABELS = 16;
const WIDEST = 60;
/** Half the width of the longest words under a bar, so that the last ones stay on the page. */
const HALF_LABEL = 38;

/** Parts stacked up and down from zero, and each net as a point; a line joins those of one series. */
export function barsPicture(bars: readonly Bar[], width: number, label: string): Content {
  if (bars.length === 0) return empty("No session fits.");
  const whole = frame(width, 270);
  const of = { ...whole, bottom: whole.bottom - 14 };
  const values = spanOf(bars.flatMap(({ parts }) => extremes(parts)));
  const y = upwards(of, values);
  const slot = (of.right - of.left) / bars.length;
  const middle = (index: number): number => of.left + slot * (index + 0.5);
  const every = Math.ceil(bars.length / Math.min(MOST_LABELS, Math.floor(width / 90)));
  const nets = bars.map(({ parts, series }, index) => ({ series, at: [middle(index), y(Number(parts.net))] as const }));
  const joined = Map.groupBy(nets, ({ series }) => series);
  joined.delete(null);
  return [
    drawing(
      of,
      label,
      valueAxis(of, values, 5),
      bars.flatMap((bar, index) => [
        ...stacked(bar.parts, middle(index), Math.min(WIDEST, slot * 0.7), y),
        ...(index % every === 0 ? words(bar, at(Math.min(middle(index), width - HALF_LABEL)), of.bottom) : []),
      ]),
      [...joined.values()].map((points) =>
        line(
          "c-net",
          points.map((point) => point.at),
        ),
      ),
      nets.map(({ at: [x, height] }) => tag("circle", { class: "c0", cx: at(x), cy: at(height), r: 3 })),
    ),
    legend([...PICTURED_PARTS.map(([, kind, name]) => [kind, name] as const), ["c0", "net"]]),
  ];
}

/** Top and bottom of a bar, and its net. */
function extremes(parts: PartsText): readonly number[] {
  const values = PICTURED_PARTS.map(([name]) => Number(parts[name]));
  const sum = (kept: readonly number[]): number => kept.reduce((total, value) => total + value, 0);
  return [sum(values.filter((value) => value > 0)), sum(values.filter((value) => value < 0)), Number(parts.net)];
}

function stacked(parts: PartsText, middle: number, width: number, y: Place): readonly Markup[] {
  let up = 0;
  let down = 0;
  return PICTURED_PARTS.map(([name, kind]) => {
    const value = Number(parts[name]);
    const from = value > 0 ? up : down;
    if (value > 0) up += value;
    else down += value;
    return tag("rect", {
      class: kind,
      x: at(middle - width / 2),
      y: at(y(Math.max(from, from + value))),
      width: at(width),
      height: at(Math.abs(y(from + value) - y(from))),
      opacity: 0.75,
    });
  });
}

function words({ name, more }: Bar, x: number, bottom: number): readonly Markup[] {
  return [
    tag("text", { class: "label", x, y: bottom + 15, "text-anchor": "middle" }, name),
    tag("text", { x, y: bottom + 29, "text-anchor": "middle" }, more),
  ];
}
