import { useFeed, useServices } from "../../lib/console-context.ts";
import { formatLocalDateTime, formatUtcDateTime } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { formatReading } from "./risk-format.ts";
import { latchText, latchUnits, latchWords } from "./risk-text.ts";
import { type SetLatch, setLatches } from "./set-latches.ts";
import styles from "./risk.module.css";

function Line({ latch, isIdle }: { readonly latch: SetLatch; readonly isIdle: boolean }) {
  const { screen } = useServices();
  const unit = latchUnits[latch.latch];
  const clear = (): void => screen.setState({ dialog: "clear-risk-latch", latchToClear: latch.latch });
  return (
    <div className={styles.latch} role="alert" data-testid="risk-latch" data-latch={latch.latch}>
      <strong className={styles.loud}>
        {latchText.latched} {latchWords[latch.latch]}
      </strong>
      <span className={styles.bannerWords}>
        <b>{latch.reason}</b>
        {latch.reading !== null && (
          <>
            , {latchText.reading} <b data-number>{formatReading(latch.reading, unit)}</b>, {latchText.bound}{" "}
            <b data-number>{formatReading(latch.bound, unit)}</b>
          </>
        )}
        , {latchText.set} <span title={formatLocalDateTime(latch.setAtUs)}>{formatUtcDateTime(latch.setAtUs)} UTC</span>
        {latch.isCarried && ` (${latchText.carried})`}. {isIdle ? latchText.holdsNext : latchText.holds}
      </span>
      <Button look="danger" onClick={clear}>
        {latchText.clear}
      </Button>
    </div>
  );
}

/** Every latch of the risk stage that is set, each with its reason and the way to clear it. */
export function LatchLines() {
  const status = useFeed((state) => state.status);
  const risk = useFeed((state) => state.risk);
  const isIdle = status?.mode === "idle";
  return setLatches({ status, risk }).map((latch) => <Line key={latch.latch} latch={latch} isIdle={isIdle} />);
}
