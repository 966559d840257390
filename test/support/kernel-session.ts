import { discardingSink, SessionRecorder } from "../../main/session/session-recorder.ts";
import { SimulatedSession } from "../../main/session/simulated-session.ts";
import { Kernel } from "../../main/kernel/kernel.ts";
import { parseSettings } from "../../main/kernel/settings/parse-settings.ts";
import { defaultSettings } from "../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { createGenerator, suggestedOverrides } from "../../main/venues/simulated/market-generator.ts";
import type { ScenarioName } from "../../main/venues/simulated/scenarios.ts";
import { SimulatedVenue } from "../../main/venues/simulated/simulated-venue.ts";
import { snapshotOf } from "./kernel-harness.ts";

export const SESSION_START_US = 1_700_000_000_000_000;

export interface GeneratedSessionOptions {
  readonly market?: "btc" | "alt";
  readonly profile?: "legacy" | "crypto";
  readonly seed?: number;
  readonly scenario?: ScenarioName;
  readonly changes?: Partial<Settings>;
  readonly startUs?: number;
  readonly latencyUs?: number;
}

/** Settings of a profile as a session on a generated market has them. */
export function generatedSettings(options: GeneratedSessionOptions): Settings {
  const profile = options.profile ?? "legacy";
  const fitted = suggestedOverrides(options.market ?? "btc").map((text, line) => {
    const [name = "", value = ""] = text.split("=");
    return { name, value, line };
  });
  const parsed = parseSettings(fitted, defaultSettings(profile));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join("\n"));
  return { ...parsed.settings, ...options.changes };
}

/** A whole session on a generated market and a simulated venue; it keeps nothing. */
export function generatedSession(options: GeneratedSessionOptions = {}): SimulatedSession {
  const startUs = options.startUs ?? SESSION_START_US;
  const market = options.market ?? "btc";
  const source = createGenerator({ market, seed: options.seed ?? 1, startUs, scenario: options.scenario ?? "mixed" });
  const kernel = new Kernel({ rules: source.rules, profile: snapshotOf(generatedSettings(options)) });
  const latencyUs = options.latencyUs ?? 5_000;
  const venue = new SimulatedVenue({
    rules: source.rules,
    fees: { makerBps: -0.5, takerBps: 4.5 },
    latency: { outboundUs: latencyUs, inboundUs: latencyUs },
  });
  const recorder = new SessionRecorder("test", discardingSink);
  return new SimulatedSession({ kernel, source, venue, recorder, startUs });
}
