/** WCAG contrast of the palette, computed from the variables that the screens use. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "../../renderer/ui/tokens.css"), "utf8");

function variablesOf(theme: string): ReadonlyMap<string, string> {
  const block = new RegExp(`data-theme="${theme}"\\]\\s*\\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
}

function luminance(colour: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(first: string, second: string): number {
  const [dark, light] = [luminance(first), luminance(second)].toSorted((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const plainTexts = ["text", "dim", "faint", "bid", "ask", "good", "warn", "bad", "entry"];
/** Text on a surface; WCAG AA asks for 4.5. */
const textPairs = [
  ...plainTexts.flatMap((text) => ["panel", "raised", "canvas"].map((surface) => [text, surface] as const)),
  ["text", "hover"],
  ["dim", "hover"],
  ["bid", "bid-soft"],
  ["ask", "ask-soft"],
  ["good", "good-soft"],
  ["warn", "warn-soft"],
  ["bad", "bad-soft"],
  ["text", "warn-soft"],
  ["text", "bad-soft"],
  ["on-loud", "loud"],
  ...["idle", "paper", "live", "replay", "backtest"].map((mode) => [`on-mode-${mode}`, `mode-${mode}`] as const),
] as const;
/** Borders of controls and graphics that carry meaning; WCAG AA asks for 3. */
const graphicPairs = [
  ["control-edge", "panel"],
  ["accent", "panel"],
  ["bid", "panel"],
  ["ask", "panel"],
  ["good", "panel"],
  ["warn", "panel"],
  ["loud", "panel"],
  ["entry", "panel"],
] as const;

test("the yardstick is right: black on white is 21 to 1, equal colours are 1 to 1", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 6);
  expect(contrast("#777777", "#777777")).toBe(1);
});

describe.each(["dark", "light"])("the %s theme", (theme) => {
  const variables = variablesOf(theme);
  const ratioOf = (first: string, second: string): number => {
    const [foreground, background] = [variables.get(first), variables.get(second)];
    if (foreground === undefined || background === undefined) throw new Error(`no colour --${first} or --${second}`);
    return contrast(foreground, background);
  };

  test.each(textPairs)("%s is readable on %s", (text, surface) => {
    expect(ratioOf(text, surface)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(graphicPairs)("%s can be seen on %s", (graphic, surface) => {
    expect(ratioOf(graphic, surface)).toBeGreaterThanOrEqual(3);
  });

  test("the modes differ from each other as fields of colour", () => {
    const modes = ["idle", "paper", "live", "replay", "backtest"].map((mode) => variables.get(`mode-${mode}`));
    expect(new Set(modes).size).toBe(5);
  });
});

test("both themes define the same colours", () => {
  expect([...variablesOf("light").keys()]).toEqual([...variablesOf("dark").keys()]);
});
