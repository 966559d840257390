import type { WhatIfPlan } from "./what-if-plan.ts";

/** What a reader must know of the two runs before leaning on their difference. */
export function whatIfNotes({ header, request, controls, kept, tapeProblem }: WhatIfPlan): string[] {
  const notes = [
    "Both runs meet the recorded market, which they do not move: no market impact, no other traders' answers.",
  ];
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

function controlsNote(
  { commands, profileChanges, stopsAndKills }: WhatIfPlan["controls"],
  isKept: boolean,
  kept: number,
): string {
  const seen = `${counted(commands, "operator command")} and ${counted(profileChanges, "profile change")}`;
  const end = stopsAndKills === 0 ? "" : " Stops and kills are not repeated: the runs end with the market.";
  if (commands + profileChanges === 0) return `The operator changed nothing in it.${end}`;
  if (!isKept) return `Not replayed: ${seen}; both runs quote from start to end.${end}`;
  return `Replayed at their times: ${seen} (${kept} in all); commands in both runs, profile changes in the baseline only.${end}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
