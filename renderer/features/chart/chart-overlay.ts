/** What the chart library does not draw by itself: regime and quote bands behind the lines, breaks, fills as triangles on top of them. */
import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp,
} from "lightweight-charts";
import type { ChartColours } from "./chart-colours.ts";
import type { FillMark, QuoteBand, RegimeBand } from "./chart-series.ts";

type DrawTarget = Parameters<IPrimitivePaneRenderer["draw"]>[0];
type MediaScope = Parameters<Parameters<DrawTarget["useMediaCoordinateSpace"]>[0]>[0];

/** Half the width of a fill's triangle, in pixels. */
const MARK_PX = 4.5;
/** Distance of a fill's triangle from its price, so that it does not hide the line. */
const MARK_GAP_PX = 3;
/** Quotes may not hide the regime behind them, nor the lines. */
const QUOTE_BAND_ALPHA = 0.22;
/** Narrower bands carry no name. */
const NAMED_BAND_PX = 64;

export class ChartOverlay implements ISeriesPrimitive<Time> {
  #attached: SeriesAttachedParameter<Time> | null = null;
  #bands: readonly RegimeBand[] = [];
  #quotes: readonly QuoteBand[] = [];
  #returns: readonly number[] = [];
  #fills: readonly FillMark[] = [];
  #colours: ChartColours;

  constructor(colours: ChartColours) {
    this.#colours = colours;
  }

  attached(parameters: SeriesAttachedParameter<Time>): void {
    this.#attached = parameters;
  }

  detached(): void {
    this.#attached = null;
  }

  /** @param returns seconds at which the data came back after it was missing */
  setBands(bands: readonly RegimeBand[], quotes: readonly QuoteBand[], returns: readonly number[]): void {
    this.#bands = bands;
    this.#quotes = quotes;
    this.#returns = returns;
    this.#attached?.requestUpdate();
  }

  setFills(fills: readonly FillMark[]): void {
    this.#fills = fills;
    this.#attached?.requestUpdate();
  }

  setColours(colours: ChartColours): void {
    this.#colours = colours;
    this.#attached?.requestUpdate();
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [
      this.#view("bottom", (scope) => {
        this.#drawBands(scope);
        this.#drawQuotes(scope);
        this.#drawReturns(scope);
      }),
      this.#view("top", (scope) => this.#drawFills(scope)),
    ];
  }

  #view(zOrder: "bottom" | "top", draw: (scope: MediaScope) => void): IPrimitivePaneView {
    return {
      zOrder: () => zOrder,
      renderer: () => ({ draw: (target) => target.useMediaCoordinateSpace(draw) }),
    };
  }

  /** Pixel of a second, also of one between two points or beyond either end. */
  #x(second: number): number | null {
    const timeScale = this.#attached?.chart.timeScale();
    const index = timeScale?.timeToIndex(second as UTCTimestamp, true) ?? null;
    if (timeScale === undefined || index === null) return null;
    return timeScale.logicalToCoordinate(index as unknown as Parameters<typeof timeScale.logicalToCoordinate>[0]);
  }

  #drawBands({ context, mediaSize }: MediaScope): void {
    context.font = `11px ${this.#colours.font}`;
    for (const band of this.#bands) {
      const from = this.#x(band.fromS);
      const to = this.#x(band.toS);
      if (from === null || to === null || to < 0 || from > mediaSize.width) continue;
      const left = Math.max(0, from);
      const width = Math.min(mediaSize.width, to) - left;
      context.fillStyle = this.#colours.bands[band.regime];
      context.fillRect(left, 0, width, mediaSize.height);
      if (width < NAMED_BAND_PX) continue;
      context.fillStyle = this.#colours.dim;
      context.fillText(band.regime.toLowerCase(), left + 6, 16);
    }
  }

  /** The room between an own quote and the mid, in the side's hue: where it was quoted, and how far away. */
  #drawQuotes({ context, mediaSize }: MediaScope): void {
    const series = this.#attached?.series;
    if (series === undefined) return;
    context.globalAlpha = QUOTE_BAND_ALPHA;
    for (const { side, points } of this.#quotes) {
      const drawn = points.flatMap(({ atS, quote, mid }) => {
        const x = this.#x(atS);
        const quoteY = series.priceToCoordinate(quote);
        const midY = series.priceToCoordinate(mid);
        return x === null || quoteY === null || midY === null ? [] : [{ x, quoteY, midY }];
      });
      const first = drawn[0];
      if (first === undefined || first.x > mediaSize.width || (drawn.at(-1)?.x ?? 0) < 0) continue;
      context.beginPath();
      context.moveTo(first.x, first.midY);
      for (const { x, quoteY } of drawn) context.lineTo(x, quoteY);
      for (const { x, midY } of drawn.toReversed()) context.lineTo(x, midY);
      context.closePath();
      context.fillStyle = this.#colours[side];
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /** Data was missing before these seconds: a dashed line through the whole height says so. */
  #drawReturns({ context, mediaSize }: MediaScope): void {
    context.strokeStyle = this.#colours.dim;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    for (const second of this.#returns) {
      const x = this.#x(second);
      if (x === null || x < 0 || x > mediaSize.width) continue;
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, mediaSize.height);
      context.stroke();
    }
    context.setLineDash([]);
  }

  #drawFills({ context, mediaSize }: MediaScope): void {
    const series = this.#attached?.series;
    if (series === undefined) return;
    for (const fill of this.#fills) {
      const x = this.#x(fill.atS);
      const y = series.priceToCoordinate(fill.price);
      if (x === null || y === null || x < 0 || x > mediaSize.width) continue;
      this.#drawTriangle(context, x, y, fill);
    }
  }

  #drawTriangle(context: CanvasRenderingContext2D, x: number, y: number, fill: FillMark): void {
    // a buy points up from below its price, a sell down from above it
    const direction = fill.side === "buy" ? 1 : -1;
    const tip = y + direction * MARK_GAP_PX;
    const base = tip + direction * MARK_PX * 1.8;
    context.beginPath();
    context.moveTo(x, tip);
    context.lineTo(x - MARK_PX, base);
    context.lineTo(x + MARK_PX, base);
    context.closePath();
    const colour = fill.side === "buy" ? this.#colours.bid : this.#colours.ask;
    context.fillStyle = fill.isTaker ? this.#colours.panel : colour;
    context.strokeStyle = fill.isTaker ? colour : this.#colours.panel;
    context.lineWidth = 1;
    context.fill();
    context.stroke();
  }
}
