import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildUpRows } from "../../../renderer/what-if/build-up-rows.ts";
import { pathLines, type PathPoint } from "../../../renderer/what-if/path-lines.ts";

const BOX = { width: 100, height: 50 };

function point(atUs: number, baselinePosition: number, baselineNet = 0): PathPoint {
  return { atUs, mid: null, baselinePosition, alternativePosition: 0, baselineNet, alternativeNet: 0 };
}

describe("the lines of a path", () => {
  test("move in steps for a position and straight for a result, on a scale that holds zero", () => {
    const path = [point(0, 0, 0), point(10, 2, -4), point(20, 2, 4)];
    const steps = pathLines(path, ["baselinePosition"], BOX);
    expect(steps).toMatchObject({ lowest: 0, highest: 2, zeroY: 50 });
    expect(steps.lines).toEqual(["0.0,50.0 50.0,50.0 50.0,0.0 100.0,0.0 100.0,0.0"]);
    const straight = pathLines(path, ["baselineNet"], BOX);
    expect(straight).toMatchObject({ lowest: -4, highest: 4, zeroY: 25, lines: ["0.0,25.0 50.0,50.0 100.0,0.0"] });
  });

  test("stay within the box, whatever the path", () => {
    const points = fc.array(fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -999, max: 999 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(points, (values) => {
        const path = values.map(([position, net], index) => point(index * 7, position, net));
        const { lines, zeroY } = pathLines(path, ["baselinePosition", "baselineNet"], BOX);
        const corners = lines.flatMap((line) => line.split(" ").map((corner) => corner.split(",").map(Number)));
        for (const [x = -1, y = -1] of [...corners, [0, zeroY]]) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(BOX.width);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(BOX.height);
        }
      }),
    );
  });
});

describe("two build-ups side by side", () => {
  const buildUp = (parts: Readonly<Record<string, number>>) => ({
    anchor: "100",
    parts: Object.entries(parts).map(([name, bps]) => ({ name: name as "offset" | "skew" | "regime", bps, price: 0 })),
    regimeScale: 1,
    target: "100",
    final: "100",
  });

  test("have a row for every part that counts in either, in the order of the stages", () => {
    const rows = buildUpRows(buildUp({ offset: -2, regime: 0, skew: 0 }), buildUp({ offset: -3, regime: -1, skew: 0 }));
    expect(rows).toEqual([
      { name: "offset", baselineBps: -2, alternativeBps: -3 },
      { name: "regime", baselineBps: 0, alternativeBps: -1 },
    ]);
  });

  test("have a hole where a run made no price", () => {
    expect(buildUpRows(null, buildUp({ offset: -3 }))).toEqual([
      { name: "offset", baselineBps: null, alternativeBps: -3 },
    ]);
    expect(buildUpRows(null, null)).toEqual([]);
  });
});
