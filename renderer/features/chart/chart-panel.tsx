import { useEffect, useRef } from "react";
import { useFeed, useScreen, useServices } from "../../lib/console-context.ts";
import { selectPriceDecimals, selectSizeDecimals } from "../../lib/precision.ts";
import type { FeedState } from "../../lib/feed-store.ts";
import { Panel } from "../../ui/panel.tsx";
import { chartText } from "./chart-text.ts";
import styles from "./chart.module.css";
import { MarketChart } from "./market-chart.ts";

function Legend() {
  return (
    <span className={styles.legend}>
      <i data-line="mid" /> {chartText.legend.mid}
      <i data-line="bid" /> {chartText.legend.bid}
      <i data-line="ask" /> {chartText.legend.ask}
      <span className={styles.note}>{chartText.note}</span>
    </span>
  );
}

/** Keeps a chart in the element and feeds it straight from the store, past React. */
function ChartCanvas() {
  const { feed } = useServices();
  const theme = useScreen((state) => state.theme);
  const priceDecimals = useFeed(selectPriceDecimals);
  const sizeDecimals = useFeed(selectSizeDecimals);
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<MarketChart | null>(null);

  useEffect(() => {
    if (element.current === null) return undefined;
    const made = new MarketChart(element.current);
    chart.current = made;
    const show = (state: FeedState, before: FeedState | null): void => {
      if (before === null || state.chart !== before.chart) made.setPoints(state.chart, state.chartEpoch);
      if (before === null || state.fills !== before.fills) made.setFills(state.fills);
    };
    show(feed.store.getState(), null);
    const stop = feed.store.subscribe(show);
    return () => {
      stop();
      chart.current = null;
      made.close();
    };
  }, [feed]);
  useEffect(() => chart.current?.recolour(), [theme]);
  useEffect(() => chart.current?.setPrecision(priceDecimals, sizeDecimals), [priceDecimals, sizeDecimals]);

  return <div ref={element} className={styles.canvas} role="img" aria-label={chartText.description} data-number />;
}

export function ChartPanel() {
  const isEmpty = useFeed((state) => state.chart.length === 0);
  return (
    <Panel title={chartText.title} note={<Legend />} testId="chart">
      <div className={styles.body}>
        <ChartCanvas />
        {isEmpty && <p className={styles.empty}>{chartText.empty}</p>}
      </div>
    </Panel>
  );
}
