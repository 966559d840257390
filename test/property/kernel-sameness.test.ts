import { describe, expect, it } from "vitest";
import type { Effect } from "../../main/kernel/effects.ts";
import type { KernelEvent } from "../../main/kernel/events.ts";
import { Kernel } from "../../main/kernel/kernel.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { EffectHash } from "../../main/session/effect-hash.ts";
import { discardingSink, SessionRecorder } from "../../main/session/session-recorder.ts";
import { SessionRunner } from "../../main/session/session-runner.ts";
import type { SimulatedSession } from "../../main/session/simulated-session.ts";
import { viewsOfRun } from "../../main/session/viewed-run.ts";
import { createGenerator } from "../../main/venues/simulated/market-generator.ts";
import { snapshotOf } from "../support/kernel-harness.ts";
import {
  generatedSession,
  generatedSettings,
  SESSION_START_US,
  type GeneratedSessionOptions,
} from "../support/kernel-session.ts";

const SECOND = 1_000_000;
const MOST_EVENTS = 1_000_000;
const LENGTH_US = 45 * SECOND;

/** Quotes near the touch, so that there are fills to agree about. */
const NEAR = {
  offsetMode: "fixed",
  priceOffsetPerLevelPercent: 0.00002,
  minOffsetBps: 0,
  volRegimeEnabled: false,
} as const;
const SCENES: readonly GeneratedSessionOptions[] = [
  { market: "btc", profile: "legacy", seed: 11, scenario: "mixed", changes: { ...NEAR, microVolMaxBps: 0 } },
  { market: "btc", profile: "crypto", seed: 12, scenario: "volatile" },
  { market: "alt", profile: "crypto", seed: 13, scenario: "gaps", changes: NEAR },
];

/** Runs with the commands of a lively operator in between. */
function play(session: SimulatedSession, options: GeneratedSessionOptions): void {
  const startUs = session.nowUs;
  const command = (commandId: string, name: "pause" | "resume" | "reduce-only"): void => {
    session.command({ type: "operator-commanded", commandId, command: name, by: "test" });
  };
  session.advance(startUs + LENGTH_US / 4, MOST_EVENTS);
  command("a", "pause");
  session.advance(startUs + LENGTH_US / 3, MOST_EVENTS);
  command("b", "resume");
  session.advance(startUs + LENGTH_US / 2, MOST_EVENTS);
  const profile = options.profile === "legacy" ? ("crypto" as const) : ("legacy" as const);
  const flipped = snapshotOf(generatedSettings({ ...options, profile }), 2);
  session.command({ type: "profile-changed", commandId: "c", by: "test", profile: flipped });
  session.advance(startUs + (LENGTH_US * 3) / 4, MOST_EVENTS);
  command("d", "reduce-only");
  session.advance(startUs + LENGTH_US, MOST_EVENTS);
  session.close();
}

function tapeOf(options: GeneratedSessionOptions): { tape: KernelEvent[]; hash: string } {
  const session = generatedSession(options);
  const tape: KernelEvent[] = [];
  session.observe((event) => tape.push(event));
  play(session, options);
  return { tape, hash: session.hash.digest() };
}

function kernelFor(options: GeneratedSessionOptions): Kernel {
  const { rules } = createGenerator({ market: options.market ?? "btc", seed: 1, startUs: SESSION_START_US });
  return new Kernel({ rules, profile: snapshotOf(generatedSettings(options)) });
}

function hashOf(kernel: Kernel, tape: readonly KernelEvent[], between: (at: number) => void = () => undefined): string {
  const hash = new EffectHash();
  for (const [at, event] of tape.entries()) {
    hash.add(event.seq, kernel.handle(event));
    between(at);
  }
  return hash.digest();
}

/** Asks the kernel whatever can be asked, at times when nobody else would. */
function askEverything(kernel: Kernel): void {
  const { market, board, ledger, orders, profile, nowUs } = kernel;
  const { settings } = profile;
  ledger.parts(market.midHalfTicks);
  ledger.parts(null);
  ledger.averageEntryTicks();
  for (const laterUs of [0, 1, 3 * SECOND]) {
    market.isUsable(nowUs + laterUs, settings);
    market.ageUs(nowUs + laterUs);
  }
  for (const order of orders.live()) orders.find(order.orderId);
  for (const { index } of board.slots) orders.reservedLots("buy", index);
  for (const one of [0, 1, 2]) market.flow.imbalance(one, nowUs);
  board.nextDueUs();
  board.isTwoSided(orders, settings);
  void kernel.uptime.share;
}

describe.each(SCENES)("$profile on $market, $scenario", (options) => {
  const { tape, hash } = tapeOf(options);

  it("answers the same events with the same effects, in a fresh kernel, too", () => {
    expect(tape.length).toBeGreaterThan(1_000);
    expect(tapeOf(options).hash).toBe(hash);
    expect(hashOf(kernelFor(options), tape)).toBe(hash);
  });

  it("does not change an answer by being asked in between", () => {
    const kernel = kernelFor(options);
    const asked = hashOf(kernel, tape, () => {
      askEverything(kernel);
    });
    expect(asked).toBe(hash);
  });

  it("does not change an answer by being shown on the screens, at any rate", () => {
    const session = generatedSession(options);
    const startedUs = session.nowUs;
    const recorder = new SessionRecorder("test", discardingSink);
    const runner = new SessionRunner({
      sessionId: "test",
      session,
      recorder,
      journal: null,
      startUs: startedUs,
      endUs: null,
      speed: null,
    });
    const spec = {
      mode: "paper",
      source: { kind: "generated", market: "btc", seed: 1, scenario: "mixed" },
      profile: "legacy",
      overrides: [],
      fillModel: "queue-log",
      latencyUs: 5_000,
      makerBps: "0",
      takerBps: "0",
      durationUs: null,
      speed: null,
      dataDir: null,
    } as const;
    const feed = viewsOfRun({ runner, spec, sourceText: "test", startedUs });
    let shown = 0;
    session.observe((event) => {
      if (event.seq % 7 === 0) shown += feed.updates(event.seq).length;
    });
    play(session, options);
    expect(shown).toBeGreaterThan(1_000);
    expect(session.hash.digest()).toBe(hash);
  });

  it("knows no absolute time: shifted events have shifted effects", () => {
    const shiftUs = 86_400_000_000 * 365;
    const kernel = kernelFor(options);
    const later = kernelFor(options);
    const differences: unknown[] = [];
    for (const event of tape) {
      const moved = { ...event, tsEvent: micros(event.tsEvent + shiftUs), tsInit: micros(event.tsInit + shiftUs) };
      const now = kernel.handle(event).map((effect) => text(effect, 0));
      const shifted = later.handle(moved).map((effect) => text(effect, shiftUs));
      if (now.join("\n") !== shifted.join("\n")) differences.push({ seq: event.seq, now, shifted });
    }
    expect(differences[0]).toBeUndefined();
  });

  it("takes a clock that runs backwards for one that stands still", () => {
    const standing = kernelFor(options);
    const backwards = kernelFor(options);
    const differences: unknown[] = [];
    let latestUs = 0;
    for (const [at, event] of tape.entries()) {
      // Every fifth event claims to be older than it is, by up to 20 s
      const ownUs = at % 5 === 0 ? event.tsInit - (at % 21) * SECOND : event.tsInit;
      latestUs = Math.max(latestUs, ownUs);
      const expected = standing.handle({ ...event, tsInit: micros(latestUs) });
      const got = backwards.handle({ ...event, tsInit: micros(ownUs) });
      const [one, other] = [expected.map((effect) => text(effect, 0)), got.map((effect) => text(effect, 0))];
      if (one.join("\n") !== other.join("\n")) differences.push({ seq: event.seq, one, other });
    }
    expect(differences[0]).toBeUndefined();
  });
});

const TIME_KEYS: ReadonlySet<string> = new Set(["atUs", "dueUs", "filledUs"]);

/** An effect with its times brought back by a shift. */
function text(effect: Effect, shiftUs: number): string {
  return JSON.stringify(effect, (key, value: unknown) => {
    if (typeof value === "bigint") return value.toString();
    return TIME_KEYS.has(key) && typeof value === "number" ? value - shiftUs : value;
  });
}
