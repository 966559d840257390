import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DrawdownStop, drawdownThreshold } from "../../../main/kernel/risk/drawdown-stop.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { parseMoney } from "../../../main/kernel/values/market-rules.ts";
import { money } from "../../../main/kernel/values/units.ts";

const SETTINGS: Settings = {
  ...defaultSettings("crypto"),
  drawdownStopEnabled: true,
  drawdownStopPctOfMaxNotional: 1.5,
  maxPositionNotionalUsd: 2_000,
  drawdownUseHighWatermark: true,
};
const usd = (text: string) => parseMoney(text);

describe("drawdown stop", () => {
  it("trips once, at the threshold and not an atto before", () => {
    const stop = new DrawdownStop();
    stop.read(usd("10"), SETTINGS);
    expect(stop.read(usd("-19.999999999999999999"), SETTINGS)).toMatchObject({ isTripping: false, isTripped: false });
    expect(stop.read(usd("-20"), SETTINGS)).toEqual({
      peak: usd("10"),
      drawdown: usd("30"),
      threshold: usd("30"),
      isTripping: true,
      isTripped: true,
    });
    expect(stop.read(usd("50"), SETTINGS)).toMatchObject({ isTripping: false, isTripped: true, drawdown: 0n });
  });

  it("measures from the peak, even where the peak is nothing, or from the first reading", () => {
    const fromPeak = new DrawdownStop();
    const fromFirst = new DrawdownStop();
    const first = { ...SETTINGS, drawdownUseHighWatermark: false };
    for (const net of ["-10", "0"]) {
      fromPeak.read(usd(net), SETTINGS);
      fromFirst.read(usd(net), first);
    }
    expect(fromPeak.read(usd("-25"), SETTINGS).drawdown).toBe(usd("25"));
    expect(fromFirst.read(usd("-25"), first).drawdown).toBe(usd("15"));
  });

  it("keeps its peak while it is off, through changes of settings and over a reload", () => {
    const stop = new DrawdownStop();
    stop.read(usd("100"), { ...SETTINGS, drawdownStopEnabled: false });
    expect(stop.read(usd("60"), { ...SETTINGS, drawdownStopEnabled: false }).isTripping).toBe(false);
    const reloaded = new DrawdownStop(stop.state);
    expect(reloaded.read(usd("60"), SETTINGS)).toMatchObject({ peak: usd("100"), isTripping: true });
    expect(new DrawdownStop(reloaded.state).read(usd("200"), SETTINGS).isTripped).toBe(true);
  });

  it.each([{ drawdownStopPctOfMaxNotional: 0 }, { maxPositionNotionalUsd: 0 }, { drawdownStopEnabled: false }])(
    "never trips with %o",
    (off) => {
      const stop = new DrawdownStop();
      stop.read(usd("0"), { ...SETTINGS, ...off });
      expect(stop.read(usd("-1000000"), { ...SETTINGS, ...off })).toMatchObject({
        isTripping: false,
        isTripped: false,
      });
    },
  );

  it("has an exact threshold, and takes a new one at once", () => {
    const tight = { ...SETTINGS, drawdownStopPctOfMaxNotional: 2.39, maxPositionNotionalUsd: 2_500 };
    expect(drawdownThreshold(tight)).toBe(usd("59.75"));
    const stop = new DrawdownStop();
    stop.read(usd("0"), SETTINGS);
    expect(stop.read(usd("-29"), SETTINGS).isTripping).toBe(false);
    expect(stop.read(usd("-29"), { ...SETTINGS, drawdownStopPctOfMaxNotional: 1 }).isTripping).toBe(true);
  });

  it("has the highest reading as its peak and the distance to it as its drawdown, whatever the course", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 21n), max: 10n ** 21n }), { minLength: 1 }), (course) => {
        const stop = new DrawdownStop();
        let highest = course[0] ?? 0n;
        for (const net of course) {
          if (net > highest) highest = net;
          expect(stop.read(money(net), SETTINGS)).toMatchObject({ peak: highest, drawdown: highest - net });
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
