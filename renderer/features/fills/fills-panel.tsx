import { memo } from "react";
import type { StreamItem } from "../../../preload/bridge.ts";
import { classNames } from "../../lib/class-names.ts";
import { useFeed } from "../../lib/console-context.ts";
import { formatDecimal, formatLocalDateTime, formatNumber, formatUtcTime } from "../../lib/format.ts";
import { selectPriceDecimals, selectSizeDecimals } from "../../lib/precision.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import { SideMark } from "../../ui/side-mark.tsx";
import table from "../../ui/table.module.css";
import styles from "./fills.module.css";
import { fillsText } from "./fills-text.ts";

type FillRow = StreamItem<"fills">;

const SHOWN_ROWS = 120;

interface RowProps {
  readonly fill: FillRow;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
}

const Row = memo(function Row({ fill, priceDecimals, sizeDecimals }: RowProps) {
  const durability = fill.isDurable ? fillsText.durable : fillsText.notDurable;
  return (
    <tr className={table.row} data-testid="fill" data-durable={fill.isDurable}>
      <td className={styles.time} data-number title={formatLocalDateTime(fill.atUs)}>
        <i
          className={styles.durable}
          data-durable={fill.isDurable}
          title={durability}
          role="img"
          aria-label={durability}
        />
        {formatUtcTime(fill.atUs)}
      </td>
      <td>
        <SideMark side={fill.side} level={fill.level} />
      </td>
      <td className={table.number} data-number>
        {formatDecimal(fill.size, { decimals: sizeDecimals })}
      </td>
      <td className={table.number} data-number>
        {formatDecimal(fill.price, { decimals: priceDecimals })}
      </td>
      <td className={classNames(table.number, styles.edge)} data-number title={`fee ${fill.fee} · ${fill.tradeId}`}>
        {formatNumber(fill.edgeBps, { decimals: 2, isSigned: true })}
      </td>
      <td className={styles.liquidity} data-liquidity={fill.liquidity}>
        {fillsText[fill.liquidity]}
      </td>
    </tr>
  );
});

/** Executions of own orders; the mark before the time tells whether the journal has it on disk. */
export function FillsPanel() {
  const fills = useFeed((state) => state.fills);
  const priceDecimals = useFeed(selectPriceDecimals);
  const sizeDecimals = useFeed(selectSizeDecimals);
  const shown = fills.slice(-SHOWN_ROWS).toReversed();
  return (
    <Panel title={fillsText.title} note={fillsText.note} className={styles.panel} testId="fills">
      {shown.length === 0 ? (
        <Empty>{fillsText.empty}</Empty>
      ) : (
        <div className={table.scroll} tabIndex={0} role="region" aria-label={fillsText.title}>
          <table className={classNames(table.table, styles.list)}>
            <thead>
              <tr>
                <th>{fillsText.time}</th>
                <th>{fillsText.side}</th>
                <th className={table.number}>{fillsText.size}</th>
                <th className={table.number}>{fillsText.price}</th>
                <th className={table.number} title={fillsText.edgeUnit}>
                  {fillsText.edge}
                </th>
                <th className={table.number}>{fillsText.liquidity}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((fill) => (
                <Row key={fill.id} fill={fill} priceDecimals={priceDecimals} sizeDecimals={sizeDecimals} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
