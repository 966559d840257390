import { legacyToxicity as toxicityOf } from "../../../main/kernel/signals/legacy-toxicity.ts";
import { ToxicityGuard } from "../../../main/kernel/signals/toxicity-guard.ts";
import { flag, micros, number, numberOrNull, record, records, settingsOf, side, text } from "../case-inputs.ts";
import type { Check, Family } from "../oracle-case.ts";

export const legacyToxicity: Family = ({ inputs, expected }) => {
  const got = toxicityOf(
    numberOrNull(inputs, "micro_vol_bps"),
    numberOrNull(inputs, "micro_drift_bps"),
    settingsOf(inputs),
  );
  const wanted = record(expected);
  return {
    kind: "checked",
    checks: [
      { field: "extra_offset_bps", expected: wanted["extra_offset_bps"], got: got.extraBps, comparison: "continuous" },
      { field: "pause_reason", expected: wanted["pause_reason"], got: got.pause, comparison: "equal" },
    ],
  };
};

/** The newest reference's policy, which our crypto profile follows. Steps with an override in a regime pause are walked through and not judged. */
export const guardPolicy: Family = ({ inputs, expected }) => {
  const settings = { ...settingsOf(inputs), marketProfile: "crypto" as const };
  const guard = new ToxicityGuard();
  const wantedSteps = records(record(expected)["steps"]);
  const checks: Check[] = [];
  for (const [index, step] of records(inputs["steps"]).entries()) {
    const hasOverride = flag(step, "inventory_override");
    const isRegimePause = flag(step, "regime_pause");
    const slotIndex = number(step, "level") * 2 + (side(step) === "sell" ? 1 : 0);
    const verdict = guard.evaluate(slotIndex, side(step), hasOverride, {
      nowUs: micros(text(step, "t")),
      settings,
      spreadBps: numberOrNull(step, "spread_bps"),
      imbalance: numberOrNull(step, "imbalance"),
      microVolBps: null,
      microDriftBps: null,
      regime: isRegimePause ? "EXTREME" : "NORMAL",
      isRegimePause,
    });
    if (hasOverride && isRegimePause) continue;
    const wanted = wantedSteps[index] ?? {};
    const reason = verdict.override ?? verdict.code;
    const until = verdict.pauseUntilUs === null ? null : verdict.pauseUntilUs / 1_000_000;
    checks.push(
      { field: `steps[${index}].allow`, expected: wanted["allow"], got: verdict.code === "allow", comparison: "equal" },
      { field: `steps[${index}].reason`, expected: wanted["reason"], got: reason, comparison: "equal" },
      { field: `steps[${index}].pause_until_t`, expected: wanted["pause_until_t"], got: until, comparison: "equal" },
    );
  }
  return { kind: "checked", checks };
};
