import { formatDecimal, formatNumber, signOfDecimal } from "../lib/format.ts";
import { Panel } from "../ui/panel.tsx";
import table from "../ui/table.module.css";
import type { WhatIfReport } from "./what-if-runner.ts";
import { whatIfText } from "./what-if-text.ts";
import styles from "./what-if.module.css";

const MONEY = { decimals: 2, isSigned: true } as const;

type Cell = WhatIfReport["cells"][number];

/** The difference of net in every way of filling and latency; the row and column that are like the session stand out. */
export function CertaintyPanel({ report }: { readonly report: WhatIfReport }) {
  const { certainty, cells, quoteCurrency } = report;
  const models = [...new Set(cells.map(({ alternativeFillModel }) => alternativeFillModel))];
  const latencies = [...new Set(cells.map(({ latencyMs }) => latencyMs))];
  const cellAt = (model: string, latency: number): Cell | undefined =>
    cells.find(({ alternativeFillModel, latencyMs }) => alternativeFillModel === model && latencyMs === latency);
  const note = `${report.alternative.name} less ${report.baseline.name}, ${quoteCurrency}`;
  return (
    <Panel title={whatIfText.sureTitle} note={note} className={styles.sure} testId="what-if-certainty">
      <p className={styles.verdict} data-verdict={certainty.verdict}>
        {certainty.words}
      </p>
      <p className={styles.spread}>
        {certainty.cells === 1 ? (
          <>{whatIfText.oneWay} </>
        ) : (
          <>
            from <b>{formatDecimal(certainty.least, MONEY)}</b> to <b>{formatDecimal(certainty.most, MONEY)}</b>,
            median{" "}
          </>
        )}
        <b>{formatDecimal(certainty.median, MONEY)}</b> {quoteCurrency}
      </p>
      <table className={table.table}>
        <thead>
          <tr>
            <th>fill model</th>
            {latencies.map((latency) => (
              <th key={latency} className={table.number}>
                {formatNumber(latency, { decimals: Number.isInteger(latency) ? 0 : 1 })} ms
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model} className={table.row}>
              <td>{model}</td>
              {latencies.map((latency) => (
                <DifferenceCell key={latency} cell={cellAt(model, latency)} shown={cells[report.shown]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function DifferenceCell({ cell, shown }: { readonly cell: Cell | undefined; readonly shown: Cell | undefined }) {
  if (cell === undefined) return <td />;
  const title = `${cell.baseline.net} against ${cell.alternative.net}`;
  return (
    <td
      className={table.number}
      data-sign={signOfDecimal(cell.difference.net)}
      data-shown={cell === shown}
      title={title}
    >
      {formatDecimal(cell.difference.net, MONEY)}
    </td>
  );
}
