/** What the console would show of a fake market: the contract's view models, made from its state. */
import type { StreamItem } from "../../preload/bridge.ts";
import { type FakeMarket, type FakeSlot, MAX_POSITION_LOTS } from "./fake-market.ts";

export const GROUP_TICKS = 10;
const ROWS_EACH_SIDE = 45;

export function priceText(ticks: number): string {
  return (Math.round(ticks) / 10).toFixed(1);
}

export function sizeText(lots: number): string {
  return (lots / 1000).toFixed(3);
}

function moneyText(microUsd: number): string {
  return (microUsd / 1_000_000).toFixed(6);
}

/** A size for a price that changes slowly: the same price and half second give the same size. */
function depthLots(ticks: number, us: number): number {
  const epoch = Math.floor(us / 500_000) + (ticks % 7);
  const mixed = Math.imul(ticks ^ Math.imul(Math.floor(epoch / 6), 2_654_435_761), 1_597_334_677) >>> 0;
  return 40 + (mixed % 1800) + (mixed % 23 === 0 ? 6000 : 0);
}

function groupOf(ticks: number): number {
  return Math.floor(ticks / GROUP_TICKS) * GROUP_TICKS;
}

function ownAt(market: FakeMarket, group: number): StreamItem<"ladder">["rows"][number]["own"] {
  return market.orders
    .filter((order) => groupOf(order.ticks) === group)
    .map((order) => ({
      orderId: order.orderId,
      side: order.side,
      level: order.level,
      size: sizeText(order.lots),
      status: order.status,
      queueAhead: order.status === "resting" ? sizeText(order.aheadLots) : null,
    }));
}

function breakEvenTicks(market: FakeMarket): number | null {
  if (market.entryTicks === null) return null;
  return market.entryTicks * (1 + Math.sign(market.positionLots) * 0.0002);
}

export function ladderOf(market: FakeMarket): StreamItem<"ladder"> {
  const { bestBidTicks, bestAskTicks } = market;
  const centre = groupOf(bestBidTicks);
  const traded = new Map<number, { buy: number; sell: number }>();
  for (const [ticks, volumes] of market.traded) {
    const sum = traded.get(groupOf(ticks)) ?? { buy: 0, sell: 0 };
    traded.set(groupOf(ticks), { buy: sum.buy + volumes.buy, sell: sum.sell + volumes.sell });
  }
  const rows: StreamItem<"ladder">["rows"] = [];
  for (let index = ROWS_EACH_SIDE; index >= -ROWS_EACH_SIDE; index -= 1) {
    const ticks = centre + index * GROUP_TICKS;
    const lots = depthLots(ticks, market.us) / 1000;
    rows.push({
      price: priceText(ticks),
      ticks,
      bidSize: ticks <= bestBidTicks ? lots : 0,
      askSize: ticks + GROUP_TICKS > bestAskTicks ? Math.round(lots * 700) / 1000 : 0,
      tradedBuy: (traded.get(ticks)?.buy ?? 0) / 1000,
      tradedSell: (traded.get(ticks)?.sell ?? 0) / 1000,
      own: ownAt(market, ticks),
    });
  }
  const breakEven = breakEvenTicks(market);
  const trade = market.lastTrade;
  return {
    sizeDecimals: 3,
    groupTicks: GROUP_TICKS,
    bestBid: priceText(bestBidTicks),
    bestAsk: priceText(bestAskTicks),
    mid: ((bestBidTicks + bestAskTicks) / 20).toFixed(2),
    spreadBps: ((bestAskTicks - bestBidTicks) * 10_000) / bestBidTicks,
    lastTrade:
      trade === null
        ? null
        : { price: priceText(trade.ticks), size: sizeText(trade.lots), aggressor: trade.aggressor, atUs: trade.atUs },
    averageEntry: market.entryTicks === null ? null : priceText(market.entryTicks),
    breakEven: breakEven === null ? null : priceText(breakEven),
    rows,
  };
}

function buildUpOf(slot: FakeSlot): StreamItem<"slots">["slots"][number]["buildUp"] {
  const parts = slot.parts;
  if (parts === null) return null;
  const dollars = (bps: number): number => (bps * parts.anchorTicks) / 100_000;
  const part = (name: "offset" | "regime" | "skew" | "trend" | "funding", bps: number) => ({
    name,
    bps,
    price: dollars(bps),
  });
  const tickPrice = (parts.finalTicks - parts.targetTicks) / 10;
  return {
    anchor: priceText(parts.anchorTicks),
    parts: [
      part("offset", parts.offsetBps),
      part("regime", parts.regimeBps),
      part("skew", parts.skewBps),
      part("trend", 0),
      part("funding", parts.fundingBps),
      { name: "tick", bps: (tickPrice * 100_000) / parts.anchorTicks, price: tickPrice },
    ],
    regimeScale: parts.regimeBps === 0 ? 1 : 1.25,
    target: (parts.targetTicks / 10).toFixed(3),
    final: priceText(parts.finalTicks),
  };
}

export function slotsOf(market: FakeMarket): StreamItem<"slots"> {
  return {
    slots: market.slots.map((slot) => ({
      side: slot.side,
      level: slot.level,
      price: slot.order === null ? null : priceText(slot.order.ticks),
      size: slot.order === null ? null : sizeText(slot.order.lots),
      queueAhead: slot.order?.status === "resting" ? sizeText(slot.order.aheadLots) : null,
      status: slot.order?.status ?? "empty",
      ageMs: slot.order === null ? null : (market.us - slot.order.placedUs) / 1000,
      code: slot.code,
      detail: slot.detail,
      reading: slot.reading,
      bound: slot.bound,
      decidedAtUs: slot.decidedUs,
      dueInMs: Math.max(0, (slot.nextLookUs - market.us) / 1000),
      buildUp: buildUpOf(slot),
    })),
  };
}

export function resultOf(market: FakeMarket): StreamItem<"result"> {
  const norm = market.positionLots / MAX_POSITION_LOTS;
  const reach = Math.abs(norm);
  const openLots = (side: "buy" | "sell"): number =>
    market.orders.filter((order) => order.side === side).reduce((sum, order) => sum + order.lots, 0);
  const net = market.spreadCaptureMicroUsd + market.inventoryMicroUsd + market.feesMicroUsd;
  const lived = market.us - market.startedUs;
  return {
    quoteCurrency: "USDT",
    position: sizeText(market.positionLots),
    positionNotional: ((market.positionLots * market.bestBidTicks) / 10_000).toFixed(2),
    maxPosition: sizeText(MAX_POSITION_LOTS),
    inventoryNorm: Math.max(-1, Math.min(1, norm)),
    band: reach >= 0.9 ? "HARD" : reach >= 0.7 ? "CRITICAL" : reach >= 0.5 ? "WARN" : "NORMAL",
    bands: { warn: 0.5, critical: 0.7, hard: 0.9 },
    skewBps: -2 * Math.tanh(2 * norm),
    ifBidsFill: sizeText(market.positionLots + openLots("buy")),
    ifAsksFill: sizeText(market.positionLots - openLots("sell")),
    averageEntry: market.entryTicks === null ? null : priceText(market.entryTicks),
    spreadCapture: moneyText(market.spreadCaptureMicroUsd),
    inventory: moneyText(market.inventoryMicroUsd),
    fees: moneyText(market.feesMicroUsd),
    funding: moneyText(0),
    net: moneyText(net),
    fillsMaker: market.fills.length,
    fillsTaker: 0,
    placements: market.placements,
    cancels: market.cancels,
    uptime: lived === 0 ? 0 : market.quotedUs / lived,
  };
}

export function signalsOf(market: FakeMarket): StreamItem<"signals"> {
  const isMeasured = market.us > market.startedUs + 15_000_000;
  const vol = market.volBps;
  return {
    regime: vol < 4 ? "CALM" : vol < 12 ? "NORMAL" : vol < 24 ? "ELEVATED" : "EXTREME",
    regimeSinceUs: market.startedUs,
    isRegimeMeasured: isMeasured,
    volShortBps: isMeasured ? vol : null,
    volMediumBps: isMeasured ? vol * 1.4 : null,
    microVolBps: vol * 0.6,
    microVolLimitBps: 12.5,
    driftBps: market.driftBps,
    driftLimitBps: 8,
    imbalance: market.imbalance,
    imbalanceLimit: 0.7,
    spreadBps: 0.016,
    spreadEmaBps: 0.021,
    fundingRate: 0.0001,
    fundingCarryPerHour: -0.0125,
    tradeFlow: market.flow,
  };
}

export function fillRowsOf(market: FakeMarket, count: number): StreamItem<"fills">[] {
  return market.fills.slice(-count).map((fill) => ({
    id: fill.id,
    atUs: fill.atUs,
    tradeId: `sim-${fill.id}`,
    side: fill.side,
    level: fill.level,
    price: priceText(fill.ticks),
    size: sizeText(fill.lots),
    liquidity: "maker",
    fee: moneyText(fill.feeMicroUsd),
    edgeBps: fill.edgeBps,
    position: sizeText(fill.positionLots),
    isDurable: fill.isDurable,
  }));
}

export function chartPointOf(market: FakeMarket): StreamItem<"chart"> {
  const best = (side: "buy" | "sell"): number | null =>
    market.slots.find((slot) => slot.side === side && slot.order !== null)?.order?.ticks ?? null;
  const inDollars = (ticks: number | null): number | null => (ticks === null ? null : ticks / 10);
  return {
    atUs: market.us,
    mid: market.isStale ? null : (market.bestBidTicks + market.bestAskTicks) / 20,
    bid: inDollars(best("buy")),
    ask: inDollars(best("sell")),
    position: market.positionLots / 1000,
    net: (market.spreadCaptureMicroUsd + market.inventoryMicroUsd + market.feesMicroUsd) / 1_000_000,
    regime: signalsOf(market).regime,
  };
}
