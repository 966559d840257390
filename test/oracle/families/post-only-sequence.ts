import { PostOnlySafety } from "../../../main/kernel/quoting/post-only-safety.ts";
import { micros, record, records, settingsOf, text } from "../case-inputs.ts";
import type { Check, Family } from "../oracle-case.ts";

/** One slot's answer to post-only rejections. The latency ticks and the account-wide boost are not part of it yet, and are not judged. */
export const pofSequence: Family = ({ inputs, expected }) => {
  const settings = settingsOf(inputs);
  const safety = new PostOnlySafety();
  const wantedSteps = records(record(expected)["steps"]);
  const checks: Check[] = [];
  for (const [index, step] of records(inputs["steps"]).entries()) {
    const nowUs = micros(text(step, "t"));
    const op = text(step, "op");
    if (op === "rejection") safety.rejected(nowUs, settings);
    else if (op === "success") safety.accepted(settings);
    else if (op === "fill_reset") safety.filled(nowUs);
    const wanted = wantedSteps[index] ?? {};
    const until = safety.cooldownUntilUs === null ? null : safety.cooldownUntilUs / 1_000_000;
    const place = `steps[${index}]`;
    checks.push(
      { field: `${place}.streak`, expected: wanted["streak"], got: safety.streak, comparison: "equal" },
      {
        field: `${place}.cooldown_until_t`,
        expected: wanted["cooldown_until_t"],
        got: until,
        comparison: "continuous",
      },
      {
        field: `${place}.safety_ticks`,
        expected: wanted["safety_ticks"],
        got: safety.ticks(settings),
        comparison: "equal",
      },
    );
  }
  return { kind: "checked", checks };
};
