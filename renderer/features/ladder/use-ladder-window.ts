import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { useScreen } from "../../lib/console-context.ts";
import { centredTop, type Ladder, placeInWindow, type WindowPlace } from "./ladder-window.ts";

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

/** A window that was never placed is outside wherever the market is. */
function placeOf(ladder: Ladder, topTicks: number | null, rowCount: number): WindowPlace {
  return topTicks === null ? "outside" : placeInWindow(ladder, topTicks, rowCount);
}

/** Keeps the window still until Space, or until the market nears its edge. */
export function useLadderWindow(ladder: Ladder | null, rowCount: number): LadderWindow {
  const recentreCount = useScreen((state) => state.recentreCount);
  const [topTicks, setTopTicks] = useState<number | null>(null);
  const [isFlashing, setFlashing] = useState(false);
  const [isScrolled, setScrolled] = useState(false);
  const latest = useRef({ ladder, rowCount });
  latest.current = { ladder, rowCount };

  const centre = useCallback((): void => {
    const { ladder: now, rowCount: rows } = latest.current;
    setTopTicks(now === null || rows === 0 ? null : centredTop(now, rows));
    setFlashing(false);
    setScrolled(false);
  }, []);

  const groupTicks = ladder?.groupTicks;
  useLayoutEffect(centre, [centre, recentreCount, rowCount, groupTicks]);

  const place = ladder === null || rowCount === 0 ? null : placeOf(ladder, topTicks, rowCount);
  useLayoutEffect(() => {
    if (isScrolled) return;
    if (place === "outside") centre();
    else if (place === "near-edge") setFlashing(true);
  }, [centre, place, isScrolled]);

  useEffect(() => {
    if (!isFlashing) return undefined;
    const timer = setTimeout(centre, FLASH_BEFORE_MOVE_MS);
    return () => clearTimeout(timer);
  }, [centre, isFlashing]);

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
