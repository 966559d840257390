import type { SessionManifest } from "../../../db/journal-protocol.ts";
import { openTape, TapeDamagedError, type TapeReader } from "../../../db/tape-reader.ts";
import type { TapeHeader } from "../../../db/tape-header.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import type { CarriedRisk } from "../../kernel/kernel-config.ts";
import {
  applyOverrides,
  loadProfile,
  readProfileText,
  type LoadedProfile,
  type ProfileLoad,
} from "../../profiles/loader.ts";
import { parseFillModel } from "../../venues/simulated/queue-model.ts";
import {
  DEFAULT_FILL_MODEL,
  DEFAULT_LATENCY_US,
  DEFAULT_MAKER_BPS,
  DEFAULT_TAKER_BPS,
  type SourceSpec,
} from "../session-spec.ts";
import { carriedOf, NOTHING_CARRIED } from "../carried-risk.ts";
import { loadSessionProfile, type VenueSpec } from "../session-factory.ts";
import { commandsOf, type KeptCommand, type SeenControls } from "./kept-commands.ts";
import {
  DEFAULT_FILL_MODELS,
  DEFAULT_LATENCIES_US,
  MOST_FILL_MODELS,
  MOST_LATENCIES,
  type WhatIfRequest,
} from "./what-if-request.ts";

/** One row of the table: how both runs are filled, delayed and charged. */
export interface PlannedCell {
  readonly baseline: VenueSpec;
  readonly alternative: VenueSpec;
}

/** Everything that is decided before the first run. */
export interface WhatIfPlan {
  readonly request: WhatIfRequest;
  readonly header: TapeHeader;
  readonly firstUs: number;
  /** Time of the last event of the market. */
  readonly lastUs: number;
  readonly baseline: LoadedProfile;
  readonly alternative: LoadedProfile;
  readonly cells: readonly PlannedCell[];
  /** The cell that is looked into: the one like the session itself, where there is one. */
  readonly shown: number;
  /** What the session took over from earlier ones; both runs do too. */
  readonly carried: CarriedRisk;
  readonly controls: SeenControls;
  readonly kept: readonly KeptCommand[];
  /** What makes the market less than it was meant to be; null = whole. */
  readonly tapeProblem: string | null;
}

export type WhatIfErrorCode =
  | "unreadable-tape"
  | "unknown-profile"
  | "invalid-profile"
  | "nothing-differs"
  | "invalid-choice";
export type Planned =
  | { readonly ok: true; readonly plan: WhatIfPlan }
  | { readonly ok: false; readonly code: WhatIfErrorCode; readonly message: string };

/** Reads the tape once and decides on both runs and on the table. Bad input is an outcome with a text for the operator. */
export function planWhatIf(request: WhatIfRequest): Planned {
  const opened = openTape(request.tape);
  if (!opened.ok) return { ok: false, code: "unreadable-tape", message: opened.message };
  const { tape } = opened;
  try {
    if (tape.events === 0) {
      return { ok: false, code: "unreadable-tape", message: `${request.tape}: the tape holds no event` };
    }
    return planOn(request, tape);
  } catch (error) {
    if (!(error instanceof TapeDamagedError)) throw error;
    return { ok: false, code: "unreadable-tape", message: error.message };
  } finally {
    tape.close();
  }
}

function planOn(request: WhatIfRequest, tape: TapeReader): Planned {
  const { header } = tape;
  const baseline = loadBaseline(request, header.manifest);
  if (!baseline.ok) return refusedProfile(baseline);
  const alternative = loadAlternative(request, baseline.profile, header.manifest);
  if (!alternative.ok) return refusedProfile(alternative);
  const own = ownVenue(header.manifest, request);
  const isSameProfile = alternative.profile.hash === baseline.profile.hash;
  const cells = cellsOf(request, own, isSameProfile);
  if (typeof cells === "string") {
    const code = isSameProfile && request.fillModels.length === 0 ? "nothing-differs" : "invalid-choice";
    return { ok: false, code, message: cells };
  }
  const shown = cells.findIndex(({ alternative: { fillModel, latencyUs } }) =>
    isSameProfile ? latencyUs === own.latencyUs : fillModel === own.fillModel && latencyUs === own.latencyUs,
  );
  const { firstTsUs, tornTail } = tape;
  const { controls, kept, lastMarketUs } = commandsOf(eventsOf(tape), request.keepCommands);
  return {
    ok: true,
    plan: {
      request,
      header,
      firstUs: firstTsUs,
      lastUs: Math.max(firstTsUs, lastMarketUs),
      baseline: baseline.profile,
      alternative: alternative.profile,
      cells,
      shown: Math.max(0, shown),
      carried: header.manifest === null ? NOTHING_CARRIED : carriedOf(header.manifest),
      controls,
      kept,
      tapeProblem: tornTail,
    },
  };
}

function* eventsOf(tape: TapeReader): Generator<KernelEvent> {
  for (let event = tape.next(); event !== null; event = tape.next()) yield event;
}

function loadBaseline({ baseline, dataDir }: WhatIfRequest, manifest: SessionManifest | null): ProfileLoad {
  if (baseline !== null || manifest === null) return loadProfile(baseline ?? "legacy", { dataDir });
  const source = `profile of session ${manifest.sessionId}`;
  return readProfileText(manifest.profileName, manifest.profileText, { source, isShipped: false });
}

/** A shipped profile gets what an embedded market suggests, as it would in a session on it. */
function loadAlternative(
  request: WhatIfRequest,
  baseline: LoadedProfile,
  manifest: SessionManifest | null,
): ProfileLoad {
  const { alternative, overrides, dataDir } = request;
  if (alternative === null) return applyOverrides(baseline, overrides);
  const { kind, market } = manifest?.source ?? {};
  const isEmbedded = kind === "generated" && (market === "btc" || market === "alt");
  const source: SourceSpec = isEmbedded
    ? { kind, market, seed: 0, scenario: "mixed" }
    : { kind: "tape", path: request.tape };
  return loadSessionProfile({ profile: alternative, dataDir, source, overrides });
}

function refusedProfile(load: ProfileLoad & { readonly ok: false }): Planned {
  const code = load.problems.length === 0 ? "unknown-profile" : "invalid-profile";
  return { ok: false, code, message: load.message };
}

/** How the session itself was filled, delayed and charged, as its manifest says. */
function ownVenue(manifest: SessionManifest | null, { fees }: WhatIfRequest): VenueSpec {
  const source = manifest?.source ?? {};
  const textOf = (key: string, usual: string): string => {
    const value = source[key];
    return typeof value === "string" ? value : usual;
  };
  const { latencyUs, venueFaults, collateral } = source;
  return {
    ...(typeof venueFaults === "string" ? { venueFaults } : {}),
    ...(typeof collateral === "string" ? { collateral } : {}),
    fillModel: textOf("fillModel", DEFAULT_FILL_MODEL),
    latencyUs: typeof latencyUs === "number" ? latencyUs : DEFAULT_LATENCY_US,
    makerBps: fees?.makerBps ?? textOf("makerBps", DEFAULT_MAKER_BPS),
    takerBps: fees?.takerBps ?? textOf("takerBps", DEFAULT_TAKER_BPS),
  };
}

/** The rows of the table, or why there can be none. With one profile on both sides it is the fill model that differs. */
function cellsOf(request: WhatIfRequest, own: VenueSpec, isSameProfile: boolean): readonly PlannedCell[] | string {
  if (isSameProfile && request.fillModels.length === 0)
    return "both runs would be the same: name another profile, a setting or a fill model";
  for (const model of request.fillModels) {
    const parsed = parseFillModel(model);
    if (!parsed.ok) return parsed.message;
  }
  const models = unique(
    request.fillModels.length > 0 ? request.fillModels : withOwn(DEFAULT_FILL_MODELS, own.fillModel),
  );
  const latencies = unique(
    request.latenciesUs.length > 0
      ? request.latenciesUs
      : [...DEFAULT_LATENCIES_US, own.latencyUs].toSorted((one, other) => one - other),
  );
  if (models.length > MOST_FILL_MODELS || latencies.length > MOST_LATENCIES)
    return `at most ${MOST_FILL_MODELS} fill models and ${MOST_LATENCIES} latencies, was ${models.length} and ${latencies.length}`;
  return models.flatMap((fillModel) =>
    latencies.map((latencyUs) => {
      const alternative = { ...own, fillModel, latencyUs };
      return { alternative, baseline: isSameProfile ? { ...own, latencyUs } : alternative };
    }),
  );
}

function withOwn(models: readonly string[], own: string): readonly string[] {
  return models.includes(own) ? models : [...models, own];
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
