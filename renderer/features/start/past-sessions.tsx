import { useScreen, useServices } from "../../lib/console-context.ts";
import {
  formatDecimal,
  formatDuration,
  formatLocalDateTime,
  formatNumber,
  formatUtcDateTime,
  NO_VALUE,
  signOfDecimal,
} from "../../lib/format.ts";
import { olderPastSessions } from "../../lib/past-sessions.ts";
import type { PastSessions as PastSessionsState, SessionRow } from "../../lib/session-choice.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import table from "../../ui/table.module.css";
import { ChooseToCompare, CompareButton } from "../review/compare-choice.tsx";
import { reviewText } from "../review/review-text.ts";
import { SessionFilterBar } from "./session-filter-bar.tsx";
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

/** How much of what there is stands in the list. */
function countWords({ sessions, fitting, all }: PastSessionsState): string {
  const listed = sessions?.length ?? 0;
  const of = fitting === all ? `${all}` : `${fitting} that fit (${all} in all)`;
  return listed < fitting ? `newest ${listed} of ${of}` : of;
}

function Head({ past }: { readonly past: PastSessionsState }) {
  return (
    <span className={styles.head}>
      <span role="status" data-testid="past-count">
        {countWords(past)}
      </span>
      <CompareButton />
    </span>
  );
}

function Older({ isAsking }: { readonly isAsking: boolean }) {
  const { bridge, screen } = useServices();
  return (
    <div className={styles.older}>
      <Button disabled={isAsking} onClick={() => void olderPastSessions(bridge, screen)}>
        {startText.older}
      </Button>
    </div>
  );
}

function SessionTable({ past }: { readonly past: PastSessionsState }) {
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={startText.past} aria-busy={past.isAsking}>
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
          {past.sessions?.map((row) => (
            <Row key={row.sessionId} row={row} />
          ))}
        </tbody>
      </table>
      {past.hasOlder && <Older isAsking={past.isAsking} />}
    </div>
  );
}

/** The sessions of this data folder that fit what is chosen above them, newest first, with how they ended. */
export function PastSessions() {
  const past = useScreen((state) => state.pastSessions);
  const { sessions, all, problem } = past;
  return (
    <Panel title={startText.past} note={all === 0 ? null : <Head past={past} />} testId="past-sessions">
      {all > 0 && <SessionFilterBar past={past} />}
      {problem !== null && <p className={styles.loadProblem}>{problem}</p>}
      {sessions?.length === 0 && <Empty>{all === 0 ? startText.noPast : startText.noneFits}</Empty>}
      {sessions !== null && sessions.length > 0 && <SessionTable past={past} />}
    </Panel>
  );
}
