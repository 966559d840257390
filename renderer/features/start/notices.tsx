import { useFeed, useScreen, useServices } from "../../lib/console-context.ts";
import { formatLocalDateTime, formatUtcDateTime } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { startText } from "./start-text.ts";
import styles from "./start.module.css";

function KillLatchNotice() {
  const { screen } = useServices();
  const latch = useFeed((state) => state.status?.killLatch ?? null);
  if (latch === null) return null;
  return (
    <div className={styles.notice} data-tone="bad" role="alert" data-testid="kill-latch">
      <strong className={styles.loud}>{startText.latched}</strong>
      <span className={styles.noticeWords}>
        <b>{latch.reason}</b>,{" "}
        <span title={formatLocalDateTime(latch.setAtUs)}>{formatUtcDateTime(latch.setAtUs)} UTC</span>.{" "}
        {startText.latchedMore}
      </span>
      <Button look="danger" onClick={() => screen.setState({ dialog: "clear-latch" })}>
        {startText.clear}
      </Button>
    </div>
  );
}

function CrashNotices() {
  const crashed = useScreen((state) => state.hello.value?.crashedSessions);
  const recoveries = useScreen((state) => state.hello.value?.recoveries);
  return crashed?.map((sessionId) => (
    <div key={sessionId} className={styles.notice} data-tone="warn" role="alert" data-testid="crash-notice">
      <span className={styles.noticeWords}>
        <b>
          Session {sessionId} {startText.crashed}.
        </b>{" "}
        {startText.crashedMore}
        {recoveries
          ?.filter((recovery) => recovery.sessionId === sessionId)
          .flatMap(({ differences }) => differences)
          .map((difference) => ` ${startText.crashDiffers} ${difference}.`)}
      </span>
    </div>
  ));
}

function LastEndNotice() {
  const end = useFeed((state) => state.status?.lastEnd ?? null);
  const isLatched = useFeed((state) => state.status?.killLatch != null);
  // the latch says it already, and louder
  if (end === null || (isLatched && end.endedHow === "killed")) return null;
  const tone = end.endedHow === "ended" ? "plain" : end.endedHow === "crashed" ? "warn" : "bad";
  return (
    <div className={styles.notice} data-tone={tone} data-testid="last-end">
      <span className={styles.noticeWords}>
        {startText.lastEnd} <b>{end.sessionId}</b> {end.endedHow}: {end.message}
      </span>
    </div>
  );
}

/** What must be known before a session is started. */
export function Notices() {
  return (
    <div className={styles.notices}>
      <KillLatchNotice />
      <CrashNotices />
      <LastEndNotice />
    </div>
  );
}
