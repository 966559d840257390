import { useFeed } from "../../lib/console-context.ts";
import { formatDecimal, formatNumber, formatShare, scaledInteger } from "../../lib/format.ts";
import { selectPriceDecimals, selectSizeDecimals } from "../../lib/precision.ts";
import { Empty } from "../../ui/empty.tsx";
import { Figure, Figures } from "../../ui/figures.tsx";
import { Panel } from "../../ui/panel.tsx";
import { InventoryGauge } from "./inventory-gauge.tsx";
import { inventoryText } from "./inventory-text.ts";
import styles from "./inventory.module.css";

const bandTones = { NORMAL: undefined, WARN: "warn", CRITICAL: "bad", HARD: "bad" } as const;

/** Share of the limit that a position would be; for the eye only. */
function shareOf(position: string, limit: string, decimals: number): number | null {
  const size = scaledInteger(position, decimals);
  const bound = scaledInteger(limit, decimals);
  return size === null || bound === null || bound === 0n ? null : Number(size) / Number(bound);
}

function toneOfShare(share: number | null, bands: { readonly warn: number; readonly critical: number }) {
  const size = Math.abs(share ?? 0);
  if (size >= bands.critical) return "bad";
  return size >= bands.warn ? "warn" : undefined;
}

export function InventoryPanel() {
  const result = useFeed((state) => state.result);
  const sizeDecimals = useFeed(selectSizeDecimals);
  const priceDecimals = useFeed(selectPriceDecimals);
  if (result === null) {
    return (
      <Panel title={inventoryText.title} testId="inventory">
        <Empty>{inventoryText.empty}</Empty>
      </Panel>
    );
  }
  const size = { decimals: sizeDecimals, isSigned: true };
  const bids = shareOf(result.ifBidsFill, result.maxPosition, sizeDecimals);
  const asks = shareOf(result.ifAsksFill, result.maxPosition, sizeDecimals);
  const limit = formatDecimal(result.maxPosition, { decimals: sizeDecimals });
  return (
    <Panel
      title={inventoryText.title}
      note={
        <span className={styles.note} data-band={result.band}>
          {result.band !== "NORMAL" && <b>{result.band}</b>} {inventoryText.limit} <span data-number>{limit}</span>
        </span>
      }
      testId="inventory"
    >
      <InventoryGauge result={result} sizeDecimals={sizeDecimals} />
      <Figures>
        <Figure name={inventoryText.position} tone={bandTones[result.band]}>
          {formatDecimal(result.position, size)} ·{" "}
          {formatDecimal(result.positionNotional, { decimals: 0, isSigned: true })} {result.quoteCurrency}
        </Figure>
        <Figure name={inventoryText.entry}>{formatDecimal(result.averageEntry, { decimals: priceDecimals })}</Figure>
        <Figure name={inventoryText.skew}>
          {formatNumber(result.skewBps, { decimals: 2, isSigned: true })} {inventoryText.onBoth}
        </Figure>
        <Figure name={inventoryText.ifBids} tone={toneOfShare(bids, result.bands)}>
          {formatDecimal(result.ifBidsFill, size)} · {formatShare(bids, { decimals: 0, isSigned: true })}
        </Figure>
        <Figure name={inventoryText.ifAsks} tone={toneOfShare(asks, result.bands)}>
          {formatDecimal(result.ifAsksFill, size)} · {formatShare(asks, { decimals: 0, isSigned: true })}
        </Figure>
      </Figures>
    </Panel>
  );
}
