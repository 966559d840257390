import type { Regime } from "./chart-series.ts";

/** Colours of the canvas: the same variables as everywhere, read off the page because a canvas knows none. */
export interface ChartColours {
  readonly panel: string;
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly bid: string;
  readonly ask: string;
  readonly position: string;
  readonly bands: Readonly<Record<Regime, string>>;
  readonly font: string;
}

export function readChartColours(): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    panel: read("--panel"),
    text: read("--text"),
    dim: read("--faint"),
    line: read("--line"),
    bid: read("--bid"),
    ask: read("--ask"),
    position: read("--entry"),
    bands: {
      CALM: read("--band-calm"),
      NORMAL: "transparent",
      ELEVATED: read("--band-elevated"),
      EXTREME: read("--band-extreme"),
    },
    font: read("--font-number"),
  };
}
