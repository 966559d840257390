import { DECISION_CODES, type Decision, type DecisionCode, type PriceBuildUp } from "./decision.ts";
import type { Effect, PnlParts } from "./effects.ts";
import { unreachable } from "./values/invariant.ts";

/** Takes the integers and texts of an effect, in order. */
export interface EffectWriter {
  /** A whole number, or null. */
  integer(value: number | null): void;
  text(value: string | null): void;
  money(value: bigint): void;
}

const CODE_NUMBERS: ReadonlyMap<DecisionCode, number> = new Map(DECISION_CODES.map((code, at) => [code, at]));

/**
 * Writes what counts of an effect for the effect hash: whole numbers (ticks, lots, microseconds, money) and texts.
 *
 * Doubles are left out on purpose: `Math.tanh` and its kin may differ between V8 versions in a last digit that never reaches a price.
 * Session ids are left out, too, so that the same tape under the same settings has one hash.
 */
export function encodeEffect(effect: Effect, out: EffectWriter): void {
  out.text(effect.type);
  switch (effect.type) {
    case "place-order":
      out.integer(effect.orderId);
      out.text(effect.side);
      out.integer(effect.slot.level);
      out.integer(effect.priceTicks);
      out.integer(effect.sizeLots);
      out.text(effect.purpose);
      out.integer(effect.postOnly ? 1 : 0);
      out.integer(effect.reduceOnly ? 1 : 0);
      return;
    case "cancel-order":
      out.integer(effect.orderId);
      out.text(effect.reason);
      return;
    case "cancel-all-orders":
      out.text(effect.reason);
      return;
    case "query-order":
      out.integer(effect.orderId);
      return;
    case "query-venue-state":
      out.integer(effect.queryId);
      return;
    case "set-timer":
      out.integer(effect.timerId);
      out.integer(effect.atUs);
      return;
    default:
      encodeRecord(effect, out);
  }
}

type RecordEffect = Extract<Effect, { readonly type: `record-${string}` }>;

function encodeRecord(effect: RecordEffect, out: EffectWriter): void {
  switch (effect.type) {
    case "record-decision":
      encodeDecision(effect.decision, out);
      return;
    case "record-order":
      out.integer(effect.atUs);
      out.integer(effect.orderId);
      out.integer(effect.filledLots);
      out.text(effect.status);
      out.text(effect.reason);
      return;
    case "record-fill":
      encodeFill(effect, out);
      return;
    case "record-regime-change":
      out.integer(effect.atUs);
      out.text(effect.from);
      out.text(effect.to);
      return;
    case "record-profile-change":
      out.integer(effect.atUs);
      out.text(effect.commandId);
      out.text(effect.before.hash);
      out.text(effect.after.hash);
      out.integer(effect.after.revision);
      return;
    case "record-operator-command":
      out.integer(effect.atUs);
      out.text(effect.commandId);
      out.text(effect.command);
      out.text(effect.outcome);
      return;
    case "record-alert":
      out.integer(effect.atUs);
      out.text(effect.kind);
      out.text(effect.message);
      return;
    case "record-risk-event":
      out.integer(effect.atUs);
      out.text(effect.control);
      out.text(effect.happening);
      out.text(effect.detail);
      out.text(effect.by);
      return;
    case "record-markout":
      encodeMarkout(effect, out);
      return;
    case "record-sample":
      encodeSample(effect, out);
      return;
    default:
      unreachable(effect);
  }
}

function encodeFill(fill: Extract<Effect, { readonly type: "record-fill" }>, out: EffectWriter): void {
  out.integer(fill.atUs);
  out.integer(fill.orderId);
  out.text(fill.tradeId);
  out.integer(fill.priceTicks);
  out.integer(fill.sizeLots);
  out.text(fill.liquidity);
  out.money(fill.fee);
  out.integer(fill.midHalfTicks);
  out.integer(fill.positionLots);
  encodeParts(fill.pnl, out);
}

function encodeSample(sample: Extract<Effect, { readonly type: "record-sample" }>, out: EffectWriter): void {
  out.integer(sample.atUs);
  out.integer(sample.midHalfTicks);
  out.integer(sample.positionLots);
  out.integer(sample.openOrders);
  encodeParts(sample.pnl, out);
}

function encodeMarkout(markout: Extract<Effect, { readonly type: "record-markout" }>, out: EffectWriter): void {
  out.integer(markout.atUs);
  out.integer(markout.orderId);
  out.text(markout.tradeId);
  out.integer(markout.horizonUs);
  out.integer(markout.midHalfTicks);
}

function encodeDecision(decision: Decision, out: EffectWriter): void {
  out.integer(decision.atUs);
  out.text(decision.slot.side);
  out.integer(decision.slot.level);
  out.integer(CODE_NUMBERS.get(decision.code) ?? -1);
  out.text(decision.detail);
  out.integer(decision.restingTicks);
  out.integer(decision.restingLots);
  out.integer(decision.sizeLots);
  out.integer(decision.dueUs);
  if (decision.buildUp) encodeBuildUp(decision.buildUp, out);
}

function encodeBuildUp(buildUp: PriceBuildUp, out: EffectWriter): void {
  out.integer(buildUp.anchorTicks);
  out.integer(buildUp.targetTicks);
  out.integer(buildUp.finalTicks);
  out.text(buildUp.clamp);
}

function encodeParts(parts: PnlParts, out: EffectWriter): void {
  out.money(parts.spreadCapture);
  out.money(parts.inventory);
  out.money(parts.fees);
  out.money(parts.funding);
}
