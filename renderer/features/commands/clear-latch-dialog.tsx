import { type FormEvent, useState } from "react";
import { useCommands, useFeed, useServices } from "../../lib/console-context.ts";
import { formatUtcDateTime } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { latchText } from "./command-text.ts";
import styles from "./commands.module.css";
import { OutcomeLine } from "./outcome-line.tsx";

const SHORTEST_REASON = 3;

/** Asks for a typed reason before a kill is forgotten. */
export function ClearLatchDialog() {
  const { commands, screen } = useServices();
  const latch = useFeed((state) => state.status?.killLatch ?? null);
  const outcome = useCommands((state) => state.outcomes["clear-latch"]);
  const [reason, setReason] = useState("");
  const mayClear = reason.trim().length >= SHORTEST_REASON && outcome?.phase !== "pending";
  const close = (): void => screen.setState({ dialog: null });
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!mayClear) return;
    const answer = await commands.clearLatch(reason.trim());
    if (answer?.phase === "done") close();
  };
  return (
    <Dialog title={latchText.title} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        {latch !== null && (
          <p className={styles.lead}>
            {latchText.set} {formatUtcDateTime(latch.setAtUs)} UTC: <strong>{latch.reason}</strong>
          </p>
        )}
        <p className={styles.lead}>{latchText.consequence}</p>
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
            <OutcomeLine kind="clear-latch" outcome={outcome} />
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
