/** Where the window was, kept in a small file of the data folder. Losing it loses nothing but the place. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const FILE = "window.json";
const MIN_VISIBLE_PX = 80;

export const MIN_WIDTH_PX = 960;
export const MIN_HEIGHT_PX = 600;
const DEFAULT = { width: 1440, height: 900 };

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowPlace {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number };
  readonly isMaximized: boolean;
}

const pixels = z.int().min(-100_000).max(100_000);
const stored = z.strictObject({
  bounds: z.strictObject({
    x: pixels,
    y: pixels,
    width: z.int().min(MIN_WIDTH_PX).max(100_000),
    height: z.int().min(MIN_HEIGHT_PX).max(100_000),
  }),
  isMaximized: z.boolean(),
});

function isVisibleOn(bounds: Rectangle, area: Rectangle): boolean {
  const overlapX = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  const overlapY = Math.min(bounds.y + bounds.height, area.y + area.height) - Math.max(bounds.y, area.y);
  return overlapX >= MIN_VISIBLE_PX && overlapY >= MIN_VISIBLE_PX;
}

/** Reads the last place; the default where there is none, it cannot be read, or its screen (work areas, pixels) is gone. */
export function readWindowPlace(dataDir: string, workAreas: readonly Rectangle[]): WindowPlace {
  try {
    const place = stored.parse(JSON.parse(readFileSync(join(dataDir, FILE), "utf8")));
    if (workAreas.some((area) => isVisibleOn(place.bounds, area))) return place;
    return { bounds: DEFAULT, isMaximized: place.isMaximized };
  } catch {
    return { bounds: DEFAULT, isMaximized: false };
  }
}

/** Keeps the place. Throws where the folder cannot be written. */
export function writeWindowPlace(dataDir: string, place: { bounds: Rectangle; isMaximized: boolean }): void {
  const file = join(dataDir, FILE);
  const { x, y, width, height } = place.bounds;
  const text = JSON.stringify({ bounds: { x, y, width, height }, isMaximized: place.isMaximized });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
