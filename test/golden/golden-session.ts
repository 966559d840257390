import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import type { SessionManifest } from "../../db/journal-protocol.ts";
import { TAPE_FORMAT } from "../../db/tape-header.ts";
import { TapeWriter } from "../../db/tape-writer.ts";
import type { OperatorCommand } from "../../main/kernel/events.ts";
import type { CarriedRisk } from "../../main/kernel/kernel-config.ts";
import { parseMoney } from "../../main/kernel/values/market-rules.ts";
import { applyOverrides, loadProfile, toSnapshot, type LoadedProfile } from "../../main/profiles/loader.ts";
import { carriedText } from "../../main/session/carried-risk.ts";
import { SessionRecorder } from "../../main/session/session-recorder.ts";
import { SimulatedSession } from "../../main/session/simulated-session.ts";
import { kernelOf } from "../../main/session/stored-kernel.ts";
import { createGenerator, suggestedOverrides } from "../../main/venues/simulated/market-generator.ts";
import type { ScenarioName } from "../../main/venues/simulated/scenarios.ts";
import { SimulatedVenue } from "../../main/venues/simulated/simulated-venue.ts";
import { parseVenueFaults, type VenueFaults } from "../../main/venues/simulated/venue-faults.ts";

/** What a person does in the course of a golden session. */
export type GoldenStep = { readonly atS: number } & (
  | { readonly command: OperatorCommand }
  | { readonly profile: "legacy" | "crypto" }
);

export interface GoldenScript {
  readonly name: string;
  readonly market: "btc" | "alt";
  readonly scenario: ScenarioName;
  readonly seed: number;
  readonly profile: "legacy" | "crypto";
  /** `MM_` assignments over the profile, so that a short session fills often enough. */
  readonly settings: readonly string[];
  /** What earlier sessions have left behind; null = nothing. */
  readonly carried: CarriedRisk | null;
  /** How rough the venue is, in the words of `parseVenueFaults`; null = not at all. */
  readonly venueFaults: string | null;
  /** In the order of their time; the last one ends the session. */
  readonly steps: readonly GoldenStep[];
}

/** 2026-01-01T00:00:00Z: a golden session knows no wall clock. */
const START_US = 1_767_225_600_000_000;
const DAY_US = 86_400_000_000;
/** Events handled at most in one advance; a session that needs more would not be small. */
const MOST_EVENTS = 200_000;

const PLAIN = { market: "btc", settings: [], carried: null, venueFaults: null } as const;

export const GOLDEN_SCRIPTS: readonly GoldenScript[] = [
  {
    ...PLAIN,
    name: "calm",
    scenario: "calm",
    seed: 3,
    profile: "crypto",
    settings: ["MM_MIN_OFFSET_BPS=0.2"],
    carried: { latches: [], day: { day: START_US / DAY_US, net: parseMoney("-12.5"), liftedAt: null } },
    steps: [{ atS: 75, command: "stop" }],
  },
  {
    ...PLAIN,
    name: "trend",
    scenario: "trending",
    seed: 3,
    profile: "crypto",
    steps: [
      { atS: 80, command: "flatten" },
      { atS: 88, command: "stop" },
    ],
  },
  {
    ...PLAIN,
    name: "volatile",
    scenario: "volatile",
    seed: 11,
    profile: "legacy",
    settings: ["MM_MIN_OFFSET_BPS=0.3"],
    steps: [{ atS: 75, command: "stop" }],
  },
  {
    ...PLAIN,
    name: "gaps",
    market: "alt",
    scenario: "gaps",
    seed: 5,
    profile: "legacy",
    settings: ["MM_MIN_OFFSET_BPS=0.2"],
    venueFaults:
      "rough,lost-requests=0.01,lost-responses=0.01,lost-reports=0.02,duplicate-reports=0.1,late-reports=0.1,seed=4",
    steps: [
      { atS: 70, command: "cancel-all" },
      { atS: 80, command: "stop" },
    ],
  },
  {
    ...PLAIN,
    name: "flip-and-kill",
    scenario: "volatile",
    seed: 11,
    profile: "crypto",
    steps: [
      { atS: 25, profile: "legacy" },
      { atS: 50, command: "pause" },
      { atS: 54, command: "resume" },
      { atS: 65, profile: "crypto" },
      { atS: 75, command: "reduce-only" },
      { atS: 80, command: "resume" },
      { atS: 90, command: "kill" },
    ],
  },
];

/** Runs a golden session and writes its tape to `path`, over what is there. */
export function writeGoldenTape(script: GoldenScript, path: string): void {
  rmSync(path, { force: true });
  const source = createGenerator({ ...script, startUs: START_US });
  const profile = profileOf(script, script.profile);
  const manifest = manifestOf(script, source.rules, profile);
  const { rules } = source;
  const header = { format: TAPE_FORMAT, kind: "session", rules, createdBy: "golden", manifest, import: null } as const;
  const tape = TapeWriter.create(path, { ...header, clock: { offsetUs: 0, note: "clock of the session" } });
  const recorder = new SessionRecorder(manifest.sessionId, {
    append: ({ block }) => {
      if (block !== null) tape.append(block);
    },
  });
  const kernel = kernelOf(manifest);
  const fees = { makerBps: "2", takerBps: "5" };
  const latency = { outboundUs: 5_000, inboundUs: 5_000 };
  const faults = script.venueFaults === null ? {} : { faults: faultsOf(script.venueFaults) };
  const venue = new SimulatedVenue({ rules, fees, latency, ...faults });
  const session = new SimulatedSession({ kernel, source, venue, recorder, startUs: START_US });
  for (const [index, step] of script.steps.entries()) {
    if (!session.advance(START_US + step.atS * 1_000_000, MOST_EVENTS)) throw new Error(`too many events: ${path}`);
    perform(session, script, step, index);
  }
  session.advance(Infinity, MOST_EVENTS);
  if (!session.isOver) throw new Error(`the steps of ${script.name} must end the session`);
  session.finish();
  recorder.finish();
  tape.close();
  session.close();
}

function perform(session: SimulatedSession, script: GoldenScript, step: GoldenStep, index: number): void {
  const commandId = `golden-${index}`;
  if ("command" in step) {
    session.command({ type: "operator-commanded", commandId, command: step.command, by: "golden" });
    return;
  }
  const profile = toSnapshot(profileOf(script, step.profile), index + 2);
  session.command({ type: "profile-changed", commandId, profile, by: "golden" });
}

function faultsOf(words: string): VenueFaults {
  const parsed = parseVenueFaults(words);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
}

function profileOf(script: GoldenScript, name: string): LoadedProfile {
  const loaded = loadProfile(name, { dataDir: null });
  const fitted = loaded.ok
    ? applyOverrides(loaded.profile, [...suggestedOverrides(script.market), ...script.settings])
    : loaded;
  if (!fitted.ok) throw new Error(fitted.message);
  return fitted.profile;
}

function manifestOf(script: GoldenScript, rules: SessionManifest["rules"], profile: LoadedProfile): SessionManifest {
  return {
    sessionId: `golden-${script.name}`,
    appVersion: "golden",
    buildHash: "golden",
    mode: "paper",
    venue: rules.venue,
    rules,
    rulesHash: createHash("sha256").update(JSON.stringify(rules)).digest("hex"),
    profileName: script.profile,
    profileText: profile.text,
    profileHash: profile.hash,
    overrides: script.settings,
    source: {
      kind: "generated",
      market: script.market,
      scenario: script.scenario,
      seed: script.seed,
      carried: script.carried === null ? null : carriedText(script.carried),
    },
    startedAtUs: START_US,
    sessionStartUs: START_US,
  };
}
