import { ChartPanel } from "../features/chart/chart-panel.tsx";
import { FillsPanel } from "../features/fills/fills-panel.tsx";
import { InventoryPanel } from "../features/inventory/inventory-panel.tsx";
import { LadderPanel } from "../features/ladder/ladder-panel.tsx";
import { ResultPanel } from "../features/result/result-panel.tsx";
import { SlotsPanel } from "../features/slots/slots-panel.tsx";
import { WhyPanel } from "../features/slots/why-panel.tsx";
import { ToxicityPanel } from "../features/toxicity/toxicity-panel.tsx";
import { FeedTabs } from "./feed-tabs.tsx";
import styles from "./workspace.module.css";

/** The trading view: the market at the left, prices and quotes in the middle, what it amounts to at the right. */
export function Workspace() {
  return (
    <main className={styles.workspace}>
      <div className={styles.left}>
        <LadderPanel />
      </div>
      <div className={styles.middle}>
        <ChartPanel />
        <div className={styles.quotes}>
          <div className={styles.slots}>
            <SlotsPanel />
            <FeedTabs />
          </div>
          <WhyPanel />
        </div>
      </div>
      <div className={styles.right}>
        <InventoryPanel />
        <ResultPanel />
        <ToxicityPanel />
        <FillsPanel />
      </div>
    </main>
  );
}
