import { useCallback, useRef, type WheelEvent } from "react";
import { useFeed, useServices } from "../../lib/console-context.ts";
import { formatDecimal, formatNumber } from "../../lib/format.ts";
import { selectPriceDecimals } from "../../lib/precision.ts";
import type { SlotKey } from "../../lib/screen-store.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import { groupHeld, type HeldSlot, heldSlots } from "./held-slots.ts";
import { LadderRowView } from "./ladder-row-view.tsx";
import { ladderText } from "./ladder-text.ts";
import { barScale, type Ladder, rowTicksOfPrice, shownRows } from "./ladder-window.ts";
import styles from "./ladder.module.css";
import { useLadderWindow, useRowCount } from "./use-ladder-window.ts";

function Quotation({ ladder, priceDecimals }: { readonly ladder: Ladder; readonly priceDecimals: number }) {
  const trade = ladder.lastTrade;
  return (
    <div className={styles.quotation}>
      <span>
        {ladderText.spread} <b data-number>{formatNumber(ladder.spreadBps, { decimals: 2 })} bps</b>
      </span>
      {trade !== null && (
        <span>
          {ladderText.last} <b data-number>{formatDecimal(trade.price, { decimals: priceDecimals })}</b>{" "}
          <b data-number data-side={trade.aggressor} className={styles.aggressor}>
            {trade.aggressor === "buy" ? ladderText.bought : ladderText.sold}{" "}
            {formatDecimal(trade.size, { decimals: ladder.sizeDecimals })}
          </b>
        </span>
      )}
    </div>
  );
}

function ColumnHeads() {
  return (
    <div className={styles.heads} aria-hidden="true">
      <span>{ladderText.mine}</span>
      <span className={styles.right}>{ladderText.bid}</span>
      <span className={styles.right}>{ladderText.price}</span>
      <span className={styles.right}>{ladderText.ask}</span>
      <span title={`${ladderText.sold} | ${ladderText.bought}`}>{ladderText.traded}</span>
    </div>
  );
}

function HeldLines({ held }: { readonly held: readonly HeldSlot[] }) {
  const groups = groupHeld(held);
  if (groups.length === 0) return null;
  return (
    <ul className={styles.heldLines} data-testid="held-lines">
      {groups.map((group) => (
        <li key={group.reason} title={`${group.slots} ${ladderText.held}: ${group.reason}`}>
          <b data-side={group.side}>{group.slots}</b> {ladderText.held}: {group.reason}
        </li>
      ))}
    </ul>
  );
}

function LadderRows({ ladder, held }: { readonly ladder: Ladder | null; readonly held: readonly HeldSlot[] }) {
  const { screen } = useServices();
  const priceDecimals = useFeed(selectPriceDecimals);
  const element = useRef<HTMLDivElement>(null);
  const rowCount = useRowCount(element);
  const view = useLadderWindow(ladder, rowCount);
  const select = useCallback((slot: SlotKey) => screen.setState({ selectedSlot: slot }), [screen]);
  const rows = ladder === null || view.topTicks === null ? [] : shownRows(ladder, view.topTicks, rowCount);
  const depthScale = barScale(rows.flatMap((row) => [row.bidSize, row.askSize]));
  const tradedScale = Math.max(...rows.map((row) => Math.max(row.tradedBuy, row.tradedSell)), Number.MIN_VALUE);
  const heldByTicks = new Map(held.map((slot) => [ladder && rowTicksOfPrice(ladder, slot.wouldBe), slot]));
  const onWheel = (event: WheelEvent): void => view.scroll(Math.sign(event.deltaY));
  return (
    <div
      ref={element}
      className={styles.rows}
      onWheel={onWheel}
      data-flashing={view.isFlashing}
      data-scrolled={view.isScrolled}
      data-testid="ladder-rows"
    >
      {view.isScrolled && <div className={styles.scrolled}>{ladderText.scrolled}</div>}
      {ladder === null && <Empty>{ladderText.noBook}</Empty>}
      {rows.map((row) => (
        <LadderRowView
          key={row.ticks}
          row={row}
          held={heldByTicks.get(row.ticks) ?? null}
          depthScale={depthScale}
          tradedScale={tradedScale}
          priceDecimals={priceDecimals}
          sizeDecimals={ladder?.sizeDecimals ?? 0}
          onSelect={select}
        />
      ))}
    </div>
  );
}

/** The order book around the touch with the own orders in it, and the reasons of those that are not. */
export function LadderPanel() {
  const ladder = useFeed((state) => state.ladder);
  const slots = useFeed((state) => state.slots);
  const priceDecimals = useFeed(selectPriceDecimals);
  const held = heldSlots(slots?.slots ?? []);
  const isReplay = useFeed((state) => state.status?.mode === "replay");
  const ticks = ladder === null ? null : `×${ladder.groupTicks} ticks`;
  // In a replay Space plays
  const note = ticks === null || isReplay ? ticks : `${ticks} · ${ladderText.recentre}`;
  return (
    <Panel title={ladderText.title} note={note} className={styles.panel} testId="ladder">
      {ladder !== null && <Quotation ladder={ladder} priceDecimals={priceDecimals} />}
      <ColumnHeads />
      <LadderRows ladder={ladder} held={held} />
      <HeldLines held={held} />
    </Panel>
  );
}
