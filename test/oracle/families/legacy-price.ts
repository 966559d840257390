import { fullOffsetBps, targetPrice } from "../../../main/kernel/pricing/target-price.ts";
import { compareWithResting } from "../../../main/kernel/quoting/reprice-gates.ts";
import { number, priceOf, record, settingsOf, ticksOf } from "../case-inputs.ts";
import type { Family } from "../oracle-case.ts";
import { sharedInput } from "./target-price.ts";

/** The first commit: no bands, regime, trend or funding. */
export const legacyPrice: Family = ({ inputs, expected }) => {
  const settings = { ...settingsOf(inputs), marketProfile: "legacy" as const };
  const input = sharedInput(inputs, settings, "NORMAL");
  const { targetTicks } = targetPrice(input);
  const reason = compareWithResting(input, settings, ticksOf(inputs, "prev_price"), targetTicks);
  const offset = (number(inputs, "best_price") * fullOffsetBps({ ...input, extraBps: 0 })) / 10_000;
  const wanted = record(expected);
  return {
    kind: "checked",
    checks: [
      { field: "offset", expected: wanted["offset"], got: offset, comparison: "continuous" },
      {
        field: "target_price",
        expected: wanted["target_price"],
        got: priceOf(inputs, targetTicks),
        comparison: "equal",
      },
      { field: "reason", expected: wanted["reason"], got: reason, comparison: "equal" },
      { field: "reprice", expected: wanted["reprice"], got: reason === "replace_target_shift", comparison: "equal" },
    ],
  };
};
