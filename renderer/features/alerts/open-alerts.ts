import type { StreamItem } from "../../../preload/bridge.ts";

export type AlertRow = StreamItem<"alerts">;

const weights: Readonly<Record<AlertRow["severity"], number>> = { critical: 2, warning: 1, info: 0 };

/** Alerts that nobody has acknowledged: the gravest first, among equals the oldest. */
export function openAlerts(alerts: readonly AlertRow[]): readonly AlertRow[] {
  return alerts
    .filter((alert) => !alert.isAcknowledged)
    .toSorted((first, second) => weights[second.severity] - weights[first.severity] || first.id - second.id);
}
