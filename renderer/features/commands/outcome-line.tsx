import type { CommandKind, Outcome } from "../../lib/command-center.ts";
import { describeOutcome } from "./command-text.ts";
import styles from "./commands.module.css";

/** What came of a command, in words, where its button is. */
export function OutcomeLine({ kind, outcome }: { readonly kind: CommandKind; readonly outcome: Outcome }) {
  const words = describeOutcome(outcome);
  return (
    <span
      className={styles.outcome}
      data-phase={outcome.phase}
      data-testid={`outcome-${kind}`}
      title={words}
      role="status"
    >
      {words}
    </span>
  );
}
