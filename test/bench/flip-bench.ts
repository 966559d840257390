import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadProfile, toSnapshot } from "../../main/profiles/loader.ts";
import { SHIPPED_PROFILES } from "../../main/profiles/shipped/shipped-profiles.ts";
import { superviseProfile } from "../../main/session/profile-supervision.ts";
import { prepareSession, type PreparedSession } from "../../main/session/session-factory.ts";
import { discardingSink } from "../../main/session/session-recorder.ts";
import { SessionRunner } from "../../main/session/session-runner.ts";
import type { SessionSpec } from "../../main/session/session-spec.ts";
import { percentile, reported, type BenchResult } from "./bench-result.ts";

const FLIPS = 600;
const BETWEEN_US = 250_000;
const EDITS = 8;

/** How long a change of profile takes to reach a decision: by a command, and by an edit of the file. */
export async function benchFlips(folder: string): Promise<BenchResult[]> {
  return [...commanded(folder), ...(await edited(folder))];
}

/** A volatile market under load, flipped four times a second of its time. */
function commanded(folder: string): BenchResult[] {
  const { session, startUs } = prepared({ ...SPEC, profile: "legacy", dataDir: folder });
  const snapshots = ["crypto", "legacy"].map((name) => {
    const load = loadProfile(name, { dataDir: null });
    if (!load.ok) throw new Error(load.message);
    return (revision: number) => toSnapshot(load.profile, revision);
  });
  let hasDecided = false;
  session.observe((event, effects) => {
    if (event.type === "profile-changed") hasDecided = effects.some(({ type }) => type === "record-decision");
  });
  const times: number[] = [];
  let decided = 0;
  for (let flip = 0; flip < FLIPS; flip += 1) {
    while (!session.advance(startUs + (flip + 1) * BETWEEN_US, 10_000));
    const profile = snapshots[flip % 2]?.(flip + 2);
    if (profile === undefined) continue;
    const startedMs = performance.now();
    session.command({ type: "profile-changed", commandId: `flip-${flip}`, by: "bench", profile });
    times.push((performance.now() - startedMs) * 1000);
    if (hasDecided) decided += 1;
  }
  session.close();
  const sorted = Float64Array.from(times).sort();
  return [
    reported("flip by command, to the decisions under the new profile, p50", percentile(sorted, 0.5), "us"),
    reported("flip by command, p99", percentile(sorted, 0.99), "us"),
    reported("flips whose own event holds the first decision", (decided / FLIPS) * 100, "%"),
  ];
}

/** The time that the watcher lets a file stand is in it. */
async function edited(folder: string): Promise<BenchResult[]> {
  mkdirSync(join(folder, "profiles"), { recursive: true });
  const path = join(folder, "profiles", "edited.env");
  const text = (bps: number): string =>
    (SHIPPED_PROFILES.get("crypto") ?? "").replace(/^MM_MIN_OFFSET_BPS=.*$/m, `MM_MIN_OFFSET_BPS=${bps}`);
  writeFileSync(path, text(3));
  const one = prepared({ ...SPEC, profile: "edited", dataDir: folder, speed: 1 });
  const { manifest, session, recorder, startUs } = one;
  const ids = { sessionId: manifest.sessionId, startUs, endUs: null };
  const runner = new SessionRunner({ ...ids, session, recorder, journal: null, speed: 1 });
  const profile = superviseProfile(runner, {
    spec: { ...SPEC, profile: "edited", dataDir: folder },
    file: one.profileFile,
  });
  let heard = Promise.withResolvers<void>();
  session.observe((event) => {
    if (event.type === "profile-changed") heard.resolve();
  });
  const running = runner.run();
  const times: number[] = [];
  for (let edit = 0; edit < EDITS; edit += 1) {
    heard = Promise.withResolvers();
    const startedMs = performance.now();
    writeFileSync(path, text(4 + edit));
    await heard.promise;
    times.push(performance.now() - startedMs);
  }
  profile.close();
  runner.command("bench-stop", "stop", "bench");
  await running;
  const sorted = Float64Array.from(times).sort();
  return [
    reported("edit of the profile's file, to the kernel's event, p50", percentile(sorted, 0.5), "ms"),
    reported("edit of the profile's file, max", sorted.at(-1) ?? Number.NaN, "ms"),
  ];
}

const SPEC: SessionSpec = {
  mode: "paper",
  source: { kind: "generated", market: "btc", seed: 7, scenario: "volatile" },
  profile: "legacy",
  overrides: [],
  fillModel: "queue-log",
  latencyUs: 5_000,
  makerBps: "2",
  takerBps: "5",
  durationUs: null,
  speed: null,
  dataDir: null,
};

function prepared(spec: SessionSpec): PreparedSession {
  const outcome = prepareSession(spec, discardingSink);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.prepared;
}
