import type { InventoryFigures } from "../inventory-figures.ts";
import type { PicturePoint } from "../result-path.ts";
import {
  across,
  area,
  at,
  drawing,
  frame,
  legend,
  line,
  spanOf,
  timeAxis,
  upwards,
  valueAxis,
  type Span,
} from "./axes.ts";
import { empty } from "./blocks.ts";
import { tag, type Content, type Markup } from "./markup.ts";

/** The result over time, with the depth below its peak. */
export function equityPicture(points: readonly PicturePoint[], width: number): Content {
  const times = timeSpan(points);
  if (times === null) return empty("Too short for a picture.");
  const of = frame(width, 250);
  const values = spanOf(points.map(({ net }) => net));
  const x = across(of, times);
  const y = upwards(of, values);
  const xs = points.map(({ atUs }) => x(atUs));
  let peak = 0;
  const peaks = points.map(({ net }) => (peak = Math.max(peak, net)));
  return [
    drawing(
      of,
      "Result over time",
      timeAxis(of, times),
      valueAxis(of, values),
      area(
        "f-drawdown",
        xs,
        peaks.map(y),
        points.map(({ net }) => y(net)),
      ),
      line(
        "c-net",
        points.map(({ net }, index) => [xs[index] ?? 0, y(net)]),
      ),
    ),
    legend([
      ["c0", "net"],
      ["f-drawdown", "below the peak"],
    ]),
  ];
}

/** The parts as pictures show them: name, fill, words. */
export const PICTURED_PARTS = [
  ["spreadCapture", "f-spread", "spread capture"],
  ["inventory", "f-inventory", "inventory"],
  ["fees", "f-fees", "fees"],
  ["funding", "f-funding", "funding"],
] as const;

/** The parts of the result stacked: gains upwards from zero, losses downwards; their sum is the line. */
export function partsPicture(points: readonly PicturePoint[], width: number): Content {
  const times = timeSpan(points);
  if (times === null) return empty("Too short for a picture.");
  const of = frame(width, 250);
  const ups = points.map((point) => PICTURED_PARTS.map(([name]) => Math.max(0, point[name])));
  const downs = points.map((point) => PICTURED_PARTS.map(([name]) => Math.min(0, point[name])));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const values = spanOf([...ups.map(sum), ...downs.map(sum)]);
  const x = across(of, times);
  const y = upwards(of, values);
  const xs = points.map(({ atUs }) => x(atUs));
  const stack = (sides: readonly (readonly number[])[], index: number, kind: string): Markup => {
    const upper = sides.map((parts) => y(sum(parts.slice(0, index + 1))));
    const lower = sides.map((parts) => y(sum(parts.slice(0, index))));
    return area(kind, xs, upper, lower);
  };
  return [
    drawing(
      of,
      "Parts of the result over time",
      timeAxis(of, times),
      valueAxis(of, values),
      PICTURED_PARTS.flatMap(([, kind], index) => [stack(ups, index, kind), stack(downs, index, kind)]),
      line(
        "c-net",
        points.map(({ net }, index) => [xs[index] ?? 0, y(net)]),
      ),
    ),
    legend([...PICTURED_PARTS.map(([, kind, words]) => [kind, words] as const), ["c0", "net"]]),
  ];
}

/** The position over time. */
export function positionPicture(points: readonly PicturePoint[], width: number): Content {
  const times = timeSpan(points);
  if (times === null) return empty("Too short for a picture.");
  const of = frame(width, 190);
  const values = spanOf(points.map(({ position }) => position));
  const x = across(of, times);
  const y = upwards(of, values);
  // A position holds until it changes
  const steps = points.flatMap(({ atUs, position }, index) => {
    const before = points[index - 1];
    const here = [x(atUs), y(position)] as const;
    return before === undefined ? [here] : [[x(atUs), y(before.position)] as const, here];
  });
  const xs = steps.map(([place]) => place);
  return drawing(
    of,
    "Position over time",
    timeAxis(of, times),
    valueAxis(of, values, 3),
    area(
      "f-position",
      xs,
      steps.map(([, place]) => place),
      xs.map(() => y(0)),
    ),
    line("c-position", steps),
  );
}

/** How often each position was held. */
export function positionHistogram({ histogram }: InventoryFigures, width: number): Content {
  const first = histogram[0];
  const last = histogram.at(-1);
  if (first === undefined || last === undefined) return empty("No position was held.");
  const of = frame(width, 190);
  const most = Math.max(...histogram.map(({ seen }) => seen));
  const total = histogram.reduce((sum, { seen }) => sum + seen, 0);
  const values = { from: 0, to: (most / total) * 105 };
  const span = { from: first.from, to: last.to };
  const x = across(of, span);
  const y = upwards(of, values);
  const labels = [first.from, (first.from + last.from) / 2, last.from];
  return drawing(
    of,
    "Share of time at each position",
    valueAxis(of, values, 3),
    histogram.map(({ from, to, seen }) =>
      tag("rect", {
        class: "f-bar",
        x: at(x(from) + 0.5),
        y: at(y((seen / total) * 100)),
        width: at(Math.max(1, x(to) - x(from) - 1)),
        height: at(of.bottom - y((seen / total) * 100)),
      }),
    ),
    labels.map((value, index) =>
      tag(
        "text",
        { x: at(x(value)), y: of.bottom + 15, "text-anchor": index === 0 ? "start" : index === 2 ? "end" : "middle" },
        String(Number(value.toPrecision(4))),
      ),
    ),
  );
}

function timeSpan(points: readonly PicturePoint[]): Span | null {
  const from = points[0]?.atUs;
  const to = points.at(-1)?.atUs;
  return from === undefined || to === undefined || from === to ? null : { from, to };
}
