/** Words of the alerts. */
export const alertsText = {
  title: "Alerts",
  acknowledge: "Acknowledge",
  key: "A",
  waiting: "not acknowledged",
  more: "more",
  quiet: "No open alerts",
  empty: "No alerts in this session.",
  severities: { info: "info", warning: "warning", critical: "critical" },
} as const;
