import { describe, expect, it } from "vitest";
import { carriedLossState, LossLimits } from "../../../main/kernel/risk/loss-limits.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { parseMoney } from "../../../main/kernel/values/market-rules.ts";

const DAY = 86_400_000_000;
/** Noon of some day, in microseconds since the epoch. */
const NOON = 20_000 * DAY + DAY / 2;
const MIDNIGHT = 20_001 * DAY;
const SETTINGS: Settings = { ...defaultSettings("crypto"), lossLimitSessionUsd: 50, lossLimitDayUsd: 80 };
const usd = (text: string) => parseMoney(text);

describe("loss limits", () => {
  it("latches the session at its limit, once, and holds when the loss is won back", () => {
    const limits = new LossLimits();
    expect(limits.read(NOON, usd("-49.999999999999999999"), SETTINGS).latching).toEqual([]);
    expect(limits.isLatched).toBe(false);
    expect(limits.read(NOON, usd("-50"), SETTINGS).latching).toEqual(["session"]);
    expect(limits.read(NOON, usd("100"), SETTINGS).latching).toEqual([]);
    expect(limits.isLatched).toBe(true);
    limits.read(NOON, usd("-90"), { ...SETTINGS, lossLimitSessionUsd: 0, lossLimitDayUsd: 0 });
    expect(limits.state.session.isLatched).toBe(true);
    expect(limits.state.ofDay.isLatched).toBe(false);
  });

  it("sums a day over its sessions and starts at nothing after midnight UTC", () => {
    const morning = new LossLimits();
    morning.read(NOON - 1, usd("-45"), SETTINGS);
    const noon = new LossLimits(carriedLossState(morning.state));
    expect(noon.read(NOON, usd("-34"), SETTINGS)).toEqual({
      sessionNet: usd("-34"),
      dayNet: usd("-79"),
      latching: [],
    });
    expect(noon.read(MIDNIGHT - 1, usd("-35"), SETTINGS).latching).toEqual(["day"]);
    expect(noon.read(MIDNIGHT, usd("-36"), SETTINGS).dayNet).toBe(usd("-1"));
    expect(noon.isLatched).toBe(true);
  });

  it("a session that begins on another day owes nothing to the one before", () => {
    const before = new LossLimits();
    before.read(NOON, usd("-49"), SETTINGS);
    const after = new LossLimits(carriedLossState(before.state));
    expect(after.read(MIDNIGHT + 1, usd("-1"), SETTINGS)).toMatchObject({ dayNet: usd("-1"), latching: [] });
  });

  it("latches survive a restart until a person lifts them", () => {
    const first = new LossLimits();
    first.read(NOON, usd("-80"), SETTINGS);
    expect(first.state.session.isLatched && first.state.ofDay.isLatched).toBe(true);
    const second = new LossLimits(carriedLossState(first.state));
    expect(second.isLatched).toBe(true);
    second.read(NOON + 1, usd("0"), SETTINGS);
    expect(second.lift("session")).toBe(true);
    expect(second.lift("session")).toBe(false);
    expect(second.isLatched).toBe(true);
    expect(second.lift("day")).toBe(true);
    expect(second.isLatched).toBe(false);
  });

  it("a lifted limit counts afresh from where the result stood", () => {
    const limits = new LossLimits();
    limits.read(NOON, usd("-60"), SETTINGS);
    limits.lift("session");
    expect(limits.read(NOON, usd("-60"), SETTINGS).latching).toEqual([]);
    expect(limits.read(NOON, usd("-109"), { ...SETTINGS, lossLimitDayUsd: 0 }).latching).toEqual([]);
    expect(limits.read(NOON, usd("-110"), { ...SETTINGS, lossLimitDayUsd: 0 }).latching).toEqual(["session"]);
  });

  it("a lifted day counts from nothing again on the next day", () => {
    const limits = new LossLimits();
    const dayOnly = { ...SETTINGS, lossLimitSessionUsd: 0 };
    limits.read(NOON, usd("-80"), dayOnly);
    limits.lift("day");
    expect(limits.read(NOON, usd("-159"), dayOnly).latching).toEqual([]);
    expect(limits.read(MIDNIGHT, usd("-238"), dayOnly).latching).toEqual([]);
    expect(limits.read(MIDNIGHT, usd("-239"), dayOnly).latching).toEqual(["day"]);
  });

  it("a limit of 0 is off, and a limit that is set later holds for what was lost before", () => {
    const limits = new LossLimits();
    const off = { ...SETTINGS, lossLimitSessionUsd: 0, lossLimitDayUsd: 0 };
    expect(limits.read(NOON, usd("-1000"), off).latching).toEqual([]);
    expect(limits.read(NOON, usd("-1000"), SETTINGS).latching).toEqual(["session", "day"]);
  });
});
