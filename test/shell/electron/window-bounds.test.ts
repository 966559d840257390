import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Reopening } from "../../../main/shell/electron/reopening.ts";
import { readWindowPlace, writeWindowPlace } from "../../../main/shell/electron/window-bounds.ts";

const SCREEN = [{ x: 0, y: 0, width: 2560, height: 1440 }];
const DEFAULT = { bounds: { width: 1440, height: 900 }, isMaximized: false };

function folder(): string {
  return mkdtempSync(join(tmpdir(), "ballast-window-"));
}

describe("window place", () => {
  test("comes back as it was kept, and leaves one file", () => {
    const dataDir = folder();
    const place = { bounds: { x: 10, y: 20, width: 1300, height: 800 }, isMaximized: true };
    writeWindowPlace(dataDir, place);
    expect(readWindowPlace(dataDir, SCREEN)).toEqual(place);
    expect(readdirSync(dataDir)).toEqual(["window.json"]);
  });

  test.each([
    ["rubbish", "{"],
    ["another shape", '{"bounds":{"x":1}}'],
    ["a width of nothing", '{"bounds":{"x":0,"y":0,"width":0,"height":800},"isMaximized":false}'],
    ["no whole pixels", '{"bounds":{"x":0.5,"y":0,"width":1300,"height":800},"isMaximized":false}'],
  ])("%s gives the default", (_what, text) => {
    const dataDir = folder();
    writeFileSync(join(dataDir, "window.json"), text);
    expect(readWindowPlace(dataDir, SCREEN)).toEqual(DEFAULT);
  });

  test("is the default where none was kept", () => {
    expect(readWindowPlace(folder(), SCREEN)).toEqual(DEFAULT);
  });

  test("on a screen that is gone gives the default place", () => {
    const dataDir = folder();
    writeWindowPlace(dataDir, { bounds: { x: 3000, y: 20, width: 1300, height: 800 }, isMaximized: false });
    expect(readWindowPlace(dataDir, SCREEN)).toEqual(DEFAULT);
    expect(readWindowPlace(dataDir, [...SCREEN, { x: 2560, y: 0, width: 2560, height: 1440 }]).bounds.x).toBe(3000);
  });
});

test("a window that keeps dying is not opened for ever, and is again after a quiet minute", () => {
  const reopening = new Reopening();
  expect([0, 1000, 2000, 3000].map((atMs) => reopening.mayReopen(atMs))).toEqual([true, true, true, false]);
  expect(reopening.mayReopen(64_000)).toBe(true);
});
