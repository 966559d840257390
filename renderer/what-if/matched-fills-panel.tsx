import { formatUtcTime, NO_VALUE } from "../lib/format.ts";
import { Empty } from "../ui/empty.tsx";
import { Panel } from "../ui/panel.tsx";
import { SideMark } from "../ui/side-mark.tsx";
import table from "../ui/table.module.css";
import type { WhatIfReport } from "./what-if-runner.ts";
import { whatIfText } from "./what-if-text.ts";
import styles from "./what-if.module.css";

type Pair = WhatIfReport["fills"]["pairs"][number];
type Fill = NonNullable<Pair["baseline"]>;

function FillCells({ fill }: { readonly fill: Fill | null }) {
  if (fill === null) return <td className={styles.none} colSpan={3} aria-label="not filled" />;
  return (
    <>
      <td className={table.number}>{formatUtcTime(fill.atUs, true)}</td>
      <td className={table.number}>{fill.price}</td>
      <td className={table.number}>{fill.size}</td>
    </>
  );
}

/** How long after the baseline's fill the alternative's came. */
function apart({ baseline, alternative }: Pair): string {
  if (baseline === null || alternative === null) return NO_VALUE;
  const ms = Math.round((alternative.atUs - baseline.atUs) / 1000);
  return `${ms < 0 ? "−" : "+"}${Math.abs(ms)} ms`;
}

/** Fills of both runs beside each other: those that answer to each other in one row, the others alone. */
export function MatchedFillsPanel({ report }: { readonly report: WhatIfReport }) {
  const { fills, baseline, alternative } = report;
  const note = `${fills.matched.fills} within ${fills.windowMs / 1000} s · ${baseline.name} alone ${fills.baselineOnly.fills} · ${alternative.name} alone ${fills.alternativeOnly.fills}${fills.isCut ? ` · first ${fills.pairs.length}` : ""}`;
  return (
    <Panel title={whatIfText.fillsTitle} note={note} className={styles.fills} testId="what-if-fills">
      {fills.pairs.length === 0 ? (
        <Empty>{whatIfText.noFills}</Empty>
      ) : (
        <div className={table.scroll} tabIndex={0} role="region" aria-label={whatIfText.fillsTitle}>
          <table className={table.table}>
            <thead>
              <tr>
                <th>side</th>
                <th className={table.number} colSpan={3}>
                  {baseline.name}
                </th>
                <th className={table.number} colSpan={3}>
                  {alternative.name}
                </th>
                <th className={table.number}>apart</th>
              </tr>
            </thead>
            <tbody>
              {fills.pairs.map((pair, index) => (
                <tr key={index} className={table.row} data-testid="what-if-fill">
                  <td>
                    <SideMark side={pair.side} level={(pair.baseline ?? pair.alternative)?.level ?? 0} />
                  </td>
                  <FillCells fill={pair.baseline} />
                  <FillCells fill={pair.alternative} />
                  <td className={table.number}>{apart(pair)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
