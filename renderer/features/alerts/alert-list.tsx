import type { ReactNode } from "react";
import { useFeed, useServices } from "../../lib/console-context.ts";
import { formatLocalDateTime, formatUtcTime } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import table from "../../ui/table.module.css";
import styles from "./alerts.module.css";
import { alertsText } from "./alerts-text.ts";

/** Every alert of the session, newest first, with those that wait for an acknowledgement marked. */
export function AlertList({ tabs }: { readonly tabs: ReactNode }) {
  const { commands } = useServices();
  const alerts = useFeed((state) => state.alerts);
  const waiting = alerts.filter((alert) => !alert.isAcknowledged).length;
  return (
    <Panel
      title={alertsText.title}
      heading={tabs}
      note={waiting > 0 ? `${waiting} ${alertsText.waiting}` : null}
      testId="alerts"
    >
      {alerts.length === 0 ? (
        <Empty>{alertsText.empty}</Empty>
      ) : (
        <ul className={table.scroll} tabIndex={0} aria-label={alertsText.title}>
          {alerts.toReversed().map((alert) => (
            <li key={alert.id} className={styles.item} data-severity={alert.severity} data-open={!alert.isAcknowledged}>
              <span className={styles.time} title={formatLocalDateTime(alert.atUs)}>
                {formatUtcTime(alert.atUs)}
              </span>
              <span className={styles.severity}>{alertsText.severities[alert.severity]}</span>
              <span className={styles.itemMessage} title={alert.message}>
                {alert.message}
                {alert.count > 1 && ` ×${alert.count}`}
              </span>
              {!alert.isAcknowledged && (
                <Button look="quiet" onClick={() => void commands.acknowledge(alert.id)}>
                  {alertsText.acknowledge}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
