import { useCommands, useFeed, useServices } from "../../lib/console-context.ts";
import { formatLocalDateTime, formatUtcTime } from "../../lib/format.ts";
import { OutcomeLine } from "../commands/outcome-line.tsx";
import styles from "./alerts.module.css";
import { alertsText } from "./alerts-text.ts";
import { openAlerts } from "./open-alerts.ts";

/** The gravest open alert, until the operator acknowledges it. It never goes away by itself. */
export function AlertPrompt() {
  const { commands } = useServices();
  const alerts = useFeed((state) => state.alerts);
  const outcome = useCommands((state) => state.outcomes.acknowledge);
  const open = openAlerts(alerts);
  const [alert] = open;
  const more = open.length - 1;
  return (
    <div className={styles.prompt} role="alert" data-testid="alert-prompt" data-severity={alert?.severity}>
      {alert === undefined ? (
        <span className={styles.quiet}>{alertsText.quiet}</span>
      ) : (
        <>
          <div className={styles.words}>
            <strong className={styles.message} title={alert.message}>
              {alert.message}
              {alert.count > 1 && ` ×${alert.count}`}
            </strong>
            <span className={styles.meta} title={formatLocalDateTime(alert.atUs)}>
              {formatUtcTime(alert.atUs)} · {alertsText.severities[alert.severity]} · {alertsText.waiting}
              {more > 0 && ` · ${more} ${alertsText.more}`}
            </span>
            {outcome !== undefined && outcome.phase !== "done" && <OutcomeLine kind="acknowledge" outcome={outcome} />}
          </div>
          <button type="button" className={styles.acknowledge} onClick={() => void commands.acknowledge(alert.id)}>
            {alertsText.acknowledge}
            <kbd>{alertsText.key}</kbd>
          </button>
        </>
      )}
    </div>
  );
}
