import type { EffectSink } from "../effect-sink.ts";
import type { AlertSeverity, RecordRiskEvent, RiskControl } from "../effects.ts";
import type { OrderDesk } from "../orders/order-desk.ts";
import type { Micros } from "../values/units.ts";
import type { HaltKind, ReduceKind, TradingState } from "./trading-state.ts";

/** What a control found: for the journal in the field's names and numbers, for the operator in words. */
export interface Finding {
  readonly detail: string;
  readonly reading?: number | null;
  readonly bound?: number | null;
  /** The alert's text. */
  readonly message: string;
  readonly severity: AlertSeverity;
  /** The operator behind it; null = none. */
  readonly by?: string | null;
}

/**
 * How every control of the risk stage speaks up: one record for the journal, one alert for the operator, and for a halt the cancel of all.
 *
 * Invariant: a halt, its record and its cancels are one step, and it is told once.
 */
export class Halts {
  private readonly _state: TradingState;
  private readonly _desk: OrderDesk;
  private readonly _effects: EffectSink;
  private _hasChanged = false;

  constructor(state: TradingState, desk: OrderDesk, effects: EffectSink) {
    this._state = state;
    this._desk = desk;
    this._effects = effects;
  }

  /** True when what may be sent has changed since the last call. */
  takeChange(): boolean {
    const hasChanged = this._hasChanged;
    this._hasChanged = false;
    return hasChanged;
  }

  isHalted(control: HaltKind): boolean {
    return this._state.isHaltedBy(control);
  }

  /** Halts quoting for a control's sake and cancels what rests; false, and nothing done, when it had halted already. */
  halt(control: HaltKind, nowUs: Micros, finding: Finding): boolean {
    if (!this._state.halt(control)) return false;
    this.tell(control, "tripped", nowUs, finding);
    this._desk.cancelAll("halt", nowUs);
    return true;
  }

  /** Ends a control's halt; false, and nothing done, when there was none. */
  lift(control: HaltKind, nowUs: Micros, finding: Finding): boolean {
    if (!this._state.lift(control)) return false;
    this.tell(control, "cleared", nowUs, finding);
    return true;
  }

  /** Lets only reducing orders pass for a control's sake, or no longer, and tells it. */
  reduce(control: ReduceKind, isOn: boolean, nowUs: Micros, finding: Finding): void {
    this._state.reduce(control, isOn);
    this.tell(control, isOn ? "changed" : "cleared", nowUs, finding);
  }

  /** Records what a control did; it may change how slots answer, also where it halts nothing. */
  tell(control: RiskControl, happening: RecordRiskEvent["happening"], nowUs: Micros, finding: Finding): void {
    this._hasChanged = true;
    this._effects.push({
      type: "record-risk-event",
      atUs: nowUs,
      control,
      happening,
      detail: finding.detail,
      reading: finding.reading ?? null,
      bound: finding.bound ?? null,
      by: finding.by ?? null,
    });
    this.alert(control, nowUs, finding);
  }

  /** An alert without a record: nothing came into force or ended. */
  alert(control: RiskControl, nowUs: Micros, { severity, message }: Pick<Finding, "severity" | "message">): void {
    this._effects.push({ type: "record-alert", atUs: nowUs, kind: control, severity, message });
  }
}
