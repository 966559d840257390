import type { LatchKind } from "./events.ts";
import type { ProfileSnapshot } from "./settings/profile.ts";
import type { MarketRules } from "./values/market-rules.ts";
import type { Money } from "./values/units.ts";

/** Everything a kernel is made from. Together with the tape it decides every effect; nothing else does. */
export interface KernelConfig {
  readonly rules: MarketRules;
  readonly profile: ProfileSnapshot;
  /** Live mode watches for the operator's presence. Default false. */
  readonly isLive?: boolean;
  /** What earlier sessions leave behind. Default nothing. */
  readonly carried?: CarriedRisk;
}

/** What a restart must not lose. */
export interface CarriedRisk {
  /** Latches that are set: the session does not quote until a person has cleared each. */
  readonly latches: readonly LatchKind[];
  /** What the UTC day has brought before this session; null = nothing. */
  readonly day: CarriedDay | null;
}

export interface CarriedDay {
  /** Whole days since the Unix epoch, UTC. */
  readonly day: number;
  readonly net: Money;
  /** Result of the day at which a person last lifted its latch: the limit counts from there. Null = never. */
  readonly liftedAt: Money | null;
}
