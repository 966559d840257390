import { type FormEvent, useState } from "react";
import { useCommands, useFeed, useScreen, useServices } from "../../lib/console-context.ts";
import { formatUtcDateTime } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import styles from "../commands/commands.module.css";
import { OutcomeLine } from "../commands/outcome-line.tsx";
import { formatReading } from "./risk-format.ts";
import { latchAfterwards, latchText, latchTitles, latchUnits, type RiskLatch } from "./risk-text.ts";
import { type SetLatch, setLatches } from "./set-latches.ts";

const SHORTEST_REASON = 3;

function Facts({ latch }: { readonly latch: SetLatch }) {
  const unit = latchUnits[latch.latch];
  return (
    <p className={styles.lead}>
      {latchText.set} {formatUtcDateTime(latch.setAtUs)} UTC: <strong>{latch.reason}</strong>
      {latch.reading !== null &&
        `, ${latchText.reading} ${formatReading(latch.reading, unit)}, ${latchText.bound} ${formatReading(latch.bound, unit)}`}
    </p>
  );
}

/** Asks for a typed reason before a latch of the risk stage is lifted. */
export function ClearRiskLatchDialog() {
  const latch = useScreen((state) => state.latchToClear);
  return latch === null ? null : <ClearDialog name={latch} />;
}

function ClearDialog({ name }: { readonly name: RiskLatch }) {
  const { commands, screen } = useServices();
  const status = useFeed((state) => state.status);
  const risk = useFeed((state) => state.risk);
  const outcome = useCommands((state) => state.outcomes["clear-risk-latch"]);
  const [reason, setReason] = useState("");
  const latch = setLatches({ status, risk }).find((one) => one.latch === name);
  const mayClear = latch !== undefined && reason.trim().length >= SHORTEST_REASON && outcome?.phase !== "pending";
  const close = (): void => screen.setState({ dialog: null, latchToClear: null });
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!mayClear) return;
    const answer = await commands.clearRiskLatch(name, reason.trim());
    if (answer?.phase === "done") close();
  };
  return (
    <Dialog title={`${latchText.title} "${latchTitles[name]}"?`} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        {latch === undefined ? <p className={styles.lead}>{latchText.gone}</p> : <Facts latch={latch} />}
        <p className={styles.lead}>
          {status?.mode === "idle" ? latchText.idle : latchText.runs} {latchAfterwards[name]} {latchText.kept}
        </p>
        <label className={styles.field}>
          {latchText.reason}
          <input
            value={reason}
            maxLength={200}
            autoFocus
            autoComplete="off"
            onChange={(event) => setReason(event.target.value)}
          />
          <span className={styles.hint}>{latchText.reasonHint}</span>
        </label>
        {outcome !== undefined && outcome.phase !== "done" && (
          <span className={styles.answer}>
            <OutcomeLine kind="clear-risk-latch" outcome={outcome} />
          </span>
        )}
        <div className={styles.buttons}>
          <Button onClick={close}>{latchText.cancel}</Button>
          <Button look="danger" type="submit" disabled={!mayClear}>
            {latchText.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
