import { memo, type ReactNode } from "react";
import { classNames } from "../../lib/class-names.ts";
import { useFeed } from "../../lib/console-context.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import table from "../../ui/table.module.css";
import styles from "./market-signals.module.css";
import { type SignalRow, signalRows } from "./signal-rows.ts";
import { signalsText } from "./signals-text.ts";
import { sparkPath } from "./spark-path.ts";

const SPARK_WIDTH = 64;
const SPARK_HEIGHT = 12;

interface TrendProps {
  readonly of: NonNullable<SignalRow["trend"]>;
  readonly isSigned: boolean;
}

/** Redrawn once a second, when its point comes, and not with every reading. */
const Trend = memo(function Trend({ of, isSigned }: TrendProps) {
  const trends = useFeed((state) => state.trends);
  const { path, zeroY } = sparkPath(
    trends.map((point) => point[of]),
    SPARK_WIDTH,
    SPARK_HEIGHT,
    isSigned,
  );
  if (path === "") return null;
  return (
    <svg className={styles.spark} viewBox={`-1 -1 ${SPARK_WIDTH + 2} ${SPARK_HEIGHT + 2}`} aria-hidden="true">
      {zeroY !== null && <line className={styles.zero} x1={0} x2={SPARK_WIDTH} y1={zeroY} y2={zeroY} />}
      <path d={path} />
    </svg>
  );
});

function Cells({ row }: { readonly row: SignalRow }) {
  if (row.cells.length === 0) return <span className={styles.unknown}>{row.unknown}</span>;
  return row.cells.map(({ label, text, tone }) => (
    <span key={label} className={styles.cell}>
      <small>{label}</small>
      <b data-tone={tone} data-number>
        {text}
      </b>
    </span>
  ));
}

/** Every signal of the market with its window, unit and last two minutes. Formula and source are each row's hint. */
export function SignalsPanel({ tabs }: { readonly tabs: ReactNode }) {
  const readings = useFeed((state) => state.readings);
  return (
    <Panel title={signalsText.title} heading={tabs} note={signalsText.note} testId="market-signals">
      {readings === null ? (
        <Empty>{signalsText.empty}</Empty>
      ) : (
        <div
          className={classNames(table.scroll, styles.scroll)}
          tabIndex={0}
          role="region"
          aria-label={signalsText.title}
        >
          <table className={classNames(table.table, styles.signals)}>
            <thead>
              <tr>
                <th>{signalsText.signal}</th>
                <th>{signalsText.values}</th>
                <th>{signalsText.unit}</th>
                <th title={signalsText.trendHint}>{signalsText.trend}</th>
              </tr>
            </thead>
            <tbody>
              {signalRows(readings).map((row) => (
                <tr
                  key={row.name}
                  className={table.row}
                  title={row.unit === "" ? row.tip : `${row.tip} ${signalsText.unit}: ${row.unit}.`}
                  data-testid="signal"
                >
                  <td className={styles.name}>{row.name}</td>
                  <td>
                    <span className={styles.cells}>
                      <Cells row={row} />
                    </span>
                  </td>
                  <td className={styles.unit}>{row.unit}</td>
                  <td>{row.trend !== null && <Trend of={row.trend} isSigned={row.isSigned} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
