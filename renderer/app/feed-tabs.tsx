import { useState } from "react";
import { AlertList } from "../features/alerts/alert-list.tsx";
import { alertsText } from "../features/alerts/alerts-text.ts";
import { DecisionFeed } from "../features/decisions/decision-feed.tsx";
import { decisionsText } from "../features/decisions/decisions-text.ts";
import { SignalsPanel } from "../features/market-signals/signals-panel.tsx";
import { signalsText } from "../features/market-signals/signals-text.ts";
import { actingCount } from "../features/risk/risk-format.ts";
import { RiskPanel } from "../features/risk/risk-panel.tsx";
import { riskText } from "../features/risk/risk-text.ts";
import { useFeed } from "../lib/console-context.ts";
import { Tabs } from "../ui/tabs.tsx";

/** Decisions, alerts, signals and risk share a place; how many alerts wait is seen from either. */
export function FeedTabs() {
  const [chosen, setChosen] = useState<"decisions" | "alerts" | "signals" | "risk">("decisions");
  const waiting = useFeed((state) => state.alerts.filter((alert) => !alert.isAcknowledged).length);
  const acting = useFeed((state) => actingCount(state.risk?.controls ?? []));
  const tabs = (
    <Tabs
      label="Feed"
      tabs={[
        { name: "decisions", title: decisionsText.title },
        { name: "alerts", title: alertsText.title, count: waiting },
        { name: "signals", title: signalsText.title },
        { name: "risk", title: riskText.title, count: acting },
      ]}
      chosen={chosen}
      onChoose={setChosen}
    />
  );
  if (chosen === "risk") return <RiskPanel tabs={tabs} />;
  if (chosen === "signals") return <SignalsPanel tabs={tabs} />;
  return chosen === "decisions" ? <DecisionFeed tabs={tabs} /> : <AlertList tabs={tabs} />;
}
