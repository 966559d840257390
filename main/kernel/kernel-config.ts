import type { ProfileSnapshot } from "./settings/profile.ts";
import type { MarketRules } from "./values/market-rules.ts";

/** Everything a kernel is made from. Together with the tape it decides every effect; nothing else does. */
export interface KernelConfig {
  readonly rules: MarketRules;
  readonly profile: ProfileSnapshot;
}
