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
  #isKilled = false;
  #isStopping = false;
  #isPaused = false;
  #isReduceOnly = false;
  readonly #faults = new Set<FaultKind>();
  readonly #commands = new Set<string>();

  get name(): TradingStateName {
    if (this.#isKilled) return "KILLED";
    if (this.#isStopping || this.#faults.size > 0) return "HALTED";
    if (this.#isPaused) return "PAUSED";
    return this.#isReduceOnly ? "REDUCING" : "ACTIVE";
  }

  /** True when orders may be placed at all. */
  get mayPlace(): boolean {
    return this.name === "ACTIVE" || this.name === "REDUCING";
  }

  get isReduceOnly(): boolean {
    return this.#isReduceOnly;
  }

  /** True once the session is to end: it does so when no own order is left. */
  get isEnding(): boolean {
    return this.#isKilled || this.#isStopping;
  }

  get isKilled(): boolean {
    return this.#isKilled;
  }

  /** Names of what holds quoting back, strictest first. */
  reasons(): string[] {
    const reasons: string[] = [];
    if (this.#isKilled) reasons.push("killed");
    if (this.#isStopping) reasons.push("stopping");
    reasons.push(...this.#faults);
    if (this.#isPaused) reasons.push("paused");
    if (this.#isReduceOnly) reasons.push("reduce-only");
    return reasons;
  }

  command(commandId: string, command: OperatorCommand): CommandOutcome {
    if (!this.isNewCommand(commandId)) return "duplicate";
    if (this.#isKilled && command !== "kill" && command !== "cancel-all" && command !== "stop") return "killed";
    switch (command) {
      case "pause":
      case "cancel-all":
        this.#isPaused = true;
        return "applied";
      case "resume":
        this.#isPaused = false;
        this.#isReduceOnly = false;
        return "applied";
      case "reduce-only":
        this.#isReduceOnly = true;
        this.#isPaused = false;
        return "applied";
      case "stop":
        this.#isStopping = true;
        return "applied";
      case "kill":
        this.#isKilled = true;
        return "applied";
    }
  }

  raise(fault: FaultKind): boolean {
    if (this.#faults.has(fault)) return false;
    this.#faults.add(fault);
    return true;
  }

  clear(fault: FaultKind): boolean {
    return this.#faults.delete(fault);
  }

  /** Notes a command's id, of whatever kind; false when it was seen before. */
  isNewCommand(commandId: string): boolean {
    if (this.#commands.has(commandId)) return false;
    this.#commands.add(commandId);
    if (this.#commands.size > REMEMBERED_COMMANDS) {
      const oldest = this.#commands.values().next();
      if (oldest.done !== true) this.#commands.delete(oldest.value);
    }
    return true;
  }
}
