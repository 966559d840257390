import { useScreen } from "../../lib/console-context.ts";
import {
  formatDecimal,
  formatDuration,
  formatLocalDateTime,
  formatNumber,
  formatUtcDateTime,
  NO_VALUE,
  signOfDecimal,
} from "../../lib/format.ts";
import type { SessionRow } from "../../lib/hello.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import table from "../../ui/table.module.css";
import { ChooseToCompare, CompareButton } from "../review/compare-choice.tsx";
import { reviewText } from "../review/review-text.ts";
import { SessionActions } from "./session-actions.tsx";
import { endWords, startText } from "./start-text.ts";
import styles from "./start.module.css";

function Row({ row }: { readonly row: SessionRow }) {
  const lengthMs = row.endedAtUs === null ? null : (row.endedAtUs - row.startedAtUs) / 1000;
  return (
    <tr className={table.row} title={row.sessionId} data-testid="past-session">
      <td>
        <ChooseToCompare sessionId={row.sessionId} />
      </td>
      <td className={styles.started} title={formatLocalDateTime(row.startedAtUs)}>
        {formatUtcDateTime(row.startedAtUs)}
      </td>
      <td className={styles.market}>
        {row.market} <span className={styles.hint}>{row.venue}</span>
      </td>
      <td>{row.profile}</td>
      <td className={table.number}>{formatDuration(lengthMs)}</td>
      <td className={table.number}>{formatNumber(row.fills, { decimals: 0 })}</td>
      <td className={table.number} data-sign={row.net === null ? 0 : signOfDecimal(row.net)}>
        {row.net === null ? NO_VALUE : formatDecimal(row.net, { decimals: 2, isSigned: true })}
      </td>
      <td>
        <span className={styles.end} data-end={row.endedHow}>
          {endWords[row.endedHow]}
        </span>
      </td>
      <td>
        <SessionActions row={row} />
      </td>
    </tr>
  );
}

/** The sessions of this data folder, newest first, with how they ended. */
export function PastSessions() {
  const { value, problem } = useScreen((state) => state.pastSessions);
  return (
    <Panel
      title={startText.past}
      note={value === null || value.length === 0 ? null : <CompareButton />}
      testId="past-sessions"
    >
      {problem !== null && <p className={styles.loadProblem}>{problem}</p>}
      {value !== null && value.length === 0 && <Empty>{startText.noPast}</Empty>}
      {value !== null && value.length > 0 && (
        <div className={table.scroll} tabIndex={0} role="region" aria-label={startText.past}>
          <table className={table.table}>
            <thead>
              <tr>
                <th aria-label={reviewText.choose} />
                <th>started, UTC</th>
                <th>market</th>
                <th>profile</th>
                <th className={table.number}>length</th>
                <th className={table.number}>fills</th>
                <th className={table.number}>net</th>
                <th>end</th>
                <th aria-label={startText.actions} />
              </tr>
            </thead>
            <tbody>
              {value.map((row) => (
                <Row key={row.sessionId} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
