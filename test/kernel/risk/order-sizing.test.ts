import { describe, expect, it } from "vitest";
import { limitsOf } from "../../../main/kernel/risk/limits.ts";
import { allowedSize, type AllowedSize } from "../../../main/kernel/risk/order-sizing.ts";
import { marketScale } from "../../../main/kernel/values/market-rules.ts";
import type { Settings } from "../../../main/kernel/settings/settings.ts";
import { KERNEL_RULES, settingsFor } from "../../support/kernel-harness.ts";

/** A lot costs 10 dollars at this mid, so a cap of 100 is ten lots. */
const SCALE = marketScale({ ...KERNEL_RULES, tickSize: "1", lotSize: "1" });
const MID = 20;

interface Case {
  readonly name: string;
  readonly side: "buy" | "sell";
  readonly wanted: number;
  readonly position?: number;
  readonly reserved?: number;
  readonly open?: number;
  readonly limits?: Partial<Settings>;
  readonly isReduceOnly?: boolean;
  readonly mid?: number | null;
  readonly allowed: AllowedSize;
}

const CASES: readonly Case[] = [
  { name: "nothing in the way", side: "buy", wanted: 8, allowed: { lots: 8, limit: null } },
  { name: "no price", side: "buy", wanted: 8, mid: null, allowed: { lots: 0, limit: "no_price" } },
  { name: "headroom to the limit", side: "buy", wanted: 8, position: 15, allowed: { lots: 5, limit: "max_position" } },
  { name: "the limit itself", side: "buy", wanted: 8, position: 20, allowed: { lots: 0, limit: "max_position" } },
  {
    name: "other orders count",
    side: "buy",
    wanted: 8,
    position: 10,
    reserved: 6,
    open: 6,
    allowed: { lots: 4, limit: "max_position" },
  },
  { name: "a short has more room to buy", side: "buy", wanted: 30, position: -10, allowed: { lots: 30, limit: null } },
  {
    name: "beyond the limit nothing grows",
    side: "buy",
    wanted: 8,
    position: 30,
    allowed: { lots: 0, limit: "max_position" },
  },
  {
    name: "beyond the limit all may shrink",
    side: "sell",
    wanted: 30,
    position: 30,
    allowed: { lots: 30, limit: null },
  },
  {
    name: "an order's value",
    side: "buy",
    wanted: 8,
    limits: { maxOrderNotionalUsd: 59.99 },
    allowed: { lots: 5, limit: "max_order_notional" },
  },
  {
    name: "an order's value, on the border",
    side: "buy",
    wanted: 8,
    limits: { maxOrderNotionalUsd: 60 },
    allowed: { lots: 6, limit: "max_order_notional" },
  },
  {
    name: "the position's value",
    side: "buy",
    wanted: 8,
    position: 4,
    limits: { maxPositionNotionalUsd: 100 },
    allowed: { lots: 6, limit: "max_position_notional" },
  },
  {
    name: "reducing passes the position's value",
    side: "sell",
    wanted: 15,
    position: 15,
    limits: { maxPositionNotionalUsd: 100 },
    allowed: { lots: 15, limit: null },
  },
  {
    name: "what flips is limited by where it ends",
    side: "sell",
    wanted: 40,
    position: 15,
    limits: { maxPositionNotionalUsd: 100 },
    allowed: { lots: 25, limit: "max_position_notional" },
  },
  {
    name: "gross counts both sides",
    side: "buy",
    wanted: 8,
    position: 2,
    open: 5,
    limits: { grossExposureLimitUsd: 100 },
    allowed: { lots: 3, limit: "gross_exposure" },
  },
  {
    name: "reducing passes gross",
    side: "sell",
    wanted: 8,
    position: 8,
    open: 5,
    limits: { grossExposureLimitUsd: 100 },
    allowed: { lots: 8, limit: null },
  },
  {
    name: "what other orders reduce already is not reduced twice",
    side: "sell",
    wanted: 8,
    position: 8,
    reserved: 6,
    open: 6,
    limits: { grossExposureLimitUsd: 10 },
    allowed: { lots: 2, limit: "gross_exposure" },
  },
  {
    name: "reduce-only stops at flat",
    side: "sell",
    wanted: 8,
    position: 5,
    isReduceOnly: true,
    allowed: { lots: 5, limit: "reduce_only" },
  },
  {
    name: "reduce-only opens nothing",
    side: "buy",
    wanted: 8,
    position: 5,
    isReduceOnly: true,
    allowed: { lots: 0, limit: "reduce_only" },
  },
];

describe("allowed size", () => {
  it.each(CASES)("$name", ({ side, wanted, position = 0, reserved = 0, open = 0, limits = {}, allowed, ...rest }) => {
    const held = limitsOf(settingsFor("legacy", { maxPositionSize: 20, ...limits }), SCALE);
    const exposure = { positionLots: position, reservedLots: reserved, openLots: open };
    const mid = rest.mid === undefined ? MID : rest.mid;
    expect(allowedSize(held, side, wanted, exposure, mid, rest.isReduceOnly ?? false)).toEqual(allowed);
  });
});
