import { describe, expect, it, test } from "vitest";
import { limitsAtZero, loosenedLimits } from "../../../main/kernel/settings/loosened-limits.ts";
import { profileChangeNotice } from "../../../main/kernel/settings/profile-change-notice.ts";
import { defaultSettings, SETTING_KEYS, settingRow } from "../../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { snapshotOf } from "../../support/kernel-harness.ts";

const base: Settings = {
  ...defaultSettings("crypto"),
  ...{ maxPositionSize: 0.02, maxPositionNotionalUsd: 1000, grossExposureLimitUsd: 3000 },
  ...{ drawdownStopEnabled: true, lossLimitSessionUsd: 20, lossLimitDayUsd: 40, operatorPresenceS: 60 },
};
const loosened = (changes: Partial<Settings>, from = base) =>
  loosenedLimits(from, { ...from, ...changes }).map(({ variable, before, after }) => `${variable} ${before} ${after}`);

test.each<[Partial<Settings>, string]>([
  [{ maxPositionSize: 100 }, "MM_MAX_POSITION_SIZE 0.02 100"],
  [{ maxLongPositionSize: 0.03 }, "MM_MAX_LONG_POSITION_SIZE 0 0.03"],
  [{ maxOrderNotionalUsd: 0 }, "MM_MAX_ORDER_NOTIONAL_USD 250 0"],
  [{ maxPositionNotionalUsd: 2500 }, "MM_MAX_POSITION_NOTIONAL_USD 1000 2500"],
  [{ grossExposureLimitUsd: 0 }, "MM_GROSS_EXPOSURE_LIMIT_USD 3000 0"],
  [{ drawdownStopEnabled: false }, "MM_DRAWDOWN_STOP_ENABLED true false"],
  [{ drawdownStopPctOfMaxNotional: 0 }, "MM_DRAWDOWN_STOP_PCT_OF_MAX_NOTIONAL 1.5 0"],
  [{ lossLimitDayUsd: 0 }, "MM_LOSS_LIMIT_DAY_USD 40 0"],
  [{ lossLimitDayUsd: 41 }, "MM_LOSS_LIMIT_DAY_USD 40 41"],
  [{ marginGuardEnabled: false }, "MM_MARGIN_GUARD_ENABLED true false"],
  [{ minLiqDistanceBps: 400 }, "MM_MIN_LIQ_DISTANCE_BPS 500 400"],
  [{ balanceStaleAction: "skip" }, "MM_BALANCE_STALE_ACTION reduce skip"],
  [{ maxBookJumpBps: 0 }, "MM_MAX_BOOK_JUMP_BPS 300 0"],
  [{ maxBookSpreadBps: 500 }, "MM_MAX_BOOK_SPREAD_BPS 200 500"],
  [{ bookJumpConfirmS: 2 }, "MM_BOOK_JUMP_CONFIRM_S 10 2"],
  [{ operatorPresenceS: 0 }, "MM_OPERATOR_PRESENCE_S 60 0"],
])("%j loosens, and the other way round tightens", (changes, what) => {
  expect(loosened(changes)).toEqual([what]);
  expect(loosened(base, { ...base, ...changes })).toEqual([]);
});

test("a limit of one side counts as it holds: the limit of both where it is 0", () => {
  expect(loosened({ maxLongPositionSize: 0.01, maxShortPositionSize: 0.02 })).toEqual([]);
  expect(loosened({ maxLongPositionSize: 0 }, { ...base, maxLongPositionSize: 0.01 })).toEqual([
    "MM_MAX_LONG_POSITION_SIZE 0.01 0",
  ]);
});

test("every setting of the groups of limits, balance and losses can loosen", () => {
  const keys = SETTING_KEYS.filter((key) => ["limits", "balance", "losses"].includes(settingRow(key).group));
  expect(keys.length).toBeGreaterThan(20);
  for (const key of keys) {
    const others = settingRow(key);
    const values = others.kind === "bool" ? [true, false] : others.kind === "enum" ? others.options : [0.25, 0.5];
    const from = (value: unknown): Settings => ({ ...base, [key]: value });
    const ways = [loosenedLimits(from(values[0]), from(values[1])), loosenedLimits(from(values[1]), from(values[0]))];
    expect(ways.map((way) => way.length > 0).filter(Boolean), key).toHaveLength(1);
  }
});

test("limits at 0 are known", () => {
  expect(limitsAtZero(base)).toEqual([]);
  expect(limitsAtZero({ ...base, maxOrderNotionalUsd: 0, lossLimitDayUsd: 0 })).toEqual([
    "maxOrderNotionalUsd",
    "lossLimitDayUsd",
  ]);
  expect(limitsAtZero({ ...base, maxBookJumpBps: 0 })).toEqual(["maxBookJumpBps"]);
});

describe("the notice of a changed profile", () => {
  const notice = (changes: Partial<Settings>) =>
    profileChangeNotice(snapshotOf(base, 1), snapshotOf({ ...base, ...changes }, 2), "file: my.env");
  const { name } = snapshotOf(base);

  it("is for information where no limit loosens, with who and what", () => {
    expect(notice({ priceCollarBps: 9 })).toEqual({
      severity: "info",
      message: `profile changed by file: my.env, ${name} r1 to ${name} r2: MM_PRICE_COLLAR_BPS 200 → 9`,
    });
    expect(notice({}).message).toMatch(/r2: no setting differs$/);
  });

  it("is a warning that names every limit that loosens, before and after, however much else changes", () => {
    const many = { ...{ minOffsetBps: 9, maxOffsetBps: 99, skewMaxBps: 9, imbalanceWindowS: 9, numPriceLevels: 1 } };
    const { severity, message } = notice({
      ...many,
      maxPositionSize: 100,
      drawdownStopEnabled: false,
      lossLimitDayUsd: 0,
    });
    expect(severity).toBe("warning");
    expect(message).toMatch(/ and \d more; loosens MM_MAX_POSITION_SIZE 0\.02 → 100, /);
    expect(message).toContain("MM_DRAWDOWN_STOP_ENABLED true → false, MM_LOSS_LIMIT_DAY_USD 40 → 0");
    expect(message).toMatch(/; no limit, because 0: MM_LOSS_LIMIT_DAY_USD$/);
  });
});
