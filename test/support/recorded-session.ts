/** A whole session on the embedded market, recorded into a data folder as fast as it goes. */
import { startJournal } from "../../main/session/journal-host.ts";
import { sessionJournal } from "../../main/session/journaled-session.ts";
import type { LoadedProfile } from "../../main/profiles/loader.ts";
import { prepareSession } from "../../main/session/session-factory.ts";
import type { SessionSpec } from "../../main/session/session-spec.ts";
import type { SimulatedSession } from "../../main/session/simulated-session.ts";

export const recordedSpec: Omit<SessionSpec, "dataDir"> = {
  mode: "paper",
  source: { kind: "generated", market: "btc", seed: 11, scenario: "volatile" },
  profile: "legacy",
  overrides: [],
  fillModel: "queue-log",
  latencyUs: 5_000,
  makerBps: "2",
  takerBps: "5",
  durationUs: 30_000_000,
  speed: null,
};

type Command = Parameters<SimulatedSession["command"]>[0];

/** What an operator does at a second of the session. */
export interface RecordedAct {
  readonly atS: number;
  readonly command: (profile: LoadedProfile) => Command;
}

/** Runs the session with the acts in their order, each exactly at its time; resolves with its id once all of it is durable. */
export async function recordSession(spec: SessionSpec, acts: readonly RecordedAct[] = []): Promise<string> {
  if (spec.dataDir === null || spec.durationUs === null)
    throw new Error("a session to be recorded needs a data folder and an end");
  const journal = startJournal(spec.dataDir);
  const ready = await journal.client.ready();
  if (!ready.ok) throw new Error(ready.message);
  const outcome = prepareSession(spec, journal.client);
  if (!outcome.ok) throw new Error(outcome.message);
  const { manifest, session, recorder, startUs, profile } = outcome.prepared;
  journal.client.begin(manifest);
  const stop: RecordedAct = {
    atS: spec.durationUs / 1_000_000,
    command: () => ({ type: "operator-commanded", commandId: "house-1", command: "stop", by: "session time is up" }),
  };
  for (const { atS, command } of [...acts, stop]) {
    session.advance(startUs + atS * 1_000_000, Infinity);
    session.command(command(profile));
  }
  session.advance(Infinity, Infinity);
  session.finish();
  recorder.finish();
  const result = session.tally.result(manifest.sessionId, session.kernel, {
    effectHash: session.hash.digest(),
    endedHow: session.endedHow,
    eventsPerSecond: 0,
  });
  const failure = await sessionJournal(journal.client).end(result);
  session.close();
  await journal.close();
  if (failure !== null) throw new Error(failure);
  return manifest.sessionId;
}
