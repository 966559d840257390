import type { EffectSink } from "../../../main/kernel/effect-sink.ts";
import type { CancelReason, Effect } from "../../../main/kernel/effects.ts";
import type { OrderDesk } from "../../../main/kernel/orders/order-desk.ts";
import { Halts } from "../../../main/kernel/risk/halts.ts";
import { TradingState } from "../../../main/kernel/risk/trading-state.ts";

/** What a control said, in the journal's and in the operator's form, in one line each. */
export interface Voice {
  readonly halts: Halts;
  readonly state: TradingState;
  readonly cancelled: CancelReason[];
  /** Everything said since the last call: `control happening detail reading/bound` and `severity: message`. */
  readonly said: () => string[];
}

/** Halts over a desk that only notes that it cancels. */
export function voice(): Voice {
  const effects: Effect[] = [];
  const cancelled: CancelReason[] = [];
  const desk = { cancelAll: (reason: CancelReason): number => cancelled.push(reason) } as unknown as OrderDesk;
  const sink = { push: (effect: Effect): number => effects.push(effect) } as unknown as EffectSink;
  const state = new TradingState();
  return {
    halts: new Halts(state, desk, sink),
    state,
    cancelled,
    said: () =>
      effects.splice(0).map((effect) => {
        if (effect.type === "record-risk-event") {
          const { control, happening, detail, reading, bound, by } = effect;
          return `${control} ${happening} ${detail} ${reading}/${bound}${by === null ? "" : ` by ${by}`}`;
        }
        return effect.type === "record-alert" ? `${effect.severity}: ${effect.message}` : effect.type;
      }),
  };
}
