import { memo } from "react";
import { classNames } from "../../lib/class-names.ts";
import type { SlotKey } from "../../lib/screen-store.ts";
import { formatDecimal, formatNumber } from "../../lib/format.ts";
import type { HeldSlot } from "./held-slots.ts";
import { ladderText, orderStateMeanings, orderStateWords } from "./ladder-text.ts";
import type { OwnOrder, ShownRow } from "./ladder-window.ts";
import styles from "./ladder.module.css";

interface RowProps {
  readonly row: ShownRow;
  readonly held: HeldSlot | null;
  readonly depthScale: number;
  readonly tradedScale: number;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly onSelect: (slot: SlotKey) => void;
}

function share(size: number, scale: number): string {
  return `${Math.min(100, (size / scale) * 100).toFixed(1)}%`;
}

function OwnChip({ order, sizeDecimals, onSelect }: Pick<RowProps, "sizeDecimals" | "onSelect"> & { order: OwnOrder }) {
  const side = order.side === "buy" ? "BUY" : "SELL";
  const isTaking = order.level < 0;
  const size = formatDecimal(order.size, { decimals: sizeDecimals });
  const state = orderStateWords[order.status];
  const ahead =
    order.queueAhead === null ? "" : formatDecimal(order.queueAhead, { decimals: Math.min(2, sizeDecimals) });
  const meaning = orderStateMeanings[order.status];
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.own}
      data-side={order.side}
      data-status={order.status}
      data-number
      title={`${side} ${isTaking ? ladderText.take : order.level}: ${size}. ${meaning}${ahead === "" ? "" : `, about ${ahead} ahead in the queue`}.`}
      onClick={() => {
        if (!isTaking) onSelect({ side: order.side, level: order.level });
      }}
    >
      {order.status === "unresolved" ? state : side} {isTaking && `${ladderText.take} `}
      {size}
      {state !== "" && order.status !== "unresolved" && <span className={styles.ownState}> {state}</span>}
      {state === "" && ahead !== "" && (
        <span className={styles.ownAhead}>
          {" · "}
          <span className={styles.aheadWord}>{ladderText.ahead} </span>
          {ahead}
        </span>
      )}
    </button>
  );
}

function MineCell({ row, held, sizeDecimals, onSelect }: Pick<RowProps, "row" | "held" | "sizeDecimals" | "onSelect">) {
  // above the touch there are no bids: the words may run on into their column
  const isWide = row.bidSize <= 0;
  if (row.own.length > 0) {
    return (
      <div className={styles.mine} data-wide={isWide}>
        {row.own.map((order) => (
          <OwnChip key={order.orderId} order={order} sizeDecimals={sizeDecimals} onSelect={onSelect} />
        ))}
      </div>
    );
  }
  const mark = [row.isAverageEntry && ladderText.averageEntry, row.isBreakEven && ladderText.breakEven]
    .filter((word) => word !== false)
    .join(", ");
  if (mark !== "")
    return (
      <div className={classNames(styles.mine, styles.entryMark)} data-wide={isWide}>
        • {mark}
      </div>
    );
  if (held === null) return <div className={styles.mine} data-wide={isWide} />;
  const words = `${held.side.toUpperCase()} ${held.level} ${ladderText.held}: ${held.reason}`;
  return (
    <div className={classNames(styles.mine, styles.heldMark)} data-wide={isWide} data-side={held.side} title={words}>
      {words}
    </div>
  );
}

function sizeText(size: number, decimals: number): string {
  return size > 0 ? formatNumber(size, { decimals }) : "";
}

function LadderRow(props: RowProps) {
  const { row, depthScale, tradedScale, priceDecimals, sizeDecimals } = props;
  const touch = row.isBidTouch ? "bid" : row.isAskTouch ? "ask" : undefined;
  return (
    <div className={styles.row} data-touch={touch} data-mine={row.own.length > 0} data-testid="ladder-row">
      <MineCell {...props} />
      {row.bidSize > 0 && (
        <div className={styles.bid} data-number>
          <i className={styles.bidBar} style={{ width: share(row.bidSize, depthScale) }} />
          <span>{sizeText(row.bidSize, sizeDecimals)}</span>
        </div>
      )}
      <div
        className={styles.price}
        data-number
        data-last={row.isLastTrade}
        data-entry={row.isAverageEntry}
        data-break-even={row.isBreakEven}
      >
        {formatDecimal(row.price, { decimals: priceDecimals })}
      </div>
      <div className={styles.ask} data-number>
        {row.askSize > 0 && <i className={styles.askBar} style={{ width: share(row.askSize, depthScale) }} />}
        <span>{sizeText(row.askSize, sizeDecimals)}</span>
      </div>
      <div className={styles.traded} data-number title={tradedTitle(row, sizeDecimals)}>
        <i className={styles.soldBar} style={{ width: share(row.tradedSell, tradedScale * 2) }} />
        <i className={styles.boughtBar} style={{ width: share(row.tradedBuy, tradedScale * 2) }} />
      </div>
    </div>
  );
}

function tradedTitle(row: ShownRow, decimals: number): string | undefined {
  if (row.tradedBuy === 0 && row.tradedSell === 0) return undefined;
  return `${ladderText.bought} ${formatNumber(row.tradedBuy, { decimals })}, ${ladderText.sold} ${formatNumber(row.tradedSell, { decimals })}`;
}

function sameOwn(first: readonly OwnOrder[], second: readonly OwnOrder[]): boolean {
  return (
    first.length === second.length &&
    first.every((order, index) => {
      const other = second[index];
      return (
        other !== undefined &&
        order.orderId === other.orderId &&
        order.size === other.size &&
        order.status === other.status &&
        order.queueAhead === other.queueAhead
      );
    })
  );
}

function sameRow(first: ShownRow, second: ShownRow): boolean {
  const { own: firstOwn, ...firstRest } = first;
  const { own: secondOwn, ...secondRest } = second;
  const keys = Object.keys(firstRest) as (keyof typeof firstRest)[];
  return keys.every((key) => firstRest[key] === secondRest[key]) && sameOwn(firstOwn, secondOwn);
}

/** One price of the ladder; drawn anew only when what it shows has changed. */
export const LadderRowView = memo(LadderRow, (before, after) => {
  return (
    sameRow(before.row, after.row) &&
    before.held?.reason === after.held?.reason &&
    before.held?.level === after.held?.level &&
    before.depthScale === after.depthScale &&
    before.tradedScale === after.tradedScale &&
    before.priceDecimals === after.priceDecimals &&
    before.sizeDecimals === after.sizeDecimals
  );
});
