import { readChartColours } from "../chart/chart-colours.ts";
import type { MarkKind, Timeline } from "./replay-store.ts";
import { markLanes, pathPoints, xOf } from "./seek-bar-marks.ts";

interface Colours {
  readonly line: string;
  readonly dim: string;
  readonly text: string;
  readonly marks: Readonly<Record<MarkKind, string>>;
  readonly bands: ReturnType<typeof readChartColours>["bands"];
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    line: read("--edge"),
    dim: read("--faint"),
    text: read("--text"),
    marks: {
      fill: read("--good"),
      regime: read("--faint"),
      profile: read("--accent"),
      reject: read("--warn"),
      halt: read("--bad"),
      gap: read("--dim"),
    },
    bands: readChartColours().bands,
  };
}

/** Draws all that does not move: regimes behind, the mid's line, the marks. */
export function drawWay(canvas: HTMLCanvasElement, timeline: Timeline): void {
  const context = canvas.getContext("2d");
  const { width, height } = canvas.getBoundingClientRect();
  if (context === null || width === 0) return;
  const scale = window.devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const colours = readColours();
  for (const { fromUs, toUs, regime } of timeline.regimes) {
    const from = xOf(timeline, width, fromUs);
    context.fillStyle = colours.bands[regime];
    context.fillRect(from, 0, Math.max(0.5, xOf(timeline, width, toUs) - from), height);
  }
  drawPath(context, timeline, width, height, colours.dim);
  for (const { kind, atUs } of timeline.marks) {
    const { from, to } = markLanes[kind];
    context.fillStyle = colours.marks[kind];
    const isWide = kind === "halt" || kind === "profile";
    context.setLineDash([]);
    if (kind === "gap") drawDashes(context, xOf(timeline, width, atUs), height, colours.marks.gap);
    else
      context.fillRect(
        xOf(timeline, width, atUs) - (isWide ? 1 : 0.5),
        from * height,
        isWide ? 2 : 1,
        (to - from) * height,
      );
  }
}

function drawPath(
  context: CanvasRenderingContext2D,
  timeline: Timeline,
  width: number,
  height: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  let isBroken = true;
  for (const point of pathPoints(timeline, width, height)) {
    if (point === null) isBroken = true;
    else if (isBroken) {
      context.moveTo(point.x, point.y);
      isBroken = false;
    } else context.lineTo(point.x, point.y);
  }
  context.stroke();
}

/** Missing data is a break, not an event of its own: a dashed line through the whole height. */
function drawDashes(context: CanvasRenderingContext2D, x: number, height: number, colour: string): void {
  context.strokeStyle = colour;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.stroke();
  context.setLineDash([]);
}
