import { ChartPanel } from "../features/chart/chart-panel.tsx";
import { chartText } from "../features/chart/chart-text.ts";
import { FillsPanel } from "../features/fills/fills-panel.tsx";
import { fillsText } from "../features/fills/fills-text.ts";
import { InventoryPanel } from "../features/inventory/inventory-panel.tsx";
import { inventoryText } from "../features/inventory/inventory-text.ts";
import { LadderPanel } from "../features/ladder/ladder-panel.tsx";
import { ladderText } from "../features/ladder/ladder-text.ts";
import { ResultPanel } from "../features/result/result-panel.tsx";
import { resultText } from "../features/result/result-text.ts";
import { SlotsPanel } from "../features/slots/slots-panel.tsx";
import { slotsText, whyText } from "../features/slots/slots-text.ts";
import { WhyPanel } from "../features/slots/why-panel.tsx";
import { ToxicityPanel } from "../features/toxicity/toxicity-panel.tsx";
import { toxicityText } from "../features/toxicity/toxicity-text.ts";
import { PanelErrorBoundary } from "../ui/panel-error-boundary.tsx";
import { FeedTabs } from "./feed-tabs.tsx";
import styles from "./workspace.module.css";

function Quotes() {
  return (
    <div className={styles.quotes}>
      <div className={styles.slots}>
        <PanelErrorBoundary title={slotsText.title}>
          <SlotsPanel />
        </PanelErrorBoundary>
        <PanelErrorBoundary title="Feed">
          <FeedTabs />
        </PanelErrorBoundary>
      </div>
      <PanelErrorBoundary title={whyText.title}>
        <WhyPanel />
      </PanelErrorBoundary>
    </div>
  );
}

/** The trading view: the market at the left, prices and quotes in the middle, what it amounts to at the right. A panel that fails takes no other with it. */
export function Workspace() {
  return (
    <main className={styles.workspace}>
      <div className={styles.left}>
        <PanelErrorBoundary title={ladderText.title}>
          <LadderPanel />
        </PanelErrorBoundary>
      </div>
      <div className={styles.middle}>
        <PanelErrorBoundary title={chartText.title}>
          <ChartPanel />
        </PanelErrorBoundary>
        <Quotes />
      </div>
      <div className={styles.right}>
        <PanelErrorBoundary title={inventoryText.title}>
          <InventoryPanel />
        </PanelErrorBoundary>
        <PanelErrorBoundary title={resultText.title}>
          <ResultPanel />
        </PanelErrorBoundary>
        <PanelErrorBoundary title={toxicityText.title}>
          <ToxicityPanel />
        </PanelErrorBoundary>
        <PanelErrorBoundary title={fillsText.title}>
          <FillsPanel />
        </PanelErrorBoundary>
      </div>
    </main>
  );
}
