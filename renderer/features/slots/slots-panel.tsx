import { type KeyboardEvent, memo, useEffect, useRef } from "react";
import type { StreamItem } from "../../../preload/bridge.ts";
import { classNames } from "../../lib/class-names.ts";
import { useFeed, useScreen, useServices } from "../../lib/console-context.ts";
import { formatDecimal, formatDuration } from "../../lib/format.ts";
import { selectPriceDecimals, selectSizeDecimals } from "../../lib/precision.ts";
import { isSameSlot, neighbourSlot, shownSlot, type SlotKey } from "../../lib/screen-store.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import { SideMark } from "../../ui/side-mark.tsx";
import table from "../../ui/table.module.css";
import { describeDecision, describeReading, describeDetail, reasonOf } from "../decisions/reason-text.ts";
import styles from "./slots.module.css";
import { slotStateWords, slotsText } from "./slots-text.ts";

type SlotView = StreamItem<"slots">["slots"][number];

interface SlotRowProps {
  readonly slot: SlotView;
  readonly isSelected: boolean;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly onSelect: (slot: SlotKey) => void;
}

function DecisionCell({ slot }: { readonly slot: SlotView }) {
  const { code, detail, reading, bound } = slot;
  if (code === null) return <td className={styles.decision}>{slotsText.notYet}</td>;
  const more = [detail === null ? "" : describeDetail(detail), describeReading({ code, detail, reading, bound })];
  return (
    <td
      className={styles.decision}
      data-kind={reasonOf(code).kind}
      title={describeDecision({ code, detail, reading, bound })}
    >
      <span className={styles.code}>{code}</span>
      <span className={styles.label}>{reasonOf(code).label}</span>
      <span className={styles.detail}>{more.filter((part) => part !== "").join(" · ")}</span>
    </td>
  );
}

/** Ages move all the time; the table shows them to a tenth of a second and leaves the rest of the row alone. */
const SlotRow = memo(function SlotRow({ slot, isSelected, priceDecimals, sizeDecimals, onSelect }: SlotRowProps) {
  const state = slotStateWords[slot.status];
  return (
    <tr
      className={classNames(table.row, styles.row)}
      aria-selected={isSelected}
      data-status={slot.status}
      data-slot={`${slot.side}-${slot.level}`}
      onClick={() => onSelect({ side: slot.side, level: slot.level })}
    >
      <td>
        <SideMark side={slot.side} level={slot.level} />
      </td>
      <td className={table.number} data-number>
        {formatDecimal(slot.price, { decimals: priceDecimals })}
      </td>
      <td className={table.number} data-number>
        {slot.size === null ? "" : formatDecimal(slot.size, { decimals: sizeDecimals })}
      </td>
      <td className={table.number} data-number>
        {state === "" ? (
          slot.queueAhead !== null && formatDecimal(slot.queueAhead, { decimals: Math.min(2, sizeDecimals) })
        ) : (
          <span className={styles.state} data-status={slot.status}>
            {state}
          </span>
        )}
      </td>
      <td className={table.number} data-number>
        {slot.ageMs === null ? "" : formatDuration(slot.ageMs)}
      </td>
      <DecisionCell slot={slot} />
    </tr>
  );
});

function SlotTable({ slots }: { readonly slots: readonly SlotView[] }) {
  const { screen } = useServices();
  const selected = useScreen((state) => state.selectedSlot);
  const priceDecimals = useFeed(selectPriceDecimals);
  const sizeDecimals = useFeed(selectSizeDecimals);
  const body = useRef<HTMLTableSectionElement>(null);
  const shown = shownSlot(slots, selected);
  useEffect(() => {
    body.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [shown?.side, shown?.level]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    screen.setState({ selectedSlot: neighbourSlot(slots, selected, step) });
  };
  return (
    <div className={table.scroll} tabIndex={0} role="region" aria-label={slotsText.title} onKeyDown={onKeyDown}>
      <table className={table.table} role="grid">
        <thead>
          <tr>
            <th>{slotsText.slot}</th>
            <th className={table.number}>{slotsText.price}</th>
            <th className={table.number}>{slotsText.size}</th>
            <th className={table.number}>{slotsText.queueAhead}</th>
            <th className={table.number}>{slotsText.age}</th>
            <th className={styles.decisionHead}>{slotsText.decision}</th>
          </tr>
        </thead>
        <tbody ref={body}>
          {slots.map((slot) => (
            <SlotRow
              key={`${slot.side}-${slot.level}`}
              slot={slot}
              isSelected={isSameSlot(slot, shown)}
              priceDecimals={priceDecimals}
              sizeDecimals={sizeDecimals}
              onSelect={(key) => screen.setState({ selectedSlot: key })}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Every place for an own order, what stands there and which decision put it there. */
export function SlotsPanel() {
  const slots = useFeed((state) => state.slots?.slots);
  return (
    <Panel title={slotsText.title} note={slotsText.note} className={styles.panel} testId="slots">
      {slots === undefined || slots.length === 0 ? <Empty>{slotsText.empty}</Empty> : <SlotTable slots={slots} />}
    </Panel>
  );
}
