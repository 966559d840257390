import { describe, expect, it } from "vitest";
import { SETTING_KEYS, defaultSettings, settingRow } from "../../main/kernel/settings/settings-schema.ts";
import { diffSettings } from "../../main/kernel/settings/settings-diff.ts";
import { parseEnv } from "../../main/profiles/env-codec.ts";
import { loadProfile } from "../../main/profiles/loader.ts";
import { SHIPPED_PROFILES } from "../../main/profiles/shipped/shipped-profiles.ts";

describe.each(["legacy", "crypto"] as const)("the shipped profile %s", (name) => {
  const load = loadProfile(name, { dataDir: null });

  it("holds, with no warning but that of the limits that it leaves to the operator", () => {
    const variable = "MM_GROSS_EXPOSURE_LIMIT_USD, MM_LOSS_LIMIT_SESSION_USD, MM_LOSS_LIMIT_DAY_USD";
    expect(load).toMatchObject({ ok: true, profile: { name, isShipped: true, warnings: [{ variable, value: "0" }] } });
  });

  it("is the default but for a distance that can fill, a size that can be cut and a position limit that means something", () => {
    const changes = load.ok ? diffSettings(defaultSettings(name), load.profile.settings) : [];
    expect(changes.map(({ variable, after }) => `${variable}=${after}`)).toEqual([
      "MM_MARKET_NAME=BTC-USD",
      "MM_OFFSET_MODE=dynamic",
      "MM_ORDER_SIZE_MULTIPLIER=2",
      "MM_MAX_POSITION_SIZE=0.04",
    ]);
  });

  it("sets every variable that its market profile looks at, and no other", () => {
    const used = SETTING_KEYS.map(settingRow).filter(({ usedBy }) => usedBy === "both" || usedBy === name);
    const set = parseEnv(SHIPPED_PROFILES.get(name) ?? "").flatMap((line) =>
      line.kind === "assignment" ? [line.name] : [],
    );
    expect(set.toSorted()).toEqual(used.map((row) => row.name).toSorted());
  });
});
