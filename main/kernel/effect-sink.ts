import type { Effect } from "./effects.ts";

/** Where every part of the kernel puts what it asks for; the order of the calls is the order of the effects. */
export class EffectSink {
  private _effects: Effect[] = [];

  push(effect: Effect): void {
    this._effects.push(effect);
  }

  /** Everything since the last call. */
  take(): readonly Effect[] {
    const effects = this._effects;
    this._effects = [];
    return effects;
  }
}
