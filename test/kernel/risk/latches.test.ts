import { describe, expect, it } from "vitest";
import { OperatorPresence } from "../../../main/kernel/risk/operator-presence.ts";
import { RepeatedExecution } from "../../../main/kernel/risk/repeated-execution.ts";
import { defaultSettings } from "../../../main/kernel/settings/settings-schema.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";

const SECOND = 1_000_000;
const SETTINGS: Settings = {
  ...defaultSettings("crypto"),
  repeatedExecutionLimit: 3,
  repeatedExecutionWindowS: 10,
  operatorPresenceS: 60,
};

describe("repeated-execution latch", () => {
  it("falls once, at the fill that fills the window of one side", () => {
    const latch = new RepeatedExecution();
    expect(latch.filled(0, "buy", SETTINGS)).toBe(false);
    expect(latch.filled(SECOND, "sell", SETTINGS)).toBe(false);
    expect(latch.filled(SECOND, "buy", SETTINGS)).toBe(false);
    expect(latch.filled(10 * SECOND, "buy", SETTINGS)).toBe(true);
    expect(latch.latchedSide).toBe("buy");
    expect(latch.filled(10 * SECOND, "buy", SETTINGS)).toBe(false);
  });

  it("does not count a fill that has left the window", () => {
    const latch = new RepeatedExecution();
    latch.filled(0, "sell", SETTINGS);
    latch.filled(SECOND, "sell", SETTINGS);
    expect(latch.filled(10 * SECOND + 1, "sell", SETTINGS)).toBe(false);
    expect(latch.count(10 * SECOND + 1, "sell", SETTINGS)).toBe(2);
  });

  it("holds whatever time passes and whatever is set, until a person clears it; then it counts anew", () => {
    const latch = new RepeatedExecution();
    for (let i = 0; i < 3; i += 1) latch.filled(i, "buy", SETTINGS);
    latch.filled(1_000 * SECOND, "sell", { ...SETTINGS, repeatedExecutionLimit: 1_000 });
    expect(latch.latchedSide).toBe("buy");
    expect(latch.clear()).toBe(true);
    expect(latch.clear()).toBe(false);
    expect(latch.count(1_000 * SECOND, "sell", SETTINGS)).toBe(0);
    expect(latch.filled(1_000 * SECOND, "buy", SETTINGS)).toBe(false);
  });

  it("stands after a restart", () => {
    expect(new RepeatedExecution("sell").latchedSide).toBe("sell");
    expect(new RepeatedExecution().latchedSide).toBeNull();
  });
});

describe("operator presence", () => {
  it("alerts after the time that is set and is absent after as long again", () => {
    const watch = new OperatorPresence(0);
    expect(watch.nextChangeUs(SETTINGS, true)).toBe(60 * SECOND);
    expect(watch.advance(60 * SECOND - 1, SETTINGS, true)).toBeNull();
    expect(watch.advance(60 * SECOND, SETTINGS, true)).toBe("alert");
    expect(watch.advance(60 * SECOND, SETTINGS, true)).toBeNull();
    expect(watch.nextChangeUs(SETTINGS, true)).toBe(120 * SECOND);
    expect(watch.advance(120 * SECOND, SETTINGS, true)).toBe("absent");
    expect(watch.nextChangeUs(SETTINGS, true)).toBeNull();
    expect(watch.sign(130 * SECOND)).toBe(true);
    expect(watch.presence).toBe("present");
    expect(watch.nextChangeUs(SETTINGS, true)).toBe(190 * SECOND);
  });

  it("a sign in time keeps the operator present", () => {
    const watch = new OperatorPresence(0);
    expect(watch.sign(59 * SECOND)).toBe(false);
    expect(watch.advance(100 * SECOND, SETTINGS, true)).toBeNull();
  });

  it.each([
    { name: "not live", isLive: false, settings: SETTINGS },
    { name: "switched off", isLive: true, settings: { ...SETTINGS, operatorPresenceS: 0 } },
  ])("watches nobody when $name, and lets go of an alert", ({ isLive, settings }) => {
    const watch = new OperatorPresence(0);
    expect(watch.nextChangeUs(settings, isLive)).toBeNull();
    expect(watch.advance(1_000 * SECOND, settings, isLive)).toBeNull();
    expect(watch.advance(1_000 * SECOND, SETTINGS, true)).toBe("absent");
    expect(watch.advance(1_001 * SECOND, settings, isLive)).toBe("present");
  });
});
