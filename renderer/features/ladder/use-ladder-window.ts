import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { useScreen } from "../../lib/console-context.ts";
import { centredTop, type Ladder, placeInWindow } from "./ladder-window.ts";

/** The flash comes first, so that the eye knows that the prices are about to move. */
const FLASH_BEFORE_MOVE_MS = 350;
const WHEEL_ROWS = 3;

/** Rows that fit into the element, followed as it is resized. */
export function useRowCount(element: RefObject<HTMLElement | null>): number {
  const [rowCount, setRowCount] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const measure = (): void => {
      const rowHeight = Number.parseFloat(getComputedStyle(target).getPropertyValue("--row"));
      if (rowHeight > 0) setRowCount(Math.max(0, Math.floor(target.clientHeight / rowHeight)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return rowCount;
}

interface LadderWindow {
  readonly topTicks: number | null;
  readonly isFlashing: boolean;
  /** True after the operator scrolled: the window then stays where it was put until Space. */
  readonly isScrolled: boolean;
  scroll(direction: number): void;
}

/** Keeps the window still until Space, or until the market nears its edge. */
export function useLadderWindow(ladder: Ladder | null, rowCount: number): LadderWindow {
  const recentreCount = useScreen((state) => state.recentreCount);
  const [topTicks, setTopTicks] = useState<number | null>(null);
  const [isFlashing, setFlashing] = useState(false);
  const [isScrolled, setScrolled] = useState(false);
  const latest = useRef({ ladder, rowCount });
  latest.current = { ladder, rowCount };

  const centre = (): void => {
    const { ladder: now, rowCount: rows } = latest.current;
    setTopTicks(now === null || rows === 0 ? null : centredTop(now, rows));
    setFlashing(false);
    setScrolled(false);
  };

  useLayoutEffect(centre, [recentreCount, rowCount, ladder?.groupTicks]);

  const place = ladder === null || topTicks === null ? null : placeInWindow(ladder, topTicks, rowCount);
  useLayoutEffect(() => {
    if (isScrolled) return;
    if (topTicks === null && ladder !== null && rowCount > 0) centre();
    else if (place === "outside") centre();
    else if (place === "near-edge") setFlashing(true);
  }, [place, topTicks === null && ladder !== null, rowCount, isScrolled]);

  useEffect(() => {
    if (!isFlashing) return undefined;
    const timer = setTimeout(centre, FLASH_BEFORE_MOVE_MS);
    return () => clearTimeout(timer);
  }, [isFlashing]);

  return {
    topTicks,
    isFlashing,
    isScrolled,
    scroll(direction) {
      if (ladder === null || topTicks === null) return;
      setTopTicks(topTicks - direction * WHEEL_ROWS * ladder.groupTicks);
      setScrolled(true);
    },
  };
}
