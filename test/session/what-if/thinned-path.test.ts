import fc from "fast-check";
import { expect, test } from "vitest";
import { ThinnedPath } from "../../../main/session/what-if/thinned-path.ts";

test("a path keeps its first and its newest point, stays within its bound, and its points at even distances", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 1, max: 2000 }), (most, count) => {
      const path = new ThinnedPath<number>(most);
      for (let point = 0; point < count; point += 1) path.add(point);
      const points = path.points();
      expect(points.length).toBeLessThanOrEqual(most);
      expect(points.length).toBeGreaterThanOrEqual(Math.min(count, Math.floor(most / 2)));
      expect([points[0], points.at(-1)]).toEqual([0, count - 1]);
      const steps = points.slice(1, -1).map((point, index) => point - points[index]!);
      expect(new Set(steps).size).toBeLessThanOrEqual(1);
    }),
  );
});
