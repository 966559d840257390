/** The chart itself: lives outside React and takes points, fills, precision and colours as they come. */
import {
  ColorType,
  createChart,
  CrosshairMode,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  LineType,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { formatNumber } from "../../lib/format.ts";
import { type ChartColours, readChartColours } from "./chart-colours.ts";
import { ChartOverlay } from "./chart-overlay.ts";
import {
  type ChartPoint,
  type FillRow,
  fillMarks,
  isBreak,
  type LinePoint,
  quoteBands,
  regimeBands,
  returnSeconds,
  secondOf,
} from "./chart-series.ts";

type Line = ISeriesApi<"Line", Time>;

/** Seconds of the market in view when the chart starts. */
const VISIBLE_SECONDS = 600;
/** A young session is drawn in this much room, so that its first seconds are not blown up. */
const SHORTEST_VIEW_SECONDS = 120;

interface DrawnPoint {
  readonly time: UTCTimestamp;
  readonly value?: number;
  readonly color?: string;
}

/** The library joins a line over an empty place; the stretch after a point has the point's own colour, so the last one before a break gets none. */
const NO_COLOUR = "transparent";

function toDrawn(point: LinePoint): DrawnPoint {
  const time = point.time as UTCTimestamp;
  return "value" in point ? { time, value: point.value } : { time };
}

/** Marks the ends of the stretches of a line. */
function withBreaks(points: readonly DrawnPoint[]): DrawnPoint[] {
  return points.map((point, index) => {
    const next = points[index + 1];
    const isEnd = point.value !== undefined && next !== undefined && next.value === undefined;
    return isEnd ? { ...point, color: NO_COLOUR } : point;
  });
}

function clockOf(time: Time): string {
  return typeof time === "number" ? new Date(time * 1000).toISOString().slice(11, 19) : "";
}

function chartOptions(colours: ChartColours): Parameters<IChartApi["applyOptions"]>[0] {
  return {
    layout: {
      background: { type: ColorType.Solid, color: colours.panel },
      textColor: colours.dim,
      fontFamily: colours.font,
      fontSize: 11,
      panes: { separatorColor: colours.line, separatorHoverColor: colours.line, enableResize: false },
      // the logo brings a style element of its own, which the content policy refuses; the credit stands on the start screen
      attributionLogo: false,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: colours.line, style: LineStyle.Dotted } },
    rightPriceScale: { borderVisible: false, minimumWidth: 76 },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: true,
      rightOffset: 4,
      minBarSpacing: 0.05,
      tickMarkFormatter: clockOf,
    },
    localization: { timeFormatter: clockOf },
    crosshair: { mode: CrosshairMode.Normal },
  };
}

interface Lines {
  readonly mid: Line;
  readonly bid: Line;
  readonly ask: Line;
  readonly position: Line;
}

function addLines(chart: IChartApi): Lines {
  const plain = { lineWidth: 1, priceLineVisible: false, lastValueVisible: false, crosshairMarkerRadius: 2 } as const;
  return {
    ask: chart.addSeries(LineSeries, { ...plain, lineType: LineType.WithSteps }),
    bid: chart.addSeries(LineSeries, { ...plain, lineType: LineType.WithSteps }),
    mid: chart.addSeries(LineSeries, { ...plain, lastValueVisible: true }),
    position: chart.addSeries(LineSeries, { ...plain, lineType: LineType.WithSteps, lastValueVisible: true }, 1),
  };
}

export class MarketChart {
  readonly #chart: IChartApi;
  readonly #lines: Lines;
  readonly #overlay: ChartOverlay;
  #epoch = -1;
  #last: ChartPoint | undefined;
  /** Newest place of each line. */
  readonly #ends: Partial<Record<keyof Lines, DrawnPoint | undefined>> = {};

  constructor(element: HTMLElement) {
    const colours = readChartColours();
    this.#chart = createChart(element, { autoSize: true, ...chartOptions(colours) });
    this.#lines = addLines(this.#chart);
    this.#overlay = new ChartOverlay(colours);
    this.#lines.mid.attachPrimitive(this.#overlay);
    this.#chart.panes()[0]?.setStretchFactor(4);
    this.#chart.panes()[1]?.setStretchFactor(1);
    this.#colourLines(colours);
  }

  /** Takes the theme's colours anew. */
  recolour(): void {
    const colours = readChartColours();
    this.#chart.applyOptions(chartOptions(colours));
    this.#overlay.setColours(colours);
    this.#colourLines(colours);
  }

  setPrecision(priceDecimals: number, sizeDecimals: number): void {
    const format = (decimals: number) => ({
      type: "custom" as const,
      minMove: 10 ** -decimals,
      formatter: (value: number) => formatNumber(value, { decimals }),
    });
    const { mid, bid, ask, position } = this.#lines;
    for (const line of [mid, bid, ask]) line.applyOptions({ priceFormat: format(priceDecimals) });
    position.applyOptions({ priceFormat: format(sizeDecimals) });
  }

  /** Draws the points; a new epoch, or points older than the last drawn, draw the whole line anew. */
  setPoints(points: readonly ChartPoint[], epoch: number): void {
    const last = this.#last;
    const newest = points.at(-1);
    if (epoch !== this.#epoch || last === undefined || newest === undefined || newest.atUs < last.atUs) {
      this.#drawAll(points);
      this.#epoch = epoch;
    } else {
      const firstNew = points.findLastIndex((point) => secondOf(point.atUs) < secondOf(last.atUs)) + 1;
      for (const point of points.slice(firstNew)) this.#drawNext(point);
    }
    this.#overlay.setBands(regimeBands(points), quoteBands(points), returnSeconds(points));
  }

  setFills(fills: readonly FillRow[]): void {
    this.#overlay.setFills(fillMarks(fills));
  }

  close(): void {
    this.#chart.remove();
  }

  #colourLines(colours: ChartColours): void {
    this.#lines.mid.applyOptions({ color: colours.text });
    this.#lines.bid.applyOptions({ color: colours.bid });
    this.#lines.ask.applyOptions({ color: colours.ask });
    this.#lines.position.applyOptions({ color: colours.position });
  }

  #drawAll(points: readonly ChartPoint[]): void {
    const bySecond = [...new Map(points.map((point) => [secondOf(point.atUs), point])).values()];
    const drawn: Record<keyof Lines, DrawnPoint[]> = { mid: [], bid: [], ask: [], position: [] };
    let before: ChartPoint | undefined;
    for (const point of bySecond) {
      for (const [name, linePoints] of linePointsOf(point, before)) drawn[name].push(...linePoints.map(toDrawn));
      before = point;
    }
    for (const name of lineNames) {
      this.#lines[name].setData(withBreaks(drawn[name]));
      this.#ends[name] = drawn[name].at(-1);
    }
    this.#last = before;
    const count = Math.max(SHORTEST_VIEW_SECONDS, Math.min(bySecond.length, VISIBLE_SECONDS));
    if (bySecond.length > 0) {
      this.#chart.timeScale().setVisibleLogicalRange({ from: bySecond.length - count, to: bySecond.length + 4 });
    }
  }

  #drawNext(point: ChartPoint): void {
    const isSameSecond = this.#last !== undefined && secondOf(this.#last.atUs) === secondOf(point.atUs);
    for (const [name, linePoints] of linePointsOf(point, isSameSecond ? undefined : this.#last)) {
      for (const next of linePoints.map(toDrawn)) {
        const end = this.#ends[name];
        const isBroken = end?.value !== undefined && next.value === undefined && next.time > end.time;
        if (isBroken) this.#lines[name].update({ ...end, color: NO_COLOUR });
        this.#lines[name].update(next);
        this.#ends[name] = next;
      }
    }
    this.#last = point;
  }
}

const lineNames = ["mid", "bid", "ask", "position"] as const;

/** What a point adds to each line: an empty place before it when the line is broken, and its value where there is one. */
function linePointsOf(
  point: ChartPoint,
  before: ChartPoint | undefined,
): readonly [keyof Lines, readonly LinePoint[]][] {
  const time = secondOf(point.atUs);
  const gap: readonly LinePoint[] = isBreak(before, point) ? [{ time: time - 1 }] : [];
  return lineNames.map((name) => {
    const value = point[name];
    return [name, [...gap, value === null ? { time } : { time, value }]];
  });
}
