import { expect, it } from "vitest";
import type { AlertKind } from "../../../main/kernel/effects.ts";
import { ASK, BID, quoting, type KernelHarness } from "../../support/kernel-harness.ts";

const SECOND = 1_000_000;
/** RTS 6, article 16(5): an alert comes within five seconds of what it tells of. */
const AT_LATEST_US = 5 * SECOND;

interface Cause {
  readonly kind: AlertKind;
  readonly what: string;
  /** Brings it about; returns the time from which on it is so. */
  readonly bring: (harness: KernelHarness) => number;
  /** Whether the market and the venue go on talking afterwards. */
  readonly isSilent?: boolean;
}

const now = ({ nowUs }: KernelHarness): number => nowUs;

/** Buys a bid's size; the market then falls by 1 %. */
function lose(harness: KernelHarness): number {
  const [bid] = harness.liveOn("buy");
  if (!bid) throw new Error("a bid rests");
  harness.fill(bid).keepServed(SECOND);
  harness.snapshot([BID - 60_000, 1_000], [ASK - 60_000, 1_000]);
  return now(harness);
}

const CAUSES: readonly Cause[] = [
  {
    kind: "book-crossed",
    what: "the book crosses",
    bring: (harness) => now(harness.delta([ASK + 5, 5], [])),
  },
  {
    kind: "book-stale",
    what: "the depth stream has been silent for its threshold",
    bring: (harness) => now(harness) + 15 * SECOND,
    isSilent: true,
  },
  {
    kind: "book-jump",
    what: "the book jumps",
    bring: (harness) => now(harness.gap().snapshot([BID * 2, 5], [BID * 2 + 10, 5])),
  },
  {
    kind: "feed-disconnected",
    what: "the feed is cut",
    bring: (harness) => {
      harness.send({ type: "feed-disconnected", reason: "test" });
      return now(harness);
    },
  },
  { kind: "session-loss", what: "the session has lost its limit", bring: lose },
  { kind: "day-loss", what: "the day has lost its limit", bring: lose },
  { kind: "drawdown", what: "the result is too far below its peak", bring: lose },
  {
    kind: "margin-guard",
    what: "the account runs dry",
    bring: (harness) => now(harness.account({ available: 1 })),
  },
  {
    kind: "maintenance",
    what: "the venue is under maintenance",
    bring: (harness) => {
      harness.send({ type: "venue-throttled", cause: "maintenance" });
      return now(harness);
    },
  },
  {
    kind: "rate-limit",
    what: "the venue complains",
    bring: (harness) => {
      harness.send({ type: "venue-throttled", cause: "rate-limited" });
      return now(harness);
    },
  },
  {
    kind: "operator-presence",
    what: "the operator has been away for MM_OPERATOR_PRESENCE_S",
    bring: (harness) => {
      harness.send({ type: "operator-seen", by: "test" });
      return now(harness) + 8 * SECOND;
    },
  },
  {
    kind: "order-unresolved",
    what: "a cancel has had no answer for 10 s",
    bring: (harness) => now(harness.command("cancel-all")) + 10 * SECOND,
    isSilent: true,
  },
];

const GUARDED = {
  lossLimitSessionUsd: 1,
  lossLimitDayUsd: 1,
  drawdownStopEnabled: true,
  drawdownStopPctOfMaxNotional: 0.01,
  maxPositionNotionalUsd: 10_000,
  marginGuardEnabled: true,
  minAvailableBalanceForTrading: 100,
  operatorPresenceS: 8,
} as const;

it.each(CAUSES)("$kind is told within 5 s after $what", ({ kind, bring, isSilent }) => {
  const harness = quoting("legacy", GUARDED, { isLive: true });
  harness.account().wait(SECOND).keepServed(SECOND).forget();
  const sinceUs = bring(harness);
  if (isSilent === true) harness.wait(30 * SECOND);
  else harness.keepServed(20 * SECOND);
  const told = harness.ofType("record-alert").find((alert) => alert.kind === kind);
  expect(told?.severity).toMatch(/^(?:warning|critical)$/);
  const delayUs = (told?.atUs ?? Infinity) - sinceUs;
  expect(delayUs).toBeGreaterThanOrEqual(0);
  expect(delayUs).toBeLessThanOrEqual(AT_LATEST_US);
});
