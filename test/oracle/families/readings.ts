import { tickTimeMs } from "../../../main/kernel/market/tick-time.ts";
import { FundingBias } from "../../../main/kernel/signals/funding-bias.ts";
import {
  cadence,
  decidingBps,
  regimePauses,
  regimeScale,
  VolatilityRegime,
} from "../../../main/kernel/signals/volatility-regime.ts";
import { micros, number, numberOrNull, record, settingsOf, text } from "../case-inputs.ts";
import type { Family } from "../oracle-case.ts";

/** Hysteresis and dwell are ours and switched off here. */
export const regime: Family = ({ inputs, expected }) => {
  const bps = decidingBps(numberOrNull(inputs, "vol_medium_bps"), numberOrNull(inputs, "vol_short_bps"));
  if (bps === null)
    return { kind: "skipped", reason: "an unknown volatility is MM_VOL_UNKNOWN_REGIME here, not NORMAL" };
  const settings = { ...settingsOf(inputs), volRegimeHysteresisPct: 0, volRegimeMinDwellS: 0 };
  const name = new VolatilityRegime().update(0, settings, { bps, isMeasuring: false });
  const pace = cadence(settings, name);
  const wanted = record(expected);
  return {
    kind: "checked",
    checks: [
      { field: "regime", expected: wanted["regime"], got: name, comparison: "equal" },
      {
        field: "offset_scale",
        expected: wanted["offset_scale"],
        got: regimeScale(settings, name),
        comparison: "equal",
      },
      { field: "pause", expected: wanted["pause"], got: regimePauses(name), comparison: "equal" },
      {
        field: "cadence_min_reprice_interval_s",
        expected: wanted["cadence_min_reprice_interval_s"],
        got: pace.minRepriceIntervalS,
        comparison: "equal",
      },
      {
        field: "cadence_max_order_age_s",
        expected: wanted["cadence_max_order_age_s"],
        got: pace.maxOrderAgeS,
        comparison: "equal",
      },
    ],
  };
};

export const fundingBias: Family = ({ inputs, expected }) => {
  const bias = new FundingBias();
  bias.setRate(number(inputs, "previous_rate"));
  bias.setRate(number(inputs, "new_rate"));
  const wanted = record(expected);
  return {
    kind: "checked",
    checks: [
      { field: "rate", expected: wanted["rate"], got: bias.rate, comparison: "equal" },
      {
        field: "bias_bps",
        expected: wanted["bias_bps"],
        got: bias.biasBps(settingsOf(inputs)),
        comparison: "continuous",
      },
    ],
  };
};

export const tickTime: Family = ({ inputs, expected }) => {
  const got = tickTimeMs(
    numberOrNull(inputs, "micro_vol_bps"),
    micros(text(inputs, "micro_vol_window_s")),
    number(inputs, "tick_size"),
    numberOrNull(inputs, "best_bid"),
    numberOrNull(inputs, "best_ask"),
  );
  return {
    kind: "checked",
    checks: [{ field: "tick_time_ms", expected: record(expected)["tick_time_ms"], got, comparison: "continuous" }],
  };
};
