/** The rows of the signals panel, made of the readings: what is shown, in which unit, over which window. */
import type { StreamItem } from "../../../preload/bridge.ts";
import { type DecimalFormat, formatDuration, formatNumber, NO_VALUE } from "../../lib/format.ts";
import { signalsText } from "./signals-text.ts";

type Readings = StreamItem<"readings">;
type TrendName = Exclude<keyof StreamItem<"trends">, "atUs">;

export interface SignalCell {
  /** Window or kind of the value, as short as it goes. */
  readonly label: string;
  readonly text: string;
  /** Which side of the book it speaks for. */
  readonly tone: "bid" | "ask" | null;
}

export interface SignalRow {
  readonly name: string;
  readonly tip: string;
  readonly unit: string;
  /** Empty when nothing is known: `unknown` says why. */
  readonly cells: readonly SignalCell[];
  readonly unknown: string;
  readonly trend: TrendName | null;
  readonly isSigned: boolean;
}

interface RowOptions extends DecimalFormat {
  readonly unit?: string;
  readonly unknown?: string;
}

/** Sizes from here on are told in thousands, and from there in millions. */
const THOUSANDS_FROM = 10_000;
const MILLIONS_FROM = 10_000_000;

/** A size that keeps three or four digits, for its cell is narrow: "1.23", "45.6", "12.3k". */
export function compactSize(value: number | null, isSigned: boolean): string {
  const size = Math.abs(value ?? 0);
  const [unit, suffix] = size >= MILLIONS_FROM ? [1e6, "M"] : size >= THOUSANDS_FROM ? [1e3, "k"] : [1, ""];
  const scaled = value === null ? null : value / unit;
  const reach = size / unit;
  const text = formatNumber(scaled, { decimals: reach >= 1000 ? 0 : reach >= 100 ? 1 : 2, isSigned });
  return text === NO_VALUE ? text : text + suffix;
}

function windowLabel(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${seconds / 60}m`;
}

function cell(value: number | null, label: string, format: DecimalFormat): SignalCell {
  const isSided = format.isSigned === true && value !== null && Number(value.toFixed(format.decimals)) !== 0;
  return { label, text: formatNumber(value, format), tone: isSided ? (value > 0 ? "bid" : "ask") : null };
}

function row(
  name: string,
  trend: keyof typeof signalsText.tips & TrendName,
  cells: readonly SignalCell[],
  options: RowOptions,
): SignalRow {
  const isKnown = cells.some(({ text }) => text !== NO_VALUE);
  return {
    name,
    tip: signalsText.tips[trend],
    unit: options.unit ?? "",
    cells: isKnown ? cells : [],
    unknown: options.unknown ?? signalsText.measuring,
    trend,
    isSigned: options.isSigned === true,
  };
}

function over(values: readonly (number | null)[], windowsS: readonly number[], format: DecimalFormat): SignalCell[] {
  return windowsS.map((seconds, at) => cell(values[at] ?? null, windowLabel(seconds), format));
}

function sizesOver(values: readonly (number | null)[], windowsS: readonly number[], isSigned = false): SignalCell[] {
  return over(values, windowsS, { decimals: 2, isSigned }).map((one, at) => ({
    ...one,
    text: compactSize(values[at] ?? null, isSigned),
  }));
}

const FLOW_S = [1, 5, 15];
const COUNT_S = [15, 60, 300];

function volatilityRows(readings: Readings): SignalRow[] {
  const format = { decimals: 2, unit: "bps" };
  const { volatilityWindowsS: windowsS } = readings;
  return [
    row("volatility, range", "volatilityRange", over(readings.volatilityRangeBps, windowsS, format), format),
    row("volatility, realized", "volatilityRealized", over(readings.volatilityRealizedBps, windowsS, format), format),
  ];
}

function flowRows(readings: Readings): SignalRow[] {
  const size = { decimals: 2, isSigned: true, unit: readings.baseCurrency };
  const rate = { decimals: 2, unit: `${readings.baseCurrency}/s` };
  const share = { decimals: 2, isSigned: true };
  const vpin = { decimals: 2, unknown: `${signalsText.measuring}, ${Math.round(readings.vpinCoverage * 100)} %` };
  return [
    row("order flow", "orderFlow", sizesOver(readings.orderFlow, FLOW_S, true), size),
    row("trade flow", "tradeImbalance", over(readings.tradeImbalance, FLOW_S, share), {
      ...share,
      unknown: signalsText.noTrades,
    }),
    row("cancels, bid", "cancelledBid", sizesOver(readings.cancelledBidPerS, FLOW_S), rate),
    row("cancels, ask", "cancelledAsk", sizesOver(readings.cancelledAskPerS, FLOW_S), rate),
    row("VPIN", "vpin", [cell(readings.vpin, "flags", vpin), cell(readings.bulkVpin, "bulk", vpin)], vpin),
  ];
}

function bookRows(readings: Readings): SignalRow[] {
  const share = { decimals: 2, isSigned: true };
  const divergence = { decimals: 3, isSigned: true, unit: "bps" };
  const depth = [cell(readings.depthImbalance, "5 lv", share), cell(readings.weightedDepthImbalance, "10 lv", share)];
  const perMinute = { decimals: 1, unit: "/min" };
  const counts = { decimals: 0 };
  const { spreadRegime, spreadRatio } = readings;
  return [
    row("depth imbalance", "depthImbalance", depth, share),
    row(
      "microprice \u2212 mid",
      "micropriceDivergence",
      [cell(readings.micropriceDivergenceBps, "", divergence)],
      divergence,
    ),
    {
      name: "spread",
      tip: signalsText.tips.spread,
      unit: "\u00d7 typical",
      cells:
        spreadRegime === null
          ? []
          : [cell(spreadRatio, "ratio", { decimals: 2 }), { label: "", text: spreadRegime, tone: null }],
      unknown: signalsText.measuring,
      trend: "spreadRatio",
      isSigned: false,
    },
    row("spread jumps", "spreadJumps", over(readings.spreadJumpsPerMinute, [15, 60], perMinute), perMinute),
    row("price jumps", "jumps", over(readings.jumps, COUNT_S, counts), counts),
  ];
}

function contextRows(readings: Readings): SignalRow[] {
  const { baseCurrency: unit, fundingRate, fundingInS } = readings;
  const change = { decimals: 3, isSigned: true, unit: "%", unknown: signalsText.notTold };
  const sizes = { decimals: 2, unit, unknown: signalsText.notTold };
  const percent = readings.openInterestChange.map((share) => (share === null ? null : share * 100));
  const funding = cell(fundingRate === null ? null : fundingRate * 10_000, "rate", { decimals: 2, isSigned: true });
  const inTime: SignalCell = {
    label: "in",
    text: fundingInS === null ? NO_VALUE : formatDuration(fundingInS * 1000),
    tone: null,
  };
  return [
    row("liquidated longs", "liquidatedLong", sizesOver(readings.liquidatedLong, COUNT_S), sizes),
    row("liquidated shorts", "liquidatedShort", sizesOver(readings.liquidatedShort, COUNT_S), sizes),
    row(
      "open interest",
      "openInterest",
      readings.openInterest === null ? [] : over(percent, [60, 300, 900], change),
      change,
    ),
    {
      name: "funding",
      tip: signalsText.tips.funding,
      unit: "bps",
      cells: fundingRate === null ? [] : [{ ...funding, tone: null }, inTime],
      unknown: signalsText.notTold,
      trend: "fundingRate",
      isSigned: true,
    },
    sessionsRow(readings),
  ];
}

function sessionsRow({ openSessions, isWeekend }: Readings): SignalRow {
  const cells: SignalCell[] = openSessions.map((name) => ({
    label: signalsText.sessionHours[name],
    text: signalsText.sessionNames[name],
    tone: null,
  }));
  if (isWeekend) cells.unshift({ label: "", text: signalsText.weekend, tone: null });
  return {
    name: "trading hours",
    tip: signalsText.tips.sessions,
    unit: "UTC",
    cells,
    unknown: signalsText.noSession,
    trend: null,
    isSigned: false,
  };
}

/** All rows, most watched first. */
export function signalRows(readings: Readings): readonly SignalRow[] {
  return [...volatilityRows(readings), ...flowRows(readings), ...bookRows(readings), ...contextRows(readings)];
}
