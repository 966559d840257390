import { useCommands, useServices } from "../../lib/console-context.ts";
import type { CommandKind } from "../../lib/command-center.ts";
import styles from "./commands.module.css";
import { OutcomeLine } from "./outcome-line.tsx";

interface CommandButtonProps {
  readonly kind: CommandKind;
  readonly title: string;
  readonly consequence: string;
  readonly shortcut: string;
  readonly isDisabled?: boolean;
  readonly look?: "plain" | "kill" | "resume";
  readonly onPress: () => void;
}

/** A command with its consequence, its key, and what came of it the last time. */
export function CommandButton(props: CommandButtonProps) {
  const { kind, title, consequence, shortcut, isDisabled = false, look = "plain", onPress } = props;
  const { commands } = useServices();
  const outcome = useCommands((state) => state.outcomes[kind]);
  const isRefused = outcome?.phase === "refused" || outcome?.phase === "unknown";
  return (
    <div className={styles.command} data-look={look} data-phase={outcome?.phase}>
      <button
        type="button"
        className={styles.button}
        disabled={isDisabled}
        onClick={onPress}
        data-testid={`command-${kind}`}
        aria-keyshortcuts={shortcut.replace(" ", "+").replace("Ctrl", "Control") || undefined}
      >
        <span className={styles.title}>{title}</span>
        {outcome === undefined && <span className={styles.consequence}>{consequence}</span>}
        {shortcut !== "" && <kbd className={styles.key}>{shortcut}</kbd>}
        {outcome !== undefined && !isRefused && <OutcomeLine kind={kind} outcome={outcome} />}
        {isRefused && <span className={styles.consequence}>{consequence}</span>}
      </button>
      {isRefused && (
        <div className={styles.refusal} role="alert">
          <OutcomeLine kind={kind} outcome={outcome} />
          <button type="button" className={styles.dismiss} onClick={() => commands.dismiss(kind)} aria-label="Dismiss">
            ×
          </button>
        </div>
      )}
    </div>
  );
}
