import type { DecisionDiffResult } from "./decision-diff.ts";
import type { WhatIfPlan } from "./what-if-plan.ts";

const MOST_REASONS = 3;

/** What a reader must know of the two runs before leaning on their difference. @param shown the answers of the cell that is looked into */
export function whatIfNotes(plan: WhatIfPlan, shown: DecisionDiffResult, hasPlaced: boolean): string[] {
  const { header, request, controls, kept, tapeProblem } = plan;
  const notes = [
    "Both runs meet the recorded market, which they do not move: no market impact, no other traders' answers.",
  ];
  if (plan.carried.latches.length > 0) notes.push(latchNote(plan));
  if (!hasPlaced) notes.push(silenceNote(shown));
  if (header.kind === "session") {
    notes.push(
      "Only the market of the session is replayed. Own orders, fills, fees and funding of both runs come anew from the simulated venue, so the baseline need not equal what happened.",
    );
    notes.push(controlsNote(controls, request.keepCommands, kept.length));
  }
  if (controls.faults > 0)
    notes.push(`${counted(controls.faults, "fault")} of the house halted quoting then; the runs here have none.`);
  if (tapeProblem !== null) notes.push(`The market breaks off: ${tapeProblem}.`);
  return notes;
}

function latchNote({
  carried: { latches },
  controls: { clearedLatches },
  request: { keepCommands },
}: WhatIfPlan): string {
  const [it, is] = latches.length === 1 ? ["it", "It was"] : ["them", "Latches were"];
  const head = `An earlier session left the ${latches.length === 1 ? "latch" : "latches"} ${latches.join(", ")} set: no run quotes before a person clears ${it}.`;
  if (clearedLatches === 0) return `${head} Nobody did in the session, and nobody does here.`;
  const seen = `${is} cleared ${clearedLatches === 1 ? "once" : `${clearedLatches} times`} in the session`;
  if (keepCommands) return `${head} ${seen}, and is at that time here.`;
  return `${head} ${seen}; here it never is, unless the operator's commands of then are repeated.`;
}

/** Why neither run quoted, as far as both gave the same reason. */
function silenceNote({ silences, slotUs }: DecisionDiffResult): string {
  const reasons = silences.slice(0, MOST_REASONS).map(({ code, detail, slotUs: us }) => {
    const share = `${((us / slotUs) * 100).toFixed(1)} % of slot time`;
    return `${code}${detail === null ? "" : ` (${detail})`} ${share}`;
  });
  const why = reasons.length === 0 ? "their reasons differ, see where the answers differ" : reasons.join(", ");
  return `Neither run placed an order: ${why}.`;
}

function controlsNote(
  { commands, profileChanges, clearedLatches, stopsAndKills }: WhatIfPlan["controls"],
  isKept: boolean,
  kept: number,
): string {
  const cleared = clearedLatches === 0 ? "" : ` and ${counted(clearedLatches, "cleared latch", "cleared latches")}`;
  const seen = `${counted(commands, "operator command")} and ${counted(profileChanges, "profile change")}${cleared}`;
  const end = stopsAndKills === 0 ? "" : " Stops and kills are not repeated: the runs end with the market.";
  if (commands + profileChanges + clearedLatches === 0) return `The operator changed nothing in it.${end}`;
  if (!isKept) return `Not replayed: ${seen}.${end}`;
  return `Replayed at their times: ${seen} (${kept} in all); commands in both runs, profile changes in the baseline only.${end}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
