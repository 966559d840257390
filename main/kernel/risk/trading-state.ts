import type { CancelReason, RiskControl } from "../effects.ts";
import type { FaultKind, LatchKind, OperatorCommand } from "../events.ts";

/** ACTIVE quotes; REDUCING sends only what shrinks the position; PAUSED and HALTED send only cancels; KILLED for good. */
export type TradingStateName = "ACTIVE" | "PAUSED" | "REDUCING" | "HALTED" | "KILLED";

export type CommandOutcome = "applied" | "unchanged" | "duplicate" | "killed";

/** Controls that halt quoting while they last; a latch lasts until a person clears it. */
export type HaltKind =
  | LatchKind
  | Extract<
      RiskControl,
      "circuit-breaker" | "rate-limit" | "maintenance" | "margin-guard" | "latency-sla" | "reconciliation"
    >;

/** Controls that let only reducing orders pass while they last. */
export type ReduceKind = Extract<RiskControl, "operator-presence">;

/** Operator commands remembered for idempotence. */
const REMEMBERED_COMMANDS = 4096;

/**
 * What may be sent, and why not. The strictest reason wins: kill, stop, fault, halt, pause, reduce-only.
 *
 * Invariants: `kill` and `stop` are never undone within a session; a fault ends only by its own `fault-cleared`, a halt only by the control
 * that called it. A session that stops is not ending while its position is being closed; a killed one always is.
 */
export class TradingState {
  private _isKilled = false;
  private _isStopping = false;
  private _isClosingOut = false;
  private _isPaused = false;
  private _isReduceOnly = false;
  private readonly _faults = new Set<FaultKind>();
  private readonly _halts = new Set<HaltKind>();
  private readonly _reducing = new Set<ReduceKind>();
  private readonly _commands = new Set<string>();

  get name(): TradingStateName {
    if (this._isKilled) return "KILLED";
    if (this._isStopping || this._faults.size > 0 || this._halts.size > 0) return "HALTED";
    if (this._isPaused) return "PAUSED";
    return this.isReduceOnly ? "REDUCING" : "ACTIVE";
  }

  /** True when orders may be placed at all. */
  get mayPlace(): boolean {
    if (this._isKilled || this._isStopping || this._isPaused) return false;
    return this._faults.size === 0 && this._halts.size === 0;
  }

  /** True when an order that closes the position may be placed: in every state but KILLED, for a halt must not block the way out. */
  get mayClose(): boolean {
    return !this._isKilled;
  }

  get isReduceOnly(): boolean {
    return this._isReduceOnly || this._reducing.size > 0;
  }

  /** True once the session is to end: it does so when no own order is left. */
  get isEnding(): boolean {
    return this._isKilled || (this._isStopping && !this._isClosingOut);
  }

  /** True once a stop or a kill was asked for, also while the position is still being closed. */
  get isWindingDown(): boolean {
    return this._isKilled || this._isStopping;
  }

  get isKilled(): boolean {
    return this._isKilled;
  }

  get isStopping(): boolean {
    return this._isStopping;
  }

  /** Names of what holds quoting back, strictest first. */
  reasons(): string[] {
    const reasons: string[] = [];
    if (this._isKilled) reasons.push("killed");
    if (this._isStopping) reasons.push("stopping");
    reasons.push(...this._faults, ...this._halts);
    if (this._isPaused) reasons.push("paused");
    if (this._isReduceOnly) reasons.push("reduce-only");
    reasons.push(...this._reducing);
    return reasons;
  }

  command(commandId: string, command: OperatorCommand): CommandOutcome {
    if (!this.isNewCommand(commandId)) return "duplicate";
    if (this._isKilled && command !== "kill" && command !== "cancel-all" && command !== "stop") return "killed";
    switch (command) {
      case "pause":
      case "cancel-all":
        this._isPaused = true;
        return "applied";
      case "resume":
        // Who paused while reducing goes back to reducing; growing the position again takes a second word
        if (this._isPaused) this._isPaused = false;
        else this._isReduceOnly = false;
        return "applied";
      case "reduce-only":
        this._isReduceOnly = true;
        this._isPaused = false;
        return "applied";
      case "flatten":
        this._isPaused = true;
        return "applied";
      case "stop":
        this._isStopping = true;
        return "applied";
      case "kill":
        this._isKilled = true;
        return "applied";
    }
  }

  /** A control ends the session as the command `stop` does. */
  stop(): void {
    this._isStopping = true;
  }

  /** The position is being closed; a session that stops waits for it. */
  closeOut(isUnderWay: boolean): void {
    this._isClosingOut = isUnderWay;
  }

  raise(fault: FaultKind): boolean {
    if (this._faults.has(fault)) return false;
    this._faults.add(fault);
    return true;
  }

  clear(fault: FaultKind): boolean {
    return this._faults.delete(fault);
  }

  isRaised(fault: FaultKind): boolean {
    return this._faults.has(fault);
  }

  /** Halts quoting for a control's sake; false when it had halted already. */
  halt(control: HaltKind): boolean {
    if (this._halts.has(control)) return false;
    this._halts.add(control);
    return true;
  }

  /** Ends a control's halt; false when there was none. */
  lift(control: HaltKind): boolean {
    return this._halts.delete(control);
  }

  isHaltedBy(control: HaltKind): boolean {
    return this._halts.has(control);
  }

  /** Lets only reducing orders pass, or no longer, for a control's sake; false when that changed nothing. */
  reduce(control: ReduceKind, isOn: boolean): boolean {
    if (!isOn) return this._reducing.delete(control);
    if (this._reducing.has(control)) return false;
    this._reducing.add(control);
    return true;
  }

  /** Notes a command's id, of whatever kind; false when it was seen before. */
  isNewCommand(commandId: string): boolean {
    if (this._commands.has(commandId)) return false;
    this._commands.add(commandId);
    if (this._commands.size > REMEMBERED_COMMANDS) {
      const oldest = this._commands.values().next();
      if (oldest.done !== true) this._commands.delete(oldest.value);
    }
    return true;
  }
}

/** Commands that ask every resting order back; reduce-only lets the slots withdraw what would grow the position. */
export const CANCEL_REASONS: Readonly<Record<OperatorCommand, CancelReason | null>> = {
  pause: "operator",
  resume: null,
  "cancel-all": "operator",
  "reduce-only": null,
  flatten: "operator",
  kill: "kill",
  stop: "stop",
};
