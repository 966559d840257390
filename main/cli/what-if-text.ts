import type { WhatIfReport } from "../session/what-if/certainty.ts";

type Cell = WhatIfReport["cells"][number];

const MOST_DISAGREEMENTS = 6;

const PARTS = [
  ["spread capture", "spreadCapture"],
  ["inventory", "inventory"],
  ["fees", "fees"],
  ["funding", "funding"],
  ["net", "net"],
] as const;

/** The answer for a terminal: how sure, the table, then what lies behind the row that is most like the session. */
export function whatIfLines(report: WhatIfReport): string[] {
  const { certainty, fills } = report;
  const shown = report.cells[report.shown];
  const { baseline, alternative, quoteCurrency } = report;
  return [
    `What if: ${report.market}, ${report.source}. ${baseline.name} against ${alternative.name}`,
    ...settingLines(report),
    "",
    certainty.words,
    spreadLine(certainty, quoteCurrency),
    "",
    ...grid([
      ["fill model", "latency", baseline.name, alternative.name, "difference"],
      ...report.cells.map((cell, index) => cellRow(cell, index === report.shown)),
    ]),
    ...(shown === undefined ? [] : shownLines(report, shown)),
    "",
    `  fills within ${fills.windowMs / 1000} s of each other: ${fills.matched.fills}; ${baseline.name} alone: ${fills.baselineOnly.fills}; ${alternative.name} alone: ${fills.alternativeOnly.fills}`,
    `  same answer for a slot: ${percent(report.agreement)} of the time${report.disagreements.length === 0 ? "" : "; otherwise mostly"}`,
    ...disagreementLines(report),
    "",
    ...report.notes.map((note) => `  ${note}`),
  ];
}

/** One way alone has no spread, and is not dressed up as one. */
function spreadLine({ cells, least, median, most }: WhatIfReport["certainty"], currency: string): string {
  if (cells === 1) return `  difference of net in that one way: ${signed(least)} ${currency}`;
  return `  difference of net: ${least} to ${most}, median ${median} ${currency}`;
}

function settingLines({ settings }: WhatIfReport): string[] {
  return settings.map((change) => `  ${change.variable}: ${change.baseline} -> ${change.alternative}`);
}

function cellRow(cell: Cell, isShown: boolean): string[] {
  const model =
    cell.baselineFillModel === cell.alternativeFillModel
      ? cell.alternativeFillModel
      : `${cell.baselineFillModel} / ${cell.alternativeFillModel}`;
  return [
    `${isShown ? "*" : " "} ${model}`,
    `${cell.latencyMs} ms`,
    cell.baseline.net,
    cell.alternative.net,
    signed(cell.difference.net),
  ];
}

function shownLines({ baseline, alternative }: WhatIfReport, cell: Cell): string[] {
  const counts = (pick: (run: Cell["baseline"]) => string | number): string[] => [
    String(pick(cell.baseline)),
    String(pick(cell.alternative)),
    "",
  ];
  return [
    "",
    ...grid([
      ["* in detail", baseline.name, alternative.name, "difference"],
      ...PARTS.map(([words, part]) => [
        words,
        cell.baseline[part],
        cell.alternative[part],
        signed(cell.difference[part]),
      ]),
      ["fills, maker", ...counts((run) => run.fillsMaker)],
      ["fills, taker", ...counts((run) => run.fillsTaker)],
      ["placements", ...counts((run) => run.placements)],
      ["uptime", ...counts((run) => percent(run.uptime))],
      ["largest position", ...counts((run) => run.maxAbsPosition)],
      ["largest drawdown", ...counts((run) => run.maxDrawdown)],
    ]),
  ];
}

function disagreementLines({ disagreements }: WhatIfReport): string[] {
  const lines = disagreements
    .slice(0, MOST_DISAGREEMENTS)
    .map(({ baseline, alternative, share, widerBps, example }) => {
      const wider = widerBps === null ? "" : `, ${widerBps.toFixed(2)} bps further out`;
      const at = example === null ? "" : `; ${example.slot} at ${new Date(example.fromUs / 1000).toISOString()}`;
      return `    ${percent(share).padStart(6)}  ${baseline} / ${alternative}${wider}${at}`;
    });
  const more = disagreements.length - lines.length;
  return more === 0 ? lines : [...lines, `            and ${more} more; --json has them`];
}

/** First column to the left, the others to the right. */
function grid(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_head, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ")}`.trimEnd(),
  );
}

function signed(decimal: string): string {
  return /^-|^0(?:\.0*)?$/.test(decimal) ? decimal : `+${decimal}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
