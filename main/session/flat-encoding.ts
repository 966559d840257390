import { encodeEffect, type EffectWriter } from "../kernel/effect-encoding.ts";
import type { Effect } from "../kernel/effects.ts";

/** What counts of one effect as a line of text: to compare two effects, and to show them side by side. */
export function flatEncoding(effect: Effect): string {
  const parts: string[] = [];
  const writer: EffectWriter = {
    integer: (value) => void parts.push(String(value)),
    text: (value) => void parts.push(value ?? "null"),
    money: (value) => void parts.push(String(value)),
  };
  encodeEffect(effect, writer);
  return parts.join(" ");
}
