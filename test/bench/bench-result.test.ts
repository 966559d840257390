import { expect, test } from "vitest";
import { atLeast, atMost, percentile, reported } from "./bench-result.ts";

test("a bound holds on its own side of the floor only", () => {
  expect(atMost("time", 2, "us", 4)).toMatchObject({ ratio: 0.5, holds: true });
  expect(atMost("time", 5, "us", 4)).toMatchObject({ ratio: 1.25, holds: false });
  expect(atLeast("speed", 120, "x", 60)).toMatchObject({ ratio: 2, holds: true });
  expect(atLeast("speed", 30, "x", 60)).toMatchObject({ ratio: 0.5, holds: false });
  expect(reported("rows", 7, "rows/s")).toMatchObject({ value: 7, floor: null, ratio: null, holds: null });
});

test("a percentile is the sample below which that share lies", () => {
  const sorted = Float64Array.from({ length: 1_000 }, (_, index) => index);
  expect([0, 0.5, 0.99, 0.999, 1].map((share) => percentile(sorted, share))).toEqual([0, 500, 990, 999, 999]);
});
