import { useCommands, useFeed, useServices } from "../../lib/console-context.ts";
import { formatDecimal, formatShare } from "../../lib/format.ts";
import { selectSizeDecimals } from "../../lib/precision.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { resumeText } from "./command-text.ts";
import styles from "./commands.module.css";
import { OutcomeLine } from "./outcome-line.tsx";

/** What resuming means, in numbers. */
function Facts() {
  const status = useFeed((state) => state.status);
  const result = useFeed((state) => state.result);
  const slots = useFeed((state) => state.slots?.slots ?? []);
  const sizeDecimals = useFeed(selectSizeDecimals);
  const count = (side: "buy" | "sell"): number => slots.filter((slot) => slot.side === side).length;
  return (
    <dl className={styles.facts}>
      <dt>market</dt>
      <dd>{status?.market}</dd>
      <dt>profile</dt>
      <dd>
        {status?.profile} r{status?.profileRevision}
      </dd>
      <dt>will be quoted</dt>
      <dd>
        {count("buy")} bids, {count("sell")} asks
      </dd>
      {result !== null && (
        <>
          <dt>position</dt>
          <dd>
            {formatDecimal(result.position, { decimals: sizeDecimals, isSigned: true })} (
            {formatShare(result.inventoryNorm, { decimals: 0, isSigned: true })} of the limit)
          </dd>
          <dt>largest position</dt>
          <dd>{formatDecimal(result.maxPosition, { decimals: sizeDecimals })}</dd>
        </>
      )}
    </dl>
  );
}

/** Asks before quoting starts again. The revision that is shown is the one that is sent. */
export function ResumeDialog() {
  const { commands, screen } = useServices();
  const status = useFeed((state) => state.status);
  const outcome = useCommands((state) => state.outcomes.resume);
  const isKilled = status?.tradingState === "KILLED";
  const close = (): void => screen.setState({ dialog: null });
  const confirm = async (): Promise<void> => {
    const answer = await commands.resume(status?.profileRevision ?? 0);
    if (answer?.phase === "done") close();
  };
  const lead = isKilled
    ? resumeText.killed
    : status?.tradingState === "REDUCING"
      ? resumeText.asReducing
      : status?.haltReasons.includes("reduce-only") === true
        ? resumeText.asPausedReducing
        : resumeText.asPaused;
  return (
    <Dialog title={resumeText.title} onClose={close}>
      <p className={styles.lead}>
        {lead}
        {status !== null &&
          status.haltReasons.length > 0 &&
          ` ${resumeText.because} ${status.haltReasons.join(" · ")}.`}
      </p>
      {!isKilled && <Facts />}
      {outcome !== undefined && outcome.phase !== "done" && (
        <span className={styles.answer}>
          <OutcomeLine kind="resume" outcome={outcome} />
        </span>
      )}
      <div className={styles.buttons}>
        <Button autoFocus onClick={close}>
          {resumeText.cancel}
        </Button>
        <Button look="primary" disabled={isKilled || outcome?.phase === "pending"} onClick={() => void confirm()}>
          {resumeText.confirm}
        </Button>
      </div>
    </Dialog>
  );
}
