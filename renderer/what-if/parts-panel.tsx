import { formatDecimal, formatNumber, formatShare, signOfDecimal } from "../lib/format.ts";
import { Panel } from "../ui/panel.tsx";
import table from "../ui/table.module.css";
import type { WhatIfReport } from "./what-if-runner.ts";
import { partNames, whatIfText } from "./what-if-text.ts";
import styles from "./what-if.module.css";

type Run = WhatIfReport["cells"][number]["baseline"];

const MONEY = { decimals: 4, isSigned: true } as const;

const countRows: readonly (readonly [string, (run: Run) => string])[] = [
  ["fills, maker", (run) => formatNumber(run.fillsMaker, { decimals: 0 })],
  ["fills, taker", (run) => formatNumber(run.fillsTaker, { decimals: 0 })],
  ["placements", (run) => formatNumber(run.placements, { decimals: 0 })],
  ["cancels", (run) => formatNumber(run.cancels, { decimals: 0 })],
  ["uptime", (run) => formatShare(run.uptime, { decimals: 1 })],
  ["largest position", (run) => run.maxAbsPosition],
  ["largest drawdown", (run) => formatDecimal(run.maxDrawdown, { decimals: 4 })],
];

/** Both results part by part, in the way of filling and latency that is most like the session. */
export function PartsPanel({ report }: { readonly report: WhatIfReport }) {
  const shown = report.cells[report.shown];
  if (shown === undefined) return null;
  const { baseline, alternative, difference } = shown;
  const model = shown.baselineFillModel === shown.alternativeFillModel ? "" : `${shown.baselineFillModel} against `;
  const note = `${model}${shown.alternativeFillModel}, ${shown.latencyMs} ms, ${report.quoteCurrency}`;
  return (
    <Panel title={whatIfText.partsTitle} note={note} className={styles.parts} testId="what-if-parts">
      <div className={table.scroll}>
        <table className={table.table}>
          <thead>
            <tr>
              <th />
              <th className={table.number}>{report.baseline.name}</th>
              <th className={table.number}>{report.alternative.name}</th>
              <th className={table.number}>difference</th>
            </tr>
          </thead>
          <tbody>
            {partNames.map(([part, name]) => (
              <tr key={part} className={table.row} data-part={part}>
                <td>{name}</td>
                <td className={table.number}>{formatDecimal(baseline[part], MONEY)}</td>
                <td className={table.number}>{formatDecimal(alternative[part], MONEY)}</td>
                <td className={table.number} data-sign={signOfDecimal(difference[part])}>
                  {formatDecimal(difference[part], MONEY)}
                </td>
              </tr>
            ))}
            {countRows.map(([name, valueOf]) => (
              <tr key={name} className={table.row}>
                <td>{name}</td>
                <td className={table.number}>{valueOf(baseline)}</td>
                <td className={table.number}>{valueOf(alternative)}</td>
                <td />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
