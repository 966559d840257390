/** Where the lines of a path lie in a box: pure, so that they can be tested without a page. */
import type { WhatIfReport } from "./what-if-runner.ts";

export type PathPoint = WhatIfReport["path"][number];
export type PathField = "baselinePosition" | "alternativePosition" | "baselineNet" | "alternativeNet";

export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface PathLines {
  readonly lowest: number;
  readonly highest: number;
  /** Height of zero. */
  readonly zeroY: number;
  /** `points` of a polyline for each field, in the order given; a position moves in steps. */
  readonly lines: readonly string[];
}

/** Lays some fields of a path into a box on one common scale that holds zero. */
export function pathLines(path: readonly PathPoint[], fields: readonly PathField[], box: Box): PathLines {
  const values = path.flatMap((point) => fields.map((field) => point[field]));
  const lowest = Math.min(0, ...values);
  const highest = Math.max(0, ...values);
  const span = highest - lowest || 1;
  const firstUs = path[0]?.atUs ?? 0;
  const lengthUs = (path.at(-1)?.atUs ?? 0) - firstUs || 1;
  const yOf = (value: number): number => box.height * (1 - (value - lowest) / span);
  const xOf = ({ atUs }: PathPoint): number => (box.width * (atUs - firstUs)) / lengthUs;
  const lines = fields.map((field) =>
    path
      .flatMap((point, index) => {
        const before = path[index - 1];
        const here = `${xOf(point).toFixed(1)},${yOf(point[field]).toFixed(1)}`;
        const isStep = field.endsWith("Position") && before !== undefined;
        return isStep ? [`${xOf(point).toFixed(1)},${yOf(before[field]).toFixed(1)}`, here] : [here];
      })
      .join(" "),
  );
  return { lowest, highest, zeroY: yOf(0), lines };
}
