import { expect, onTestFinished, test } from "vitest";
import type { Effect, PnlParts } from "../../main/kernel/effects.ts";
import type { ProfileSnapshot } from "../../main/kernel/settings/profile.ts";
import { defaultSettings } from "../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { marketScale, parseMoney } from "../../main/kernel/values/market-rules.ts";
import { lots, micros, money, ticks, ZERO_MONEY } from "../../main/kernel/values/units.ts";
import { superviseProfile, type SupervisedRun } from "../../main/session/profile-supervision.ts";
import { RollbackWatchdog, ROLLBACK_BY, type Rollback } from "../../main/session/rollback-watchdog.ts";
import { loadSessionProfile } from "../../main/session/session-factory.ts";
import type { SessionObserver } from "../../main/session/simulated-session.ts";
import { PACED } from "./engine-harness.ts";
import { RULES } from "../venues/simulated/venue-harness.ts";

const S = 1_000_000;

/** A session as the watchdog sees it; every fill is 1 USD of notional. */
class Story {
  readonly #watchdog = new RollbackWatchdog(marketScale(RULES));
  #nowUs = 0;
  #captureUsd = 0;
  #netUsd = 0;
  #present: ProfileSnapshot;
  heard: Rollback[] = [];

  constructor(change: Partial<Settings> = {}) {
    this.#present = snapshot(1, change);
  }

  /** Fills with their 1 s markouts, capture and result per fill. */
  fills(count: number, markoutBps: number | null, captureBps = 1, netUsd = 0): this {
    for (let fill = 0; fill < count; fill += 1) {
      this.#captureUsd += captureBps / 10_000;
      this.#netUsd += netUsd;
      this.#see(fillOf(this.#captureUsd, this.#netUsd), markoutOf(markoutBps));
    }
    return this;
  }

  change(change: Partial<Settings>, by = "file: mine.env"): this {
    const before = this.#present;
    this.#present = snapshot(before.revision + 1, { ...before.settings, ...change });
    return this.#see({
      type: "record-profile-change",
      atUs: micros(0),
      commandId: "c",
      by,
      before,
      after: this.#present,
    });
  }

  wait(seconds: number): this {
    this.#nowUs += seconds * S;
    return this.#see();
  }

  #see(...effects: Effect[]): this {
    const rollback = this.#watchdog.observe(this.#nowUs, effects, this.#present);
    if (rollback !== null) this.heard.push(rollback);
    return this;
  }
}

function snapshot(revision: number, change: Partial<Settings>): ProfileSnapshot {
  const settings = { ...defaultSettings("crypto"), configRollbackEnabled: true, ...change };
  return { name: "mine", revision, hash: String(revision), settings };
}

function fillOf(captureUsd: number, netUsd: number): Effect {
  const spreadCapture = parseMoney(captureUsd.toFixed(9));
  const net = parseMoney(netUsd.toFixed(9));
  const pnl: PnlParts = {
    spreadCapture,
    inventory: money(net - spreadCapture),
    fees: ZERO_MONEY,
    funding: ZERO_MONEY,
    net,
  };
  return {
    type: "record-fill",
    atUs: micros(0),
    orderId: 1,
    tradeId: "t",
    slot: { side: "buy", level: 0 },
    side: "buy",
    priceTicks: ticks(1_000),
    sizeLots: lots(10),
    liquidity: "maker",
    fee: ZERO_MONEY,
    midHalfTicks: null,
    bestBidTicks: null,
    bestAskTicks: null,
    positionLots: 0,
    pnl,
    quoteLifetimeUs: 0,
  };
}

function markoutOf(markoutBps: number | null, horizonUs = S): Effect {
  return {
    type: "record-markout",
    atUs: micros(0),
    orderId: 1,
    tradeId: "t",
    slot: { side: "buy", level: 0 },
    side: "buy",
    liquidity: "maker",
    filledUs: micros(0),
    horizonUs,
    priceTicks: ticks(1_000),
    midHalfTicks: markoutBps === null ? null : 2_000,
    markoutBps,
  };
}

const WIDER = { minOffsetBps: 4 };
const WIDEST = { minOffsetBps: 9 };

test("a change whose markouts are worse by more than 2 bps is rolled back to the profile before it, with the figures", () => {
  const { heard } = new Story().fills(6, 0.5).change(WIDER).fills(5, -1.6).wait(301);
  expect(heard).toMatchObject([{ to: { revision: 1 } }]);
  expect(heard[0]?.why).toBe(
    "profile mine revision 2 was rolled back to mine revision 1 after 301 s: mean 1 s markout -1.60 bps, was 0.50 bps",
  );
});

test.each([
  ["markouts worse by just 2 bps", new Story().fills(6, 0.5).change(WIDER).fills(5, -1.5).wait(301)],
  ["fewer than 5 fills", new Story().fills(6, 0.5).change(WIDER).fills(4, -9).wait(1_000)],
  ["less than 300 s", new Story().fills(6, 0.5).change(WIDER).fills(9, -9).wait(299)],
  ["nothing to compare markouts with", new Story().change(WIDER).fills(9, -9).wait(301)],
  ["markouts of another horizon", new Story().fills(6, 0.5).change(WIDER).fills(9, null).wait(301)],
  ["a change of nothing", new Story().fills(6, 0.5).change({}).fills(9, -9).wait(301)],
  ["a result worse by 50 USD", new Story().fills(6, 0.5).change(WIDER).fills(5, 0.5, 1, -10).wait(301)],
  [
    "a capture worse by 3 bps that was negative before",
    new Story().fills(6, 0, -1).change(WIDER).fills(5, 0, -4).wait(301),
  ],
  [
    "the watchdog switched off",
    new Story({ configRollbackEnabled: false }).fills(6, 0.5).change(WIDER).fills(9, -9).wait(301),
  ],
])("%s is no reason", (_what, { heard }) => {
  expect(heard).toEqual([]);
});

test("a result that falls by more than 50 USD is a reason", () => {
  const { heard } = new Story().fills(6, 0).change(WIDER).fills(5, 0, 1, -10.01).wait(301);
  expect(heard[0]?.why).toContain("the session's result changed by -50.05, bound -50");
});

test("a positive spread capture that falls by more than 2 bps is a reason", () => {
  const { heard } = new Story().fills(6, 0, 3).change(WIDER).fills(5, 0, 0.9).wait(301);
  expect(heard[0]?.why).toContain("spread capture 0.90 bps, was 3.00 bps");
});

test("the baseline is from before the change and outlives a second change; both are taken back", () => {
  const story = new Story().fills(6, 0.5).change(WIDER).wait(200).fills(5, -9).change(WIDEST).wait(200);
  expect(story.heard).toEqual([]);
  expect(story.fills(5, -9).wait(101).heard).toMatchObject([{ to: { revision: 1 } }]);
});

test("a change that did well is what the next one is measured against and rolled back to", () => {
  const story = new Story().fills(6, 0.5).change(WIDER).fills(5, 4).wait(301).change(WIDEST).fills(5, 1.5).wait(301);
  expect(story.heard).toMatchObject([{ to: { revision: 2 } }]);
});

test("a rollback itself is not judged", () => {
  const story = new Story().fills(6, 0.5).change(WIDER).fills(5, -9).wait(301);
  expect(story.change({ minOffsetBps: 3 }, ROLLBACK_BY).fills(9, -30).wait(900).heard).toHaveLength(1);
});

test("a session puts the last good profile back once the event that decided it was seen by all, and says why", async () => {
  const observers: SessionObserver[] = [];
  const heard: string[] = [];
  const kernel = { profile: snapshot(1, {}), scale: marketScale(RULES), nowUs: 0 };
  const run: SupervisedRun = {
    session: { kernel, observe: (observer) => void observers.push(observer) },
    changeProfile(commandId, profile, by) {
      heard.push(`${commandId} by ${by}: revision ${profile.revision}, ${profile.settings.minOffsetBps} bps`);
      kernel.profile = profile;
      return true;
    },
    refuseProfile: (message, by) => heard.push(`${by}: ${message}`) > 0,
  };
  const spec = { ...PACED, profile: "crypto" };
  const loaded = loadSessionProfile(spec);
  if (!loaded.ok) throw new Error(loaded.message);
  const profile = superviseProfile(run, { spec, file: loaded.file });
  onTestFinished(() => profile.close());
  const see = (atUs: number, ...effects: Effect[]): void => {
    kernel.nowUs = atUs;
    const at = micros(atUs);
    for (const observer of observers)
      observer({ type: "timer-fired", timerId: 1, seq: heard.length + 7, tsEvent: at, tsInit: at }, effects);
  };
  const fills = (bps: number): Effect[] => Array.from({ length: 6 }, () => [fillOf(0, 0), markoutOf(bps)]).flat();
  const before = kernel.profile;
  see(1, ...fills(0.5));
  kernel.profile = snapshot(2, WIDER);
  see(2, {
    type: "record-profile-change",
    atUs: micros(2),
    commandId: "c",
    by: "file: mine.env",
    before,
    after: kernel.profile,
  });
  see(301 * S, ...fills(-9));
  expect(heard).toEqual([]);
  await Promise.resolve();
  expect(heard).toEqual([
    `rollback-7 by rollback: revision 3, ${before.settings.minOffsetBps} bps`,
    expect.stringMatching(
      /^rollback: profile mine revision 2 was rolled back to mine revision 1 after 301 s: mean 1 s markout/,
    ),
  ]);
});
