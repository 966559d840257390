import type { StreamItem } from "../../../preload/bridge.ts";
import type { Decision, PriceBuildUp } from "../../kernel/decision.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { SlotState } from "../../kernel/quoting/slot-state.ts";
import { formatLots, formatTicks, type MarketScale } from "../../kernel/values/market-rules.ts";
import { liveStatus } from "./ladder-view.ts";

type SlotsView = StreamItem<"slots">;
type SlotView = SlotsView["slots"][number];
type BuildUpView = NonNullable<SlotView["buildUp"]>;

/** The slot waits for its interval or for the venue's answer: that says nothing of why its quote stands. */
export function isWaitingAnswer({ code, detail }: Decision): boolean {
  return code === "skip_interval" || (code === "skip_cancel_pending" && detail !== "unresolved");
}

/**
 * Every slot with what rests in it, why, and the build-up behind the price. A slot that only waits shows the reason of
 * the answer before, for that is why its quote stands.
 */
export function slotsView(
  kernel: Kernel,
  lastReasons: ReadonlyMap<number, Decision>,
  lastBuildUps: ReadonlyMap<number, PriceBuildUp>,
  queueAheadLots: (orderId: number) => number | null,
): SlotsView {
  return {
    slots: kernel.board.slots.map((slot) =>
      slotView(kernel, slot, lastReasons.get(slot.index) ?? null, lastBuildUps.get(slot.index) ?? null, queueAheadLots),
    ),
  };
}

function slotView(
  kernel: Kernel,
  slot: SlotState,
  lastReason: Decision | null,
  lastBuildUp: PriceBuildUp | null,
  queueAheadLots: (orderId: number) => number | null,
): SlotView {
  const { scale, nowUs } = kernel;
  const order = kernel.orders.inSlot(slot.index);
  const isWaiting = slot.lastDecision !== null && isWaitingAnswer(slot.lastDecision);
  const decision = isWaiting ? lastReason : slot.lastDecision;
  const dueUs = slot.lastDecision?.dueUs ?? null;
  const ahead = order ? queueAheadLots(order.orderId) : null;
  const buildUp = decision?.buildUp ?? (order ? lastBuildUp : null);
  return {
    side: slot.slot.side,
    level: slot.slot.level,
    price: order ? formatTicks(scale, order.priceTicks) : null,
    size: order ? formatLots(scale, order.sizeLots - order.filledLots) : null,
    queueAhead: ahead === null ? null : formatLots(scale, Math.round(ahead)),
    status: order ? liveStatus(order) : "empty",
    ageMs: order ? (nowUs - order.placedUs) / 1000 : null,
    code: decision?.code ?? null,
    detail: decision?.detail ?? null,
    reading: decision?.reading ?? null,
    bound: decision?.bound ?? null,
    decidedAtUs: decision?.atUs ?? null,
    dueInMs: dueUs === null ? null : Math.max(0, (dueUs - nowUs) / 1000),
    buildUp: buildUp ? buildUpView(scale, buildUp) : null,
  };
}

/** The stages of a price, in bps of its anchor and in quote currency. */
export function buildUpView(scale: MarketScale, buildUp: PriceBuildUp): BuildUpView {
  const { anchorTicks } = buildUp;
  const parts: BuildUpView["parts"] = [];
  const addBps = (name: BuildUpView["parts"][number]["name"], bps: number): void => {
    parts.push({ name, bps, price: (anchorTicks * bps * scale.tickSize) / 10_000 });
  };
  const addTicks = (name: BuildUpView["parts"][number]["name"], ticks: number): void => {
    parts.push({ name, bps: (ticks / anchorTicks) * 10_000, price: ticks * scale.tickSize });
  };
  addBps("offset", buildUp.offsetBps);
  addBps("regime", buildUp.regimeBps);
  addBps("skew", buildUp.skewBps);
  addBps("trend", buildUp.trendBps);
  addBps("funding", buildUp.fundingBps);
  // A journal from before the parts were told has none
  const extra = buildUp.extraParts ?? null;
  if (extra === null) addBps("extra", buildUp.extraBps);
  else {
    const away = Math.sign(buildUp.extraBps);
    if (extra.guardBps > 0) addBps("guard", away * extra.guardBps);
    if (extra.postOnlyBps > 0) addBps("post-only-boost", away * extra.postOnlyBps);
    if (extra.rateLimitBps > 0) addBps("rate-limit", away * extra.rateLimitBps);
    if (extra.markoutBps > 0) addBps("markout", away * extra.markoutBps);
  }
  addTicks(buildUp.clamp === "crossing" ? "crossing" : "tick", buildUp.targetTicks - buildUp.rawTicks);
  if (buildUp.finalTicks !== null && buildUp.finalTicks !== buildUp.targetTicks) {
    addTicks("post-only", buildUp.finalTicks - buildUp.targetTicks);
  }
  return {
    anchor: formatTicks(scale, anchorTicks),
    parts,
    regimeScale: buildUp.regimeScale,
    target: formatTicks(scale, buildUp.targetTicks),
    final: buildUp.finalTicks === null ? null : formatTicks(scale, buildUp.finalTicks),
  };
}
