import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frontAfterDepthChange, parseFillModel, type FillModel } from "../../../main/venues/simulated/queue-model.ts";

function queueModel(name: string): Extract<FillModel, { kind: "queue" }> {
  const parsed = parseFillModel(name);
  if (!parsed.ok || parsed.value.kind !== "queue") throw new Error(`${name} should be a queue model`);
  return parsed.value;
}

describe("front of the queue after a depth change", () => {
  it.each([
    ["queue-log", 44.238345],
    ["queue-log2", 54.1396],
    ["queue-power:2", 39.230769],
    ["queue-power3:3", 53.52],
    ["queue-risk-averse", 60],
  ])("%s leaves %d of 60 when the level goes from 100 to 70", (name, expected) => {
    expect(frontAfterDepthChange(60, 100, 70, 0, queueModel(name).cancelBehind)).toBeCloseTo(expected, 6);
  });

  it("counts power2 by its own formula", () => {
    // back 40, front 60, n 2: p = 1600 / 10000 = 0.16; 60 - 0.84 x 30 + 0 = 34.8
    expect(frontAfterDepthChange(60, 100, 70, 0, queueModel("queue-power2:2").cancelBehind)).toBeCloseTo(34.8, 9);
  });

  it("does not count size that traded as cancelled", () => {
    const { cancelBehind } = queueModel("queue-log");
    expect(frontAfterDepthChange(30, 100, 70, 30, cancelBehind)).toBe(30);
    expect(frontAfterDepthChange(30, 100, 90, 30, cancelBehind)).toBe(30);
  });

  it("is never larger than the level", () => {
    expect(frontAfterDepthChange(60, 100, 20, 100, queueModel("queue-log").cancelBehind)).toBe(20);
  });

  it.each(["queue-log", "queue-log2", "queue-power:2", "queue-power2:1.5", "queue-power3:3", "queue-risk-averse"])(
    "%s never grows, never falls below zero, never exceeds the level",
    (name) => {
      const { cancelBehind } = queueModel(name);
      const size = fc.integer({ min: 0, max: 5000 });
      fc.assert(
        fc.property(size, size, size, size, (front, behind, now, traded) => {
          const after = frontAfterDepthChange(front, front + behind, now, traded, cancelBehind);
          expect(after).toBeGreaterThanOrEqual(0);
          expect(after).toBeLessThanOrEqual(Math.min(front, now));
        }),
      );
    },
  );
});

describe("names of fill models", () => {
  it.each(["touch", "through", "queue-log", "queue-log2", "queue-power:2", "queue-power2:0.5", "queue-power3:3"])(
    "knows %s",
    (name) => {
      const parsed = parseFillModel(name);
      expect(parsed.ok && parsed.value.name).toBe(name);
    },
  );

  it.each(["", "queue", "queue-power", "queue-power:", "queue-power:0", "queue-power:-1", "queue-power:x", "touch:1"])(
    'refuses "%s" and says what it wants',
    (name) => {
      const parsed = parseFillModel(name);
      expect(parsed.ok).toBe(false);
      if (!parsed.ok) expect(parsed.message).toContain(`queue-power:N`);
      if (!parsed.ok) expect(parsed.message).toContain(`was "${name}"`);
    },
  );
});
