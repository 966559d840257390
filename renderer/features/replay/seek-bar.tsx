import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { useScreen } from "../../lib/console-context.ts";
import { formatDuration, formatUtcDateTime, formatUtcTime } from "../../lib/format.ts";
import { useReplay, useReplayControls } from "./replay-context.ts";
import type { Timeline } from "./replay-store.ts";
import { markWords, replayText } from "./replay-text.ts";
import styles from "./replay.module.css";
import { drawWay } from "./seek-bar-drawing.ts";
import { markNear, usAt, xOf } from "./seek-bar-marks.ts";

interface Hover {
  readonly x: number;
  readonly widthPx: number;
}

const PAGE_US = 60_000_000;

function WayCanvas({ timeline }: { readonly timeline: Timeline }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useScreen((state) => state.theme);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const draw = (): void => drawWay(element, timeline);
    draw();
    const watch = new ResizeObserver(draw);
    watch.observe(element);
    return () => watch.disconnect();
  }, [timeline, theme]);
  return <canvas ref={canvas} className={styles.way} aria-hidden="true" />;
}

function HoverNote({ timeline, hover }: { readonly timeline: Timeline; readonly hover: Hover }) {
  const mark = markNear(timeline, hover.widthPx, hover.x);
  const atUs = mark?.atUs ?? usAt(timeline, hover.widthPx, hover.x);
  const isRight = hover.x > hover.widthPx / 2;
  return (
    <div className={styles.hover} data-right={isRight} style={{ left: `${hover.x}px` }}>
      {formatUtcTime(atUs, true)}
      {mark !== null && <strong> {markWords[mark.kind].one}: </strong>}
      {mark?.text}
    </div>
  );
}

/** The whole session as a bar: what happened on it, and where the replay is. A press or a drag goes there. */
export function SeekBar() {
  const controls = useReplayControls();
  const timeline = useReplay((state) => state.timeline);
  const atUs = useReplay((state) => state.transport?.atUs ?? 0);
  const bar = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  if (timeline === null) return <div className={styles.bar} />;
  const place = (event: PointerEvent): Hover => {
    const box = bar.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), widthPx: box?.width ?? 1 };
  };
  const seekTo = ({ x, widthPx }: Hover): void => controls.seek(usAt(timeline, widthPx, x));
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { PageUp: -PAGE_US, PageDown: PAGE_US }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    controls.seek(Math.min(timeline.endUs, Math.max(timeline.startUs, atUs + step)));
  };
  return (
    <div
      ref={bar}
      className={styles.bar}
      role="slider"
      tabIndex={0}
      aria-label={replayText.seek}
      aria-valuemin={0}
      aria-valuemax={Math.round((timeline.endUs - timeline.startUs) / 1_000_000)}
      aria-valuenow={Math.round((atUs - timeline.startUs) / 1_000_000)}
      aria-valuetext={`${formatUtcDateTime(atUs)}, ${formatDuration((atUs - timeline.startUs) / 1000)}`}
      data-testid="seek-bar"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seekTo(place(event));
      }}
      onPointerMove={(event) => {
        const now = place(event);
        setHover(now);
        if (event.buttons === 1) seekTo(now);
      }}
      onPointerLeave={() => setHover(null)}
      onKeyDown={onKeyDown}
    >
      <WayCanvas timeline={timeline} />
      <div className={styles.head} style={{ left: `${xOf(timeline, 100, atUs)}%` }} data-testid="playhead" />
      {hover !== null && <HoverNote timeline={timeline} hover={hover} />}
    </div>
  );
}
