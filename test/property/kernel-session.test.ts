import { describe, expect, it } from "vitest";
import type { Decision, PriceBuildUp } from "../../main/kernel/decision.ts";
import type { Effect } from "../../main/kernel/effects.ts";
import type { Kernel } from "../../main/kernel/kernel.ts";
import { signOf } from "../../main/kernel/values/units.ts";
import type { SimulatedSession } from "../../main/session/simulated-session.ts";
import { snapshotOf } from "../support/kernel-harness.ts";
import {
  generatedSession,
  generatedSettings,
  SESSION_START_US,
  type GeneratedSessionOptions,
} from "../support/kernel-session.ts";

const SECOND = 1_000_000;
const MOST_EVENTS = 1_000_000;

/** Quotes at the touch and leaves itself no guard, so that much is filled. */
const EAGER = {
  offsetMode: "fixed",
  priceOffsetPerLevelPercent: 0.00002,
  minOffsetBps: 0,
  microVolMaxBps: 0,
  microDriftMaxBps: 0,
  imbalancePauseThreshold: 0,
  volRegimeEnabled: false,
  orderSizeMultiplier: 1,
} as const;

interface Scene extends Required<Pick<GeneratedSessionOptions, "market" | "profile" | "seed" | "scenario">> {
  readonly changes?: NonNullable<GeneratedSessionOptions["changes"]>;
  /** What must have happened for the scene to prove anything. */
  readonly fills: number;
  readonly codes: readonly string[];
}

const SCENES: readonly Scene[] = [
  { market: "btc", profile: "legacy", seed: 1, scenario: "mixed", fills: 0, codes: ["replace_max_age"] },
  { market: "btc", profile: "crypto", seed: 2, scenario: "volatile", fills: 0, codes: ["replace_target_shift"] },
  { market: "alt", profile: "legacy", seed: 3, scenario: "jumping", fills: 0, codes: ["skip_toxicity"] },
  { market: "alt", profile: "crypto", seed: 4, scenario: "gaps", fills: 0, codes: ["skip_no_book"] },
  {
    market: "btc",
    profile: "crypto",
    seed: 5,
    scenario: "trending",
    changes: { ...EAGER, numPriceLevels: 4, maxPositionSize: 0.006 },
    fills: 10,
    codes: ["skip_interval", "skip_cancel_pending", "skip_below_min_size"],
  },
  {
    market: "alt",
    profile: "legacy",
    seed: 6,
    scenario: "mixed",
    changes: { ...EAGER, orderSizeMultiplier: 50, numPriceLevels: 3, pofCooldownS: 0.5 },
    fills: 10,
    codes: ["hold_within_tolerance"],
  },
];

/** Plain and quick: these are asked hundreds of thousands of times. */
function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** Prices of a decision's stages hang together. */
function checkBuildUp(buildUp: PriceBuildUp, decision: Decision): void {
  const text = (): string => JSON.stringify(decision);
  const sign = signOf(decision.slot.side);
  const { offsetBps, regimeBps, skewBps, trendBps, fundingBps, extraBps, anchorTicks } = buildUp;
  const { rawTicks, targetTicks, finalTicks, clamp } = buildUp;
  const sumBps = offsetBps + regimeBps + skewBps + trendBps + fundingBps + extraBps;
  must(Math.abs(anchorTicks * (1 + sumBps / 10_000) - rawTicks) < 1e-6, `the parts must add up: ${text()}`);
  // Clamps and rounding only ever lead away from the market
  const behind = sign * (rawTicks - targetTicks);
  must(behind > -1e-6, `the target must not be nearer than wanted: ${text()}`);
  if (clamp !== "crossing") must(behind < 1 + 1e-6 || clamp !== "none", `rounding must stay within a tick: ${text()}`);
  if (finalTicks === null) return;
  must(sign * (targetTicks - finalTicks) >= 0, `the clamp must lead away: ${text()}`);
  if (clamp === "none") must(finalTicks === targetTicks, `without a clamp the target is final: ${text()}`);
}

const BEFORE_PRICING =
  /^skip_(?:halted|operator|cancel|pof|interval|stale|no_book|crossed|warming|min_spread|imb|tox|inv)/;

function checkDecision(decision: Decision, kernel: Kernel): void {
  const { code, buildUp, dueUs, restingTicks } = decision;
  must(decision.atUs === kernel.nowUs, `${code} must be stamped with the event's time`);
  if (buildUp) checkBuildUp(buildUp, decision);
  else must(BEFORE_PRICING.test(code), `${code} must have a build-up`);
  must(dueUs === null || dueUs > kernel.nowUs, `${code} must be due later`);
  if (code === "place_initial") must(restingTicks === null && buildUp?.finalTicks !== null, "a placement has a price");
  if (/^(?:hold|replace)/.test(code)) must(restingTicks !== null, `${code} must be about an order`);
}

/** If all orders of a side fill at once, the position stays within its limit. */
function checkReach(kernel: Kernel): void {
  const { ledger, limits, orders } = kernel;
  const bids = orders.reservedLots("buy", -1);
  const asks = orders.reservedLots("sell", -1);
  must(bids === 0 || ledger.positionLots + bids <= Math.max(0, limits.maxLongLots), "bids must not reach too far");
  must(asks === 0 || asks - ledger.positionLots <= Math.max(0, limits.maxShortLots), "asks must not reach too far");
}

/** Checks everything that holds after every event, whatever the market. */
class Witness {
  fills = 0;
  placed = 0;
  readonly codes = new Set<string>();
  readonly #session: SimulatedSession;

  constructor(session: SimulatedSession) {
    this.#session = session;
    session.observe((_event, effects) => {
      this.#check(effects);
    });
  }

  #check(effects: readonly Effect[]): void {
    const { kernel } = this.#session;
    let placements = 0;
    let decided = 0;
    for (const effect of effects) {
      if (effect.type === "place-order") {
        placements += 1;
        checkPlacement(kernel, effect);
      } else if (effect.type === "record-decision") {
        this.codes.add(effect.decision.code);
        if (effect.decision.code === "place_initial") decided += 1;
        checkDecision(effect.decision, kernel);
      } else if (effect.type === "record-fill") {
        this.fills += 1;
        const { spreadCapture, inventory, fees, funding, net } = effect.pnl;
        must(spreadCapture + inventory + fees + funding === net, "the parts of the result must add up");
      } else if (effect.type === "set-timer") {
        must(effect.atUs > kernel.nowUs, "a timer must be ahead");
      }
    }
    must(decided === placements, "every placement must be a decision");
    this.placed += placements;
    checkOwnOrders(kernel);
    checkReach(kernel);
  }
}

function checkPlacement(kernel: Kernel, order: Extract<Effect, { type: "place-order" }>): void {
  const { bestBidTicks, bestAskTicks } = kernel.market.book;
  must(order.postOnly && kernel.state.mayPlace, "only post-only orders, and only where orders may be placed");
  if (order.side === "buy") must(order.priceTicks < (bestAskTicks ?? -1), "a buy must stay below the best ask");
  else must(order.priceTicks > (bestBidTicks ?? Infinity), "a sell must stay above the best bid");
}

function checkOwnOrders(kernel: Kernel): void {
  let bid = -Infinity;
  let ask = Infinity;
  for (const order of kernel.orders.live()) {
    if (order.side === "buy") bid = Math.max(bid, order.priceTicks);
    else ask = Math.min(ask, order.priceTicks);
  }
  must(bid < ask, `own orders must not cross, were ${bid} and ${ask}`);
}

describe.each(SCENES)("a session of $profile on $market, $scenario", (scene) => {
  it("holds at every event: no own cross, nothing through the book, limits, decisions that add up", () => {
    const session = generatedSession(scene);
    const witness = new Witness(session);
    session.advance(SESSION_START_US + 90 * SECOND, MOST_EVENTS);
    expect(witness.placed).toBeGreaterThan(5);
    expect(witness.fills).toBeGreaterThanOrEqual(scene.fills);
    for (const code of scene.codes) expect([...witness.codes]).toContain(code);
    session.command({ type: "operator-commanded", commandId: "kill", command: "kill", by: "test" });
    session.advance(Infinity, MOST_EVENTS);
    expect([session.isOver, session.endedHow]).toEqual([true, "killed"]);
    expect(session.kernel.orders.liveCount).toBe(0);
    // What is asked for at once is confirmed within two trips, not swept
    expect(session.nowUs - SESSION_START_US).toBeLessThan(91 * SECOND);
    session.close();
  });

  it("is flipped under load without losing any state, and quotes by the new profile afterwards", () => {
    const session = generatedSession(scene);
    const witness = new Witness(session);
    let name = scene.profile;
    for (let flip = 1; flip <= 12; flip += 1) {
      session.advance(session.nowUs + 4 * SECOND + flip * 13_000, MOST_EVENTS);
      name = name === "legacy" ? "crypto" : "legacy";
      const { kernel } = session;
      const remembered = (): unknown => [
        kernel.ledger.parts(null),
        kernel.ledger.positionLots,
        kernel.ledger.cost,
        kernel.state.name,
        kernel.state.reasons(),
        kernel.board.slots.map(({ postOnly }) => [postOnly.streak, postOnly.cooldownUntilUs]),
      ];
      const before = remembered();
      const settings = generatedSettings({ ...scene, profile: name });
      const seen: Decision[] = [];
      let changed: readonly Effect[] = [];
      session.observe((event, effects) => {
        if (event.type === "profile-changed" && event.commandId === `flip-${flip}`) {
          changed = effects;
          expect(remembered()).toEqual(before);
        }
      });
      session.command({
        type: "profile-changed",
        commandId: `flip-${flip}`,
        by: "test",
        profile: snapshotOf(settings, flip + 1),
      });
      for (const effect of changed) if (effect.type === "record-decision") seen.push(effect.decision);
      expect(seen.length).toBeGreaterThanOrEqual(2 * settings.numPriceLevels);
      if (name === "legacy") {
        for (const { code, buildUp } of seen) {
          expect(code).not.toMatch(/^skip_inventory/);
          if (buildUp)
            expect([buildUp.regimeBps, buildUp.trendBps, buildUp.fundingBps]).toEqual(
              [0, 0, 0].map((zero) => expect.closeTo(zero)),
            );
        }
      }
    }
    expect(witness.placed).toBeGreaterThan(5);
    session.close();
  });
});
