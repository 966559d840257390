import { useFeed } from "../lib/console-context.ts";
import styles from "./connection-banner.module.css";
import { stateMeanings } from "./status-text.ts";

/** Why nothing is quoted, in full: the strip has room for a few words only. */
export function HaltBanner() {
  const status = useFeed((state) => state.status);
  const latches = useFeed((state) => state.risk?.latches ?? null);
  const isStopped = status?.tradingState === "HALTED" || status?.tradingState === "KILLED";
  if (status === null || status.mode === "idle" || !isStopped) return null;
  // A latch says it in a line of its own, with the way out
  const isTold = (reason: string): boolean => latches?.some(({ latch }) => latch === reason) ?? false;
  const isHeldByLatches = status.haltReasons.length > 0 && status.haltReasons.every(isTold);
  if (isHeldByLatches) return null;
  return (
    <div className={styles.banner} role="alert" data-kind="halt" data-testid="halt-banner">
      <strong>{status.tradingState}</strong> {status.haltReasons.join(" · ")}
      {status.haltReasons.length > 0 && ". "}
      {stateMeanings[status.tradingState]}
    </div>
  );
}
