import { useState } from "react";
import { AlertList } from "../features/alerts/alert-list.tsx";
import { alertsText } from "../features/alerts/alerts-text.ts";
import { DecisionFeed } from "../features/decisions/decision-feed.tsx";
import { decisionsText } from "../features/decisions/decisions-text.ts";
import { useFeed } from "../lib/console-context.ts";
import { Tabs } from "../ui/tabs.tsx";

/** Decisions and alerts share a place; how many alerts wait is seen from either. */
export function FeedTabs() {
  const [chosen, setChosen] = useState<"decisions" | "alerts">("decisions");
  const waiting = useFeed((state) => state.alerts.filter((alert) => !alert.isAcknowledged).length);
  const tabs = (
    <Tabs
      label="Feed"
      tabs={[
        { name: "decisions", title: decisionsText.title },
        { name: "alerts", title: alertsText.title, count: waiting },
      ]}
      chosen={chosen}
      onChoose={setChosen}
    />
  );
  return chosen === "decisions" ? <DecisionFeed tabs={tabs} /> : <AlertList tabs={tabs} />;
}
