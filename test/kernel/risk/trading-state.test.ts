import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FaultKind, OperatorCommand } from "../../../main/kernel/events.ts";
import { TradingState, type TradingStateName } from "../../../main/kernel/risk/trading-state.ts";

const COMMANDS: readonly OperatorCommand[] = ["pause", "resume", "cancel-all", "reduce-only", "kill", "stop"];
const FAULTS: readonly FaultKind[] = ["journal-behind", "journal-failed", "event-loop-delayed"];

function after(...commands: readonly OperatorCommand[]): TradingState {
  const state = new TradingState();
  for (const [at, command] of commands.entries()) state.command(`c${at}`, command);
  return state;
}

describe("trading state", () => {
  it.each<[OperatorCommand[], TradingStateName]>([
    [[], "ACTIVE"],
    [["pause"], "PAUSED"],
    [["cancel-all"], "PAUSED"],
    [["pause", "resume"], "ACTIVE"],
    [["reduce-only"], "REDUCING"],
    [["reduce-only", "pause"], "PAUSED"],
    [["pause", "reduce-only"], "REDUCING"],
    [["reduce-only", "resume"], "ACTIVE"],
    [["reduce-only", "pause", "resume"], "REDUCING"],
    [["reduce-only", "cancel-all", "resume"], "REDUCING"],
    [["reduce-only", "pause", "resume", "resume"], "ACTIVE"],
    [["stop"], "HALTED"],
    [["stop", "resume"], "HALTED"],
    [["kill"], "KILLED"],
    [["kill", "resume"], "KILLED"],
    [["kill", "reduce-only"], "KILLED"],
    [["stop", "kill"], "KILLED"],
    [["kill", "stop"], "KILLED"],
  ])("%j leads to %s", (commands, name) => {
    const state = after(...commands);
    expect(state.name).toBe(name);
    expect(state.mayPlace).toBe(name === "ACTIVE" || name === "REDUCING");
  });

  it("halts while a fault lasts, and goes back to what it was", () => {
    const state = after("reduce-only");
    for (const fault of FAULTS) expect(state.raise(fault)).toBe(true);
    expect(state.raise("journal-behind")).toBe(false);
    expect(state.name).toBe("HALTED");
    for (const fault of FAULTS) expect(state.clear(fault)).toBe(true);
    expect(state.clear("journal-behind")).toBe(false);
    expect(state.name).toBe("REDUCING");
  });

  it("names every reason, strictest first", () => {
    const state = after("reduce-only", "pause", "stop", "kill");
    state.raise("journal-behind");
    expect(state.reasons()).toEqual(["killed", "stopping", "journal-behind", "paused", "reduce-only"]);
  });

  it("changes nothing for a command id that it has seen, whatever the command", () => {
    const state = after("pause");
    expect(state.command("c0", "resume")).toBe("duplicate");
    expect(state.name).toBe("PAUSED");
  });

  it("never comes back from a kill or a stop", () => {
    const steps = fc.array(fc.oneof(fc.constantFrom(...COMMANDS), fc.constantFrom(...FAULTS)), { maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom<OperatorCommand>("kill", "stop"), steps, (last, sequence) => {
        const state = after(last);
        for (const [at, step] of sequence.entries()) {
          if (step === "journal-behind" || step === "journal-failed" || step === "event-loop-delayed") {
            if (at % 2 === 0) state.raise(step);
            else state.clear(step);
          } else {
            state.command(`later-${at}`, step);
          }
          expect(state.mayPlace).toBe(false);
          expect(state.isEnding).toBe(true);
          if (last === "kill") expect(state.name).toBe("KILLED");
        }
      }),
      { numRuns: 300 },
    );
  });

  it("remembers a bounded number of command ids", () => {
    const state = new TradingState();
    for (let at = 0; at < 10_000; at += 1) state.command(`c${at}`, "pause");
    expect(state.command("c9999", "resume")).toBe("duplicate");
    expect(state.command("c0", "resume")).toBe("applied");
  });
});
