import { EffectSink } from "../../main/kernel/effect-sink.ts";
import type { Effect } from "../../main/kernel/effects.ts";

/** Hands every effect on at once. */
export class EffectTap extends EffectSink {
  readonly #onEffect: (effect: Effect) => void;

  constructor(onEffect: (effect: Effect) => void) {
    super();
    this.#onEffect = onEffect;
  }

  override push(effect: Effect): void {
    this.#onEffect(effect);
  }
}
