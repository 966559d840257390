import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageBudget } from "../../../main/kernel/risk/message-budget.ts";
import { MessageMinuteBudget } from "../../../main/kernel/risk/message-minute-budget.ts";
import { PlacementBudget } from "../../../main/kernel/risk/placement-budget.ts";
import { SlidingTally } from "../../../main/kernel/risk/sliding-tally.ts";
import { TradingState } from "../../../main/kernel/risk/trading-state.ts";
import { settingsFor } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

describe("trading state", () => {
  it("has an answer to each question in each state", () => {
    const answers = (state: TradingState) => [
      state.name,
      state.mayPlace,
      state.mayClose,
      state.isReduceOnly,
      state.isEnding,
      state.isWindingDown,
      state.isKilled,
      state.isStopping,
    ];
    const state = new TradingState();
    expect(answers(state)).toEqual(["ACTIVE", true, true, false, false, false, false, false]);
    expect(state.reduce("operator-presence", true)).toBe(true);
    expect(state.reduce("operator-presence", true)).toBe(false);
    expect(answers(state)).toEqual(["REDUCING", true, true, true, false, false, false, false]);
    expect(state.reasons()).toEqual(["operator-presence"]);
    expect(state.reduce("operator-presence", false)).toBe(true);
    expect(state.reduce("operator-presence", false)).toBe(false);
    state.closeOut(true);
    state.stop();
    expect(answers(state)).toEqual(["HALTED", false, true, false, false, true, false, true]);
    state.closeOut(false);
    expect(answers(state)).toEqual(["HALTED", false, true, false, true, true, false, true]);
    state.closeOut(true);
    expect(state.command("c", "kill")).toBe("applied");
    expect(answers(state)).toEqual(["KILLED", false, false, false, true, true, true, true]);
  });

  it("keeps halts, faults and pauses apart", () => {
    const state = new TradingState();
    expect([state.halt("drawdown"), state.halt("drawdown"), state.halt("rate-limit")]).toEqual([true, false, true]);
    expect([state.isHaltedBy("drawdown"), state.isHaltedBy("maintenance")]).toEqual([true, false]);
    expect([state.raise("journal-failed"), state.isRaised("journal-failed"), state.isRaised("journal-behind")]).toEqual(
      [true, true, false],
    );
    expect(state.reasons()).toEqual(["journal-failed", "drawdown", "rate-limit"]);
    expect([state.lift("drawdown"), state.lift("drawdown"), state.lift("rate-limit")]).toEqual([true, false, true]);
    expect([state.name, state.mayPlace]).toEqual(["HALTED", false]);
    expect([state.clear("journal-failed"), state.name, state.mayPlace]).toEqual([true, "ACTIVE", true]);
    state.command("f", "flatten");
    expect([state.name, state.mayPlace]).toEqual(["PAUSED", false]);
  });

  it("says what becomes of each command after a kill", () => {
    const state = new TradingState();
    state.command("k", "kill");
    const told = (["pause", "resume", "reduce-only", "flatten", "kill", "cancel-all", "stop"] as const).map((command) =>
      state.command(command, command),
    );
    expect(told).toEqual(["killed", "killed", "killed", "killed", "applied", "applied", "applied"]);
    expect(state.command("k", "stop")).toBe("duplicate");
  });

  it("remembers the newest 4096 commands", () => {
    const state = new TradingState();
    for (let at = 0; at <= 4_096; at += 1) expect(state.isNewCommand(`c${at}`)).toBe(true);
    expect([state.isNewCommand("c1"), state.isNewCommand("c4096")]).toEqual([false, false]);
    expect(state.isNewCommand("c0")).toBe(true);
  });
});

describe("the tokens of a second", () => {
  it("start full, refill from the first microsecond on, and wait to the microsecond", () => {
    const budget = new MessageBudget(2);
    expect([budget.take(0), budget.take(0), budget.take(0)]).toEqual([true, true, false]);
    expect([budget.waitUs(0), budget.waitUs(1), budget.waitUs(499_999)]).toEqual([500_000, 499_999, 1]);
    expect([budget.take(499_999), budget.take(500_000), budget.take(500_001)]).toEqual([false, true, false]);
    expect([budget.take(10 * SECOND), budget.take(10 * SECOND), budget.take(10 * SECOND)]).toEqual([true, true, false]);
  });

  it("lose nothing to a time that runs backwards", () => {
    const budget = new MessageBudget(2);
    budget.take(SECOND);
    expect([budget.take(0), budget.waitUs(SECOND)]).toEqual([true, SECOND / 2]);
  });

  it("keep what fits when the rate changes, and count at the new rate from then on", () => {
    const budget = new MessageBudget(4);
    budget.take(0);
    budget.setRate(1, 0);
    expect([budget.take(0), budget.take(0), budget.waitUs(0)]).toEqual([true, false, SECOND]);
    budget.setRate(10, SECOND / 2);
    expect([budget.waitUs(SECOND / 2), budget.waitUs(SECOND / 2 + 10)]).toEqual([50_000, 49_990]);
  });

  it.each([
    [0.5, 2 * SECOND],
    [0.001, 1_000 * SECOND],
    [0, 1_000 * SECOND],
    [0.0004, 1_000 * SECOND],
    [2.9, Math.ceil(SECOND / 2.9)],
  ])("at %d a second wait %d us for the next", (rate, waitUs) => {
    const budget = new MessageBudget(rate);
    while (budget.take(0));
    expect(budget.waitUs(0)).toBe(waitUs);
  });
});

describe("the messages of a minute", () => {
  it("leave again when the one that blocks is a whole minute old", () => {
    const budget = new MessageMinuteBudget();
    expect([budget.take(0, 2), budget.take(10, 2), budget.take(20, 2)]).toEqual([true, true, false]);
    expect([budget.used(20), budget.waitUs(20, 2), budget.waitUs(20, 3), budget.waitUs(20, 1)]).toEqual([
      2,
      MINUTE - 20,
      0,
      MINUTE - 10,
    ]);
    expect([budget.waitUs(20, 0), budget.take(MINUTE - 1, 2), budget.take(MINUTE, 2)]).toEqual([Infinity, false, true]);
    expect([budget.used(MINUTE), budget.waitUs(MINUTE, 2)]).toEqual([2, 10]);
  });
});

describe("both budgets", () => {
  const SETTINGS = settingsFor("legacy", { maxOrdersPerSecond: 2, maxMessagesPerMin: 3 });

  it("are asked together, and the one that is spent is named", () => {
    const budget = new PlacementBudget(SETTINGS);
    expect([budget.spent(0), budget.waitUs(0), budget.maxPerMinute]).toEqual([null, 0, 3]);
    expect([budget.take(0), budget.take(0), budget.take(0)]).toEqual([true, true, false]);
    expect([budget.spent(0), budget.waitUs(0), budget.isMinuteSpent]).toEqual([
      "max_orders_per_second",
      SECOND / 2,
      false,
    ]);
    expect([budget.take(SECOND), budget.usedOfMinute(SECOND)]).toEqual([true, 3]);
    expect([budget.take(SECOND), budget.isMinuteSpent]).toEqual([false, true]);
    expect([budget.spent(SECOND), budget.waitUs(SECOND)]).toEqual(["max_messages_per_min", MINUTE - SECOND]);
    budget.applySettings({ ...SETTINGS, maxMessagesPerMin: 0 }, 2 * SECOND);
    expect([budget.waitUs(2 * SECOND), budget.maxPerMinute]).toEqual([MINUTE, 0]);
    budget.applySettings({ ...SETTINGS, maxMessagesPerMin: 4 }, 3 * SECOND);
    expect([budget.take(3 * SECOND), budget.isMinuteSpent, budget.spent(3 * SECOND)]).toEqual([
      true,
      false,
      "max_messages_per_min",
    ]);
  });

  it("count at the rate that is set", () => {
    const budget = new PlacementBudget(SETTINGS);
    budget.applySettings({ ...SETTINGS, maxOrdersPerSecond: 1 }, 0);
    expect([budget.take(0), budget.take(0)]).toEqual([true, false]);
  });
});

describe("a sliding tally", () => {
  it("is exact while it grows from its first room to the last, and counts what it lets go of no more", () => {
    const tally = new SlidingTally(256);
    for (let atUs = 1; atUs <= 256; atUs += 1) {
      tally.add(atUs, 2);
      expect([tally.since(0), tally.since(atUs), tally.since(atUs + 1)]).toEqual([2 * atUs, 2, 0]);
      expect([tally.timeOfNewest(1), tally.timeOfNewest(2 * atUs), tally.timeOfNewest(2 * atUs + 1)]).toEqual([
        atUs,
        1,
        null,
      ]);
    }
    tally.forgetBefore(200);
    expect([tally.since(0), tally.timeOfNewest(2 * 57), tally.timeOfNewest(2 * 57 + 1)]).toEqual([114, 200, null]);
  });

  it("merges only neighbours, under the later one's time, when it is full", () => {
    const tally = new SlidingTally(4);
    for (const atUs of [10, 20, 30, 40]) tally.add(atUs);
    tally.add(50);
    // 10 and 20 are one now, and so are 30 and 40
    expect([5, 20, 21, 40, 41, 50, 51].map((fromUs) => tally.since(fromUs))).toEqual([5, 5, 3, 3, 1, 1, 0]);
    expect([1, 2, 3, 4, 5, 6].map((rank) => tally.timeOfNewest(rank))).toEqual([50, 40, 40, 20, 20, null]);
    tally.forgetBefore(41);
    expect([tally.since(0), tally.timeOfNewest(2)]).toEqual([1, null]);
  });

  it("needs no merging where half of its room is free again", () => {
    const tally = new SlidingTally(4);
    for (const atUs of [10, 20, 30, 40]) tally.add(atUs);
    tally.forgetBefore(30);
    tally.add(50);
    expect([30, 31, 40, 41, 51].map((fromUs) => tally.since(fromUs))).toEqual([3, 2, 2, 1, 0]);
    tally.add(60);
    tally.add(70);
    expect(tally.since(0)).toBe(5);
  });

  it("merges an odd entry with nothing", () => {
    const tally = new SlidingTally(5);
    for (const atUs of [10, 20, 30, 40, 50]) tally.add(atUs);
    tally.add(60);
    expect([20, 21, 40, 41, 50, 51, 60].map((fromUs) => tally.since(fromUs))).toEqual([6, 4, 4, 2, 2, 1, 1]);
  });

  it("takes nothing for no entry and a time that runs backwards for the newest", () => {
    const tally = new SlidingTally();
    tally.add(10, 0);
    tally.add(10, -1);
    expect([tally.since(0), tally.timeOfNewest(1)]).toEqual([0, null]);
    tally.add(10);
    tally.add(5);
    expect([tally.since(10), tally.since(11), tally.timeOfNewest(0)]).toEqual([2, 0, null]);
    tally.forgetBefore(11);
    tally.add(3);
    expect([tally.since(3), tally.since(4)]).toEqual([1, 0]);
  });

  it("is exact over any span while fewer times lie in it than it has room for", () => {
    const steps = fc.array(fc.record({ gapUs: fc.nat({ max: 40 }), count: fc.nat({ max: 3 }) }), { maxLength: 400 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 4, max: 80 }), (list, capacity) => {
        const tally = new SlidingTally(capacity);
        const spanUs = capacity - 1;
        const plain: { atUs: number; count: number }[] = [];
        let atUs = 0;
        for (const { gapUs, count } of list) {
          atUs += gapUs;
          tally.forgetBefore(atUs - spanUs + 1);
          tally.add(atUs, count);
          if (count > 0) plain.push({ atUs, count });
          const wanted = plain.filter((one) => one.atUs > atUs - spanUs).reduce((sum, one) => sum + one.count, 0);
          expect(tally.since(atUs - spanUs + 1)).toBe(wanted);
        }
      }),
      { numRuns: 300 },
    );
  });
});
