import { OffsetBoost, steppedBoostBps } from "../../../main/kernel/quoting/offset-boost.ts";
import { latencyTicks } from "../../../main/kernel/quoting/placement-latency.ts";
import { PostOnlySafety } from "../../../main/kernel/quoting/post-only-safety.ts";
import { micros, number, record, records, settingsOf, text } from "../case-inputs.ts";
import type { Check, Family } from "../oracle-case.ts";

/** One slot's answer to post-only rejections, the latency ticks on top, and the boost of all slots, a step of it at each update. */
export const pofSequence: Family = ({ inputs, expected }) => {
  const settings = settingsOf(inputs);
  const safety = new PostOnlySafety();
  const boost = new OffsetBoost();
  let boostBps = 0;
  const wantedSteps = records(record(expected)["steps"]);
  const checks: Check[] = [];
  for (const [index, step] of records(inputs["steps"]).entries()) {
    const nowUs = micros(text(step, "t"));
    const op = text(step, "op");
    if (op === "rejection") {
      safety.rejected(nowUs, settings);
      boost.rejected(nowUs);
    } else if (op === "success") safety.accepted(settings);
    else if (op === "fill_reset") safety.filled();
    else boostBps = steppedBoostBps(boostBps, boost.rejectionsInWindow(nowUs), number(step, "placements_60s"));
    const latency = latencyTicks(number(step, "avg_latency_ms"), number(step, "tick_time_ms"));
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
        got: safety.ticks(nowUs, settings),
        comparison: "equal",
      },
      {
        field: `${place}.safety_ticks_with_latency`,
        expected: wanted["safety_ticks_with_latency"],
        got: safety.ticks(nowUs, settings) + latency,
        comparison: "equal",
      },
      {
        field: `${place}.rejections_60s`,
        expected: wanted["rejections_60s"],
        got: boost.rejectionsInWindow(nowUs),
        comparison: "equal",
      },
      { field: `${place}.offset_boost_bps`, expected: wanted["offset_boost_bps"], got: boostBps, comparison: "equal" },
    );
  }
  return { kind: "checked", checks };
};
