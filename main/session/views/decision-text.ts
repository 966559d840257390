import type { Decision } from "../../kernel/decision.ts";
import { formatLots, formatTicks, type MarketScale } from "../../kernel/values/market-rules.ts";

/** What a decision is about, in one short line: prices for what acts, the reading against its bound for what skips. */
export function decisionText(decision: Decision, scale: MarketScale): string {
  const { buildUp, restingTicks, sizeLots, reading, bound, detail } = decision;
  const price = (ticks: number | null | undefined): string => (ticks == null ? "none" : formatTicks(scale, ticks));
  if (decision.code === "place_initial") {
    const size = sizeLots === null ? "" : `${formatLots(scale, sizeLots)} at `;
    return `${size}${price(buildUp?.finalTicks)}${detail === null ? "" : ` (${detail})`}`;
  }
  if (decision.code.startsWith("replace")) return `${price(restingTicks)} to ${price(buildUp?.finalTicks)}`;
  if (decision.code.startsWith("hold")) return `${price(restingTicks)}, target ${price(buildUp?.targetTicks)}`;
  const against = reading === null || bound === null ? "" : `${short(reading)} against ${short(bound)}`;
  return [detail, against].filter((part) => part !== null && part !== "").join(" ");
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
