import type { FaultKind, OperatorCommand } from "../events.ts";

/** ACTIVE quotes; REDUCING sends only what shrinks the position; PAUSED and HALTED send only cancels; KILLED for good. */
export type TradingStateName = "ACTIVE" | "PAUSED" | "REDUCING" | "HALTED" | "KILLED";

export type CommandOutcome = "applied" | "unchanged" | "duplicate" | "killed";

/** Operator commands remembered for idempotence. */
const REMEMBERED_COMMANDS = 4096;

/**
 * What may be sent, and why not. The strictest reason wins: kill, stop, fault, pause, reduce-only.
 *
 * Invariants: `kill` and `stop` are never undone within a session; a fault ends only by its own `fault-cleared`.
 */
export class TradingState {
  private _isKilled = false;
  private _isStopping = false;
  private _isPaused = false;
  private _isReduceOnly = false;
  private readonly _faults = new Set<FaultKind>();
  private readonly _commands = new Set<string>();

  get name(): TradingStateName {
    if (this._isKilled) return "KILLED";
    if (this._isStopping || this._faults.size > 0) return "HALTED";
    if (this._isPaused) return "PAUSED";
    return this._isReduceOnly ? "REDUCING" : "ACTIVE";
  }

  /** True when orders may be placed at all. */
  get mayPlace(): boolean {
    return this.name === "ACTIVE" || this.name === "REDUCING";
  }

  get isReduceOnly(): boolean {
    return this._isReduceOnly;
  }

  /** True once the session is to end: it does so when no own order is left. */
  get isEnding(): boolean {
    return this._isKilled || this._isStopping;
  }

  get isKilled(): boolean {
    return this._isKilled;
  }

  /** Names of what holds quoting back, strictest first. */
  reasons(): string[] {
    const reasons: string[] = [];
    if (this._isKilled) reasons.push("killed");
    if (this._isStopping) reasons.push("stopping");
    reasons.push(...this._faults);
    if (this._isPaused) reasons.push("paused");
    if (this._isReduceOnly) reasons.push("reduce-only");
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
        this._isPaused = false;
        this._isReduceOnly = false;
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

  raise(fault: FaultKind): boolean {
    if (this._faults.has(fault)) return false;
    this._faults.add(fault);
    return true;
  }

  clear(fault: FaultKind): boolean {
    return this._faults.delete(fault);
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
