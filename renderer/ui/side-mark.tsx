import styles from "./side-mark.module.css";

export type Side = "buy" | "sell";

/** "BUY 0" in the side's hue: the word carries it, the colour helps. "SELL take" closed or hedged. */
export function SideMark({ side, level }: { readonly side: Side; readonly level?: number }) {
  const word = side === "buy" ? "BUY" : "SELL";
  return (
    <span className={styles.mark} data-side={side}>
      {level === undefined ? word : `${word} ${level < 0 ? "take" : level}`}
    </span>
  );
}
