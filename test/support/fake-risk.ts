/** The risk stage of the fake console: quiet controls, a close-out that takes two attempts, latches that a test sets. */
import type { StreamItem } from "../../preload/bridge.ts";
import type { FakeMarket } from "./fake-market.ts";
import { sizeText } from "./fake-views.ts";

type Risk = StreamItem<"risk">;
type Control = Risk["controls"][number];

const ATTEMPT_US = 1_000_000;
const TAKES_ATTEMPTS = 2;

function control(name: Control["control"], more: Partial<Control>): Control {
  const quiet = { detail: null, reading: null, bound: null, untilUs: null, trips: 0 } as const;
  return { control: name, state: "clear", unit: "count", ...quiet, ...more };
}

const CONTROLS: readonly Control[] = [
  control("repeated-execution", { reading: 3, bound: 20 }),
  control("drawdown", { state: "off", unit: "money" }),
  control("session-loss", { unit: "money", reading: 0.4, bound: 5 }),
  control("day-loss", { state: "off", unit: "money" }),
  control("margin-guard", { unit: "money", reading: 10_000, bound: 100 }),
  control("balance", { unit: "s", reading: 0.4, bound: 30 }),
  control("reconciliation", { unit: "s", reading: 12, bound: 30, detail: "agrees" }),
  control("book-jump", { unit: "bps", bound: 300 }),
  control("book-spread", { unit: "bps", reading: 0.2, bound: 200 }),
  control("circuit-breaker", { reading: 0, bound: 5, detail: "0 of 41 failed" }),
  control("rate-limit", { reading: 0, bound: 5 }),
  control("maintenance", { unit: "s" }),
  control("latency-sla", { unit: "ms", reading: 14, bound: 5000, detail: "p95" }),
  control("message-budget", { reading: 120, bound: 600 }),
  control("quote-trade-ratio", { unit: "per-fill", reading: 12.4, bound: 50, detail: "124 placed, 10 filled" }),
  control("taker-leakage", { unit: "share", reading: 0, bound: null, detail: "0 fills" }),
  control("operator-presence", { state: "off", unit: "s" }),
  control("hedge", { state: "off", unit: "share" }),
];

const NO_CLOSE_OUT: Risk["closeOut"] = {
  phase: "none",
  why: "",
  beganUs: 0,
  began: "0.000",
  left: null,
  attempt: 0,
  attempts: 3,
  slippageBps: null,
  denied: null,
  outcome: null,
};

export class FakeRisk {
  latches: Risk["latches"] = [];
  #closeOut = NO_CLOSE_OUT;

  flatten(market: FakeMarket): void {
    this.#closeOut = {
      ...NO_CLOSE_OUT,
      ...{ phase: "closing", why: "asked for by the operator", beganUs: market.us },
      began: sizeText(market.positionLots),
    };
  }

  step(market: FakeMarket): void {
    const { phase, beganUs } = this.#closeOut;
    if (phase !== "closing") return;
    const attempt = Math.floor((market.us - beganUs) / ATTEMPT_US);
    if (attempt >= 1) this.#closeOut = { ...this.#closeOut, attempt, slippageBps: 10 + 10 * attempt };
    if (attempt < TAKES_ATTEMPTS) return;
    market.positionLots = 0;
    market.entryTicks = null;
    this.#closeOut = { ...this.#closeOut, phase: "ended", left: sizeText(0), outcome: "flat" };
  }

  view(market: FakeMarket, profile: { readonly name: string; readonly revision: number }): Risk {
    const controls = CONTROLS.map((one) =>
      this.latches.some(({ latch }) => latch === one.control) ? { ...one, state: "latched" as const, trips: 1 } : one,
    );
    return {
      quoteCurrency: "USDT",
      controls,
      latches: [...this.latches],
      closeOut: this.#closeOut,
      flattenPlan: {
        attempts: 3,
        firstBps: 20,
        worstBps: 40,
        worstCost: (Math.abs(market.positionLots) * market.bestBidTicks * 40) / 10_000 / 10_000,
        timeoutS: 30,
        isTooSmall: false,
      },
      denials: [{ limit: "max_position", count: 7 }],
      profile: { ...profile, hash: "0".repeat(64), changed: null, refused: null },
    };
  }
}
