import { describe, expect, it } from "vitest";
import { VpinSignal } from "../../../main/kernel/market/vpin-signal.ts";

const SECOND = 1_000_000;

/** One trade a second for so long, each of so many lots, the price moving a tick a trade in the aggressor's direction. */
function trade(
  signal: VpinSignal,
  fromS: number,
  seconds: number,
  sizeLots: number,
  aggressor: (at: number) => "buy" | "sell",
): void {
  let priceTicks = 1_000;
  for (let at = fromS; at < fromS + seconds; at += 1) {
    priceTicks += aggressor(at) === "buy" ? 1 : -1;
    signal.record(at * SECOND, aggressor(at), priceTicks, sizeLots);
  }
}

const buys = (): "buy" => "buy";
const inTurns = (at: number): "buy" | "sell" => (at % 2 === 0 ? "buy" : "sell");

describe("VPIN on the market's own volume", () => {
  it("knows no bucket before the first minute, and then cuts six seconds of it", () => {
    const signal = new VpinSignal();
    trade(signal, 0, 60, 10, buys);
    expect(signal.bucketLots).toBeNull();
    trade(signal, 60, 1, 10, buys);
    expect(signal.bucketLots).toBe(60);
    expect(signal.value).toBeNull();
  });

  it("is 1 when all flow goes one way and 0 when it is even, by flags", () => {
    const oneWay = new VpinSignal();
    trade(oneWay, 0, 400, 10, buys);
    expect([oneWay.value, oneWay.coverage]).toEqual([1, 1]);
    const even = new VpinSignal();
    trade(even, 0, 400, 10, inTurns);
    expect(even.value).toBe(0);
  });

  it("sees by bulk classification what the flags see", () => {
    const oneWay = new VpinSignal();
    trade(oneWay, 0, 420, 10, buys);
    expect(oneWay.bulkValue).toBeGreaterThan(0.9);
    const even = new VpinSignal();
    trade(even, 0, 420, 10, inTurns);
    expect(even.bulkValue).toBeLessThan(0.5);
  });

  it("lets buckets to come follow the mean volume", () => {
    const signal = new VpinSignal();
    trade(signal, 0, 61, 10, buys);
    trade(signal, 61, 59, 30, buys);
    expect(signal.bucketLots).toBe(60);
    trade(signal, 120, 1, 30, buys);
    // 600 lots in the first minute, 10 + 59 x 30 in the second: a tenth of their mean
    expect(signal.bucketLots).toBe(119);
  });

  it("measures a quiet stretch by its own length", () => {
    const signal = new VpinSignal();
    signal.record(0, "buy", 1, 50);
    signal.record(300 * SECOND, "buy", 1, 50);
    // 50 lots in five minutes are 10 a minute
    expect(signal.bucketLots).toBe(1);
    expect(signal.coverage).toBe(1);
  });

  it("drops what a gap left half measured and keeps the rest", () => {
    const signal = new VpinSignal();
    trade(signal, 0, 400, 10, buys);
    signal.dropOpen();
    expect(signal.value).toBe(1);
    expect(signal.bucketLots).toBe(60);
    // The stretch begins anew: the hour of silence is not counted as an hour without trades
    trade(signal, 4_000, 61, 10, buys);
    expect(signal.bucketLots).toBe(60);
  });
});
