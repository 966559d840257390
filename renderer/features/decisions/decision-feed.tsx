import { memo, type ReactNode, useRef, useState } from "react";
import { classNames } from "../../lib/class-names.ts";
import { useFeed } from "../../lib/console-context.ts";
import { formatLocalDateTime, formatUtcTime } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import { SideMark } from "../../ui/side-mark.tsx";
import table from "../../ui/table.module.css";
import { type DecisionFilter, type DecisionRow, filterDecisions, parseSlotName } from "./decision-rows.ts";
import styles from "./decisions.module.css";
import { decisionsText } from "./decisions-text.ts";
import { reasonOf } from "./reason-text.ts";

/** Rows on the screen: more than a person reads while the feed stands still. */
const SHOWN_ROWS = 120;
const filters = Object.keys(decisionsText.filters) as DecisionFilter[];

const Row = memo(function Row({ row }: { readonly row: DecisionRow }) {
  const slot = parseSlotName(row.slot);
  const reason = reasonOf(row.code);
  return (
    <tr className={table.row} data-kind={reason.kind} title={reason.sentence}>
      <td className={classNames(table.number, styles.time)} data-number title={formatLocalDateTime(row.atUs)}>
        {formatUtcTime(row.atUs, true)}
      </td>
      <td>{slot === null ? row.slot : <SideMark side={slot.side} level={slot.level} />}</td>
      <td className={styles.code}>
        <span className={styles.codeWord}>{row.code}</span>
        <span className={styles.label}>{reason.label}</span>
        {row.count > 1 && <span className={styles.count}> ×{row.count}</span>}
      </td>
      <td className={styles.text} title={row.text}>
        {row.text}
      </td>
    </tr>
  );
});

function FilterButtons({ filter, onFilter }: { filter: DecisionFilter; onFilter: (filter: DecisionFilter) => void }) {
  return (
    <span className={styles.filters} role="group" aria-label={decisionsText.title}>
      {filters.map((name) => (
        <Button key={name} look="quiet" aria-pressed={filter === name} onClick={() => onFilter(name)}>
          {decisionsText.filters[name]}
        </Button>
      ))}
    </span>
  );
}

/** What the quoter decided, newest first. It stands still while the pointer is over it or it is scrolled down. */
export function DecisionFeed({ tabs }: { readonly tabs: ReactNode }) {
  const rows = useFeed((state) => state.decisions);
  const [filter, setFilter] = useState<DecisionFilter>("all");
  const [isHovered, setHovered] = useState(false);
  const [isScrolled, setScrolled] = useState(false);
  const held = useRef<readonly DecisionRow[]>(rows);
  const isHeld = isHovered || isScrolled;
  if (!isHeld) held.current = rows;
  const heldId = held.current.at(-1)?.id ?? -1;
  const newer = isHeld ? rows.filter((row) => row.id > heldId).length : 0;
  const shown = filterDecisions(held.current, filter, SHOWN_ROWS);
  return (
    <Panel
      title={decisionsText.title}
      heading={tabs}
      className={styles.panel}
      note={<FilterButtons filter={filter} onFilter={setFilter} />}
      testId="decisions"
    >
      {isHeld && (
        <div className={styles.held} data-testid="feed-held">
          {decisionsText.held}
          {newer > 0 && ` · ${newer} ${decisionsText.newer}`}
        </div>
      )}
      <div
        className={table.scroll}
        tabIndex={0}
        role="region"
        aria-label={decisionsText.title}
        data-held={isHeld}
        onMouseEnter={() => setHovered(true)}
        onMouseLeave={() => setHovered(false)}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop > 4)}
      >
        {shown.length === 0 && <Empty>{filter === "all" ? decisionsText.empty : decisionsText.noneOfKind}</Empty>}
        <table className={classNames(table.table, styles.table)}>
          <tbody>
            {shown.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
