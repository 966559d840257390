import type { MarkoutRow } from "../markout-figures.ts";
import { at, drawing, frame, legend, line, spanOf, upwards, valueAxis } from "./axes.ts";
import { empty } from "./blocks.ts";
import { tag, type Content, type Markup } from "./markup.ts";

/** Markouts over the horizons, one curve a kind of fill, with the intervals as whiskers. */
export function markoutPicture(horizons: readonly string[], rows: readonly MarkoutRow[], width: number): Content {
  const shown = rows.filter((row) => row.horizons.some(({ count }) => count > 0)).slice(0, 6);
  if (shown.length === 0) return empty("No fill was marked out.");
  const of = frame(width, 430);
  const values = spanOf(
    shown.flatMap((row) =>
      row.horizons.flatMap(({ meanBps, interval }) => [meanBps ?? 0, interval?.low ?? 0, interval?.high ?? 0]),
    ),
  );
  const y = upwards(of, values);
  const slot = (of.right - of.left) / horizons.length;
  const place = (horizon: number, curve: number): number =>
    of.left + slot * (horizon + 0.5) + (curve - (shown.length - 1) / 2) * 9;
  return [
    drawing(
      of,
      "Markout by horizon",
      valueAxis(of, values, 5),
      horizons.map((name, index) =>
        tag("text", { x: at(of.left + slot * (index + 0.5)), y: of.bottom + 15, "text-anchor": "middle" }, name),
      ),
      shown.flatMap((row, curve) => curveOf(row, curve, (horizon) => place(horizon, curve), y)),
    ),
    legend(shown.map(({ name }, curve) => [`c${curve}`, name] as const)),
  ];
}

function curveOf(
  { horizons }: MarkoutRow,
  curve: number,
  place: (horizon: number) => number,
  y: (bps: number) => number,
): readonly Markup[] {
  const points = horizons.flatMap(({ meanBps }, horizon) =>
    meanBps === null ? [] : [[place(horizon), y(meanBps)] as const],
  );
  const whiskers = horizons.flatMap(({ interval }, horizon) => {
    if (interval === null) return [];
    const x = at(place(horizon));
    return [
      tag("line", {
        class: `c${curve}`,
        x1: x,
        x2: x,
        y1: at(y(interval.low)),
        y2: at(y(interval.high)),
        opacity: 0.55,
      }),
    ];
  });
  const dots = points.map(([x, height]) => tag("circle", { class: `c${curve}`, cx: at(x), cy: at(height), r: 2.6 }));
  return [line(`c${curve}`, points), ...whiskers, ...dots];
}
