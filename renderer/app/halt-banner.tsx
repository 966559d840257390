import { useFeed } from "../lib/console-context.ts";
import styles from "./connection-banner.module.css";
import { stateMeanings } from "./status-text.ts";

/** Why nothing is quoted, in full: the strip has room for a few words only. */
export function HaltBanner() {
  const status = useFeed((state) => state.status);
  const isStopped = status?.tradingState === "HALTED" || status?.tradingState === "KILLED";
  if (status === null || status.mode === "idle" || !isStopped) return null;
  return (
    <div className={styles.banner} role="alert" data-kind="halt" data-testid="halt-banner">
      <strong>{status.tradingState}</strong> {status.haltReasons.join(" · ")}
      {status.haltReasons.length > 0 && ". "}
      {stateMeanings[status.tradingState]}
    </div>
  );
}
