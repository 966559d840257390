import type { StreamItem } from "../../../preload/bridge.ts";
import { formatDecimal, formatShare } from "../../lib/format.ts";
import styles from "./inventory.module.css";
import { inventoryText } from "./inventory-text.ts";

type Result = StreamItem<"result">;

/** Place of a share of the limit (-1 to 1) on the gauge, in per cent. */
function placeOf(share: number): number {
  return (Math.min(1, Math.max(-1, share)) + 1) * 50;
}

function Zone({ from, to, band }: { readonly from: number; readonly to: number; readonly band: string }) {
  return (
    <i
      className={styles.zone}
      data-band={band}
      style={{ left: `${placeOf(from)}%`, width: `${placeOf(to) - placeOf(from)}%` }}
    />
  );
}

function Tick({ at, word }: { readonly at: number; readonly word: string }) {
  return (
    <span className={styles.tick} style={{ left: `${placeOf(at)}%` }}>
      {word}
    </span>
  );
}

/** The position between its limits, with the bands in which quoting changes drawn behind it. */
export function InventoryGauge({ result, sizeDecimals }: { readonly result: Result; readonly sizeDecimals: number }) {
  const { warn, critical, hard } = result.bands;
  const share = result.inventoryNorm;
  const limit = formatDecimal(result.maxPosition, { decimals: Math.min(2, sizeDecimals) });
  const text = formatShare(share, { decimals: 0, isSigned: true });
  const [low, high] = share < 0 ? [share, 0] : [0, share];
  return (
    <div
      className={styles.gauge}
      role="meter"
      aria-label={inventoryText.title}
      aria-valuemin={-100}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={`${text} of the limit, ${result.band}`}
    >
      <div className={styles.track} data-number>
        <div
          className={styles.needle}
          data-band={result.band}
          data-number
          style={{ left: `${placeOf(share)}%` }}
          data-edge={share > 0.85 ? "right" : share < -0.85 ? "left" : undefined}
        >
          {text}
        </div>
        {([-1, 1] as const).map((direction) => (
          <span key={direction}>
            <Zone from={direction < 0 ? -critical : warn} to={direction < 0 ? -warn : critical} band="WARN" />
            <Zone from={direction < 0 ? -hard : critical} to={direction < 0 ? -critical : hard} band="CRITICAL" />
            <Zone from={direction < 0 ? -1 : hard} to={direction < 0 ? -hard : 1} band="HARD" />
          </span>
        ))}
        <i className={styles.zero} />
        <i
          className={styles.fill}
          data-side={share < 0 ? "sell" : "buy"}
          style={{ left: `${placeOf(low)}%`, width: `${placeOf(high) - placeOf(low)}%` }}
        />
        <i className={styles.marker} style={{ left: `${placeOf(share)}%` }} />
      </div>
      <div className={styles.scale} aria-hidden="true">
        <span className={styles.left}>−{limit}</span>
        <Tick at={-warn} word={inventoryText.warn} />
        <Tick at={0} word="0" />
        <Tick at={warn} word={inventoryText.warn} />
        <span className={styles.right}>{limit}</span>
      </div>
    </div>
  );
}
