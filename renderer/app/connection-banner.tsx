import { useEffect, useState } from "react";
import { useFeed, useScreen } from "../lib/console-context.ts";
import styles from "./connection-banner.module.css";
import { bannerText } from "./status-text.ts";

/** After this long without a connection the page's link itself may be the reason. */
const LINK_HINT_AFTER_MS = 9000;

function useIsOver(ms: number, isRunning: boolean): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    setOver(false);
    if (!isRunning) return undefined;
    const timer = setTimeout(() => setOver(true), ms);
    return () => clearTimeout(timer);
  }, [ms, isRunning]);
  return isOver;
}

/** Says in words that what is on the screen is not live. */
export function ConnectionBanner() {
  const connection = useFeed((state) => state.connection);
  const isFresh = useFeed((state) => state.isFresh);
  const hasStatus = useFeed((state) => state.status !== null);
  const isWeb = useScreen((state) => state.hello.value?.face !== "electron");
  const needsHint = useIsOver(LINK_HINT_AFTER_MS, connection !== "connected") && isWeb;
  if (connection === "connected" && (isFresh || !hasStatus)) return null;
  const [head, more] =
    connection === "connected"
      ? [bannerText.stale, bannerText.staleMore]
      : connection === "lost"
        ? [bannerText.lost, bannerText.lostMore]
        : [bannerText.connecting, ""];
  return (
    <div className={styles.banner} role="alert" data-kind={connection} data-testid="connection-banner">
      <strong>{head}</strong> {more} {needsHint && <span>{bannerText.usedLink}</span>}
    </div>
  );
}
