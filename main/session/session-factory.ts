import { createHash, randomBytes } from "node:crypto";
import type { SessionManifest } from "../../db/journal-protocol.ts";
import { openTape } from "../../db/tape-reader.ts";
import type { CarriedRisk } from "../kernel/kernel-config.ts";
import { Kernel } from "../kernel/kernel.ts";
import type { MarketRules } from "../kernel/values/market-rules.ts";
import {
  applyOverrides,
  loadProfile,
  toSnapshot,
  type LoadedProfile,
  type ProfileRefused,
} from "../profiles/loader.ts";
import type { MarketSource } from "../venues/port.ts";
import { createGenerator, suggestedOverrides } from "../venues/simulated/market-generator.ts";
import type { ScenarioName } from "../venues/simulated/scenarios.ts";
import { SimulatedVenue } from "../venues/simulated/simulated-venue.ts";
import { parseVenueFaults, type VenueFaults } from "../venues/simulated/venue-faults.ts";
import { buildInfo } from "./build-info.ts";
import { carriedRiskFor } from "./carried-from-journal.ts";
import { carriedText, NOTHING_CARRIED } from "./carried-risk.ts";
import { SessionRecorder, type BatchSink } from "./session-recorder.ts";
import type { SessionSpec, SourceSpec } from "./session-spec.ts";
import { SimulatedSession } from "./simulated-session.ts";
import { TapeSource } from "./tape-source.ts";
import { wallUs } from "./journaled-session.ts";

/** A session ready to run, with the manifest that would make it again. */
export interface PreparedSession {
  readonly manifest: SessionManifest;
  readonly profile: LoadedProfile;
  /** The profile as it stood when it was read, before anything was laid over it. */
  readonly profileFile: LoadedProfile;
  readonly session: SimulatedSession;
  readonly recorder: SessionRecorder;
  readonly startUs: number;
  /** What makes the market less than it was meant to be: a tape that breaks off. Null = whole. */
  readonly sourceProblem: string | null;
}

export type PrepareOutcome =
  | { readonly ok: true; readonly prepared: PreparedSession }
  | {
      readonly ok: false;
      readonly code: "unknown-profile" | "invalid-profile" | "unreadable-tape" | "journal-failed";
      readonly message: string;
    };

/** A generated market that runs as fast as it can starts here, so that the same seed gives the same run: 2026-01-01T00:00:00Z. */
const GENERATED_EPOCH_US = 1_767_225_600_000_000;

/** Builds everything a simulated session needs from its spec. Bad input is an outcome with a text for the operator. */
export function prepareSession(spec: SessionSpec, sink: BatchSink): PrepareOutcome {
  const opened = openSource(spec.source, spec.speed);
  if (!opened.ok) return { ok: false, code: "unreadable-tape", message: opened.message };
  if (spec.mode === "paper" && opened.problem !== null) {
    opened.source.close();
    return { ok: false, code: "unreadable-tape", message: opened.problem };
  }
  const loaded = loadSessionProfile(spec);
  if (!loaded.ok) {
    opened.source.close();
    const code = loaded.problems.length === 0 ? "unknown-profile" : "invalid-profile";
    return { ok: false, code, message: loaded.message };
  }
  const { source, startUs } = opened;
  if (!loaded.profile.settings.enabled) {
    source.close();
    const message = `MM_ENABLED must be true to start a session, was false in ${spec.profile}`;
    return { ok: false, code: "invalid-profile", message };
  }
  const carrying = carriedRiskFor(spec, source.rules.quoteCurrency, startUs);
  if (!carrying.ok) {
    source.close();
    return { ok: false, code: "journal-failed", message: carrying.message };
  }
  const { carried } = carrying;
  const manifest = manifestOf(spec, source.rules, loaded.profile, startUs, carried);
  const recorder = new SessionRecorder(manifest.sessionId, sink, loaded.profile.settings.journalRepriceDecisions);
  const session = simulatedSession({ source, profile: loaded.profile, venue: spec, recorder, startUs, carried });
  return {
    ok: true,
    prepared: {
      manifest,
      profile: loaded.profile,
      profileFile: loaded.file,
      session,
      recorder,
      startUs,
      sourceProblem: opened.problem,
    },
  };
}

/** How the simulated venue fills, delays and charges. */
export type VenueSpec = Pick<
  SessionSpec,
  "fillModel" | "latencyUs" | "makerBps" | "takerBps" | "venueFaults" | "collateral"
>;

export interface SimulatedParts {
  readonly source: MarketSource;
  readonly profile: LoadedProfile;
  readonly venue: VenueSpec;
  readonly recorder: SessionRecorder;
  readonly startUs: number;
  /** Default nothing. */
  readonly carried?: CarriedRisk;
}

/** A fresh kernel and a fresh simulated venue on a market. */
export function simulatedSession({
  source,
  profile,
  venue,
  recorder,
  startUs,
  carried,
}: SimulatedParts): SimulatedSession {
  const { rules } = source;
  const { fillModel, latencyUs, makerBps, takerBps, collateral } = venue;
  const faults = faultsOf(venue.venueFaults);
  return new SimulatedSession({
    kernel: new Kernel({ rules, profile: toSnapshot(profile, 1), carried: carried ?? NOTHING_CARRIED }),
    source,
    venue: new SimulatedVenue({
      rules,
      fees: { makerBps, takerBps },
      fillModel,
      latency: { outboundUs: latencyUs, inboundUs: latencyUs },
      ...(collateral === undefined ? {} : { account: { collateral } }),
      ...(faults === null ? {} : { faults }),
    }),
    recorder,
    startUs,
  });
}

/** Throws a RangeError on words that the command line would have refused. */
function faultsOf(text: string | undefined): VenueFaults | null {
  if (text === undefined) return null;
  const parsed = parseVenueFaults(text);
  if (!parsed.ok) throw new RangeError(parsed.message);
  return parsed.value;
}

/** The profile of a session: as it stands, then what the market suggests, then what the operator set. */
export function loadSessionProfile(
  spec: Pick<SessionSpec, "profile" | "dataDir" | "source" | "overrides">,
): SessionProfileLoad {
  const loaded = loadProfile(spec.profile, { dataDir: spec.dataDir });
  if (!loaded.ok) return loaded;
  const isEmbedded = spec.source.kind === "generated" && loaded.profile.isShipped;
  const suggested = isEmbedded && spec.source.kind === "generated" ? suggestedOverrides(spec.source.market) : [];
  const fitted = applyOverrides(loaded.profile, suggested);
  const complete = fitted.ok ? applyOverrides(fitted.profile, spec.overrides) : fitted;
  return complete.ok ? { ...complete, file: loaded.profile } : complete;
}

/** `file` is the profile as it stands, before anything was laid over it. */
type SessionProfileLoad =
  | { readonly ok: true; readonly profile: LoadedProfile; readonly file: LoadedProfile }
  | ProfileRefused;

type OpenedSource =
  | { readonly ok: true; readonly source: MarketSource; readonly startUs: number; readonly problem: string | null }
  | { readonly ok: false; readonly message: string };

function openSource(spec: SourceSpec, speed: number | null): OpenedSource {
  if (spec.kind === "generated") {
    const startUs = speed === null ? GENERATED_EPOCH_US : wallUs();
    const scenario = spec.scenario as ScenarioName;
    const source = createGenerator({ market: spec.market, seed: spec.seed, startUs, scenario });
    return { ok: true, source, startUs, problem: null };
  }
  const opened = openTape(spec.path);
  if (!opened.ok) return opened;
  const { tape } = opened;
  if (tape.events === 0) {
    tape.close();
    return { ok: false, message: `${spec.path}: the tape holds no event` };
  }
  const problem = tape.tornTail === null ? null : `${spec.path}: ${tape.tornTail}`;
  return { ok: true, source: new TapeSource(tape), startUs: tape.firstTsUs, problem };
}

function manifestOf(
  spec: SessionSpec,
  rules: MarketRules,
  profile: LoadedProfile,
  startUs: number,
  carried: CarriedRisk,
): SessionManifest {
  const build = buildInfo();
  return {
    sessionId: newSessionId(),
    appVersion: build.version,
    buildHash: build.hash,
    mode: spec.mode,
    venue: rules.venue,
    rules,
    rulesHash: createHash("sha256").update(JSON.stringify(rules)).digest("hex"),
    profileName: spec.profile,
    profileText: profile.text,
    profileHash: profile.hash,
    overrides: spec.overrides,
    source: {
      ...spec.source,
      fillModel: spec.fillModel,
      latencyUs: spec.latencyUs,
      makerBps: spec.makerBps,
      takerBps: spec.takerBps,
      ...(spec.venueFaults === undefined ? {} : { venueFaults: spec.venueFaults }),
      ...(spec.collateral === undefined ? {} : { collateral: spec.collateral }),
      durationUs: spec.durationUs,
      speed: spec.speed,
      carried: carriedText(carried),
    },
    startedAtUs: wallUs(),
    sessionStartUs: startUs,
  };
}

/** Sorts by time of start and is unlike any other: `20261121-073015-4f2a`. */
function newSessionId(): string {
  const time = new Date(wallUs() / 1000).toISOString().replaceAll(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${time}-${randomBytes(2).toString("hex")}`;
}
