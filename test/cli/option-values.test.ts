import { InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";
import {
  collateral,
  collect,
  durationUs,
  fees,
  fillModel,
  latencyMs,
  seed,
  speed,
  venueFaults,
} from "../../main/cli/option-values.ts";

describe("values of options", () => {
  test.each([
    ["250ms", 250_000],
    ["60s", 60_000_000],
    ["1.5h", 5_400_000_000],
    ["2d", 172_800_000_000],
  ])("the duration %s is %d microseconds", (text, us) => expect(durationUs(text)).toBe(us));

  test("a speed is a number or max, never null: commander takes a null for no value at all", () => {
    expect(speed("max")).toBe("max");
    expect(speed("20")).toBe(20);
  });

  test("a latency may be zero and is kept in microseconds", () => {
    expect(latencyMs("0")).toBe(0);
    expect(latencyMs("2.5")).toBe(2_500);
  });

  test("fees keep their decimals as text", () => {
    expect(fees("-0.2,3.5")).toEqual({ makerBps: "-0.2", takerBps: "3.5" });
  });

  test("a fill model is taken as it was written, a repeated option in its order", () => {
    expect(fillModel("queue-power:2")).toBe("queue-power:2");
    expect(collect("b", collect("a", []))).toEqual(["a", "b"]);
  });

  test.each([
    [durationUs, "60"],
    [durationUs, "0s"],
    [durationUs, "-5s"],
    [speed, "0"],
    [speed, "1001"],
    [speed, "fast"],
    [seed, "-1"],
    [seed, "1.5"],
    [seed, "4294967296"],
    [latencyMs, "-1"],
    [latencyMs, "60001"],
    [fees, "2"],
    [fees, "2,x"],
    [fillModel, "lucky"],
    [venueFaults, "lost-reports=2"],
    [collateral, "0"],
    [collateral, "1e4"],
  ])("%o refuses %s and names it", (parse: (text: string) => unknown, text) => {
    expect(() => parse(text)).toThrow(InvalidArgumentError);
    expect(() => parse(text)).toThrow(text);
  });
});
