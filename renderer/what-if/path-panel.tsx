import { formatNumber, formatUtcTime } from "../lib/format.ts";
import { Empty } from "../ui/empty.tsx";
import { Panel } from "../ui/panel.tsx";
import { pathLines, type PathField } from "./path-lines.ts";
import type { WhatIfReport } from "./what-if-runner.ts";
import { whatIfText } from "./what-if-text.ts";
import styles from "./what-if.module.css";

const BOX = { width: 800, height: 90 };

interface PlotProps {
  readonly report: WhatIfReport;
  readonly name: string;
  readonly fields: readonly [PathField, PathField];
  readonly decimals: number;
}

function Plot({ report, name, fields, decimals }: PlotProps) {
  const { lowest, highest, zeroY, lines } = pathLines(report.path, fields, BOX);
  const [baseline, alternative] = lines;
  return (
    <figure className={styles.plot}>
      <figcaption>
        {name} <span className={styles.scale}>{formatNumber(highest, { decimals })}</span>
      </figcaption>
      <svg
        viewBox={`0 -2 ${BOX.width} ${BOX.height + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name} of both runs over time`}
      >
        <line className={styles.zero} x1="0" x2={BOX.width} y1={zeroY} y2={zeroY} />
        <polyline className={styles.baselineLine} points={baseline ?? ""} />
        <polyline className={styles.alternativeLine} points={alternative ?? ""} />
      </svg>
      <span className={styles.scale}>{formatNumber(lowest, { decimals })}</span>
    </figure>
  );
}

/** Position and result of both runs over the time of the market. */
export function PathPanel({ report }: { readonly report: WhatIfReport }) {
  const { path, baseline, alternative } = report;
  const legend = (
    <span className={styles.legend}>
      <i data-line="baseline" /> {baseline.name} <i data-line="alternative" /> {alternative.name}
    </span>
  );
  return (
    <Panel title={whatIfText.pathTitle} note={legend} className={styles.path} testId="what-if-path">
      {path.length < 2 ? (
        <Empty>{whatIfText.noFills}</Empty>
      ) : (
        <div className={styles.plots}>
          <Plot
            report={report}
            name={`position, ${report.baseCurrency}`}
            fields={["baselinePosition", "alternativePosition"]}
            decimals={3}
          />
          <Plot
            report={report}
            name={`net, ${report.quoteCurrency}`}
            fields={["baselineNet", "alternativeNet"]}
            decimals={2}
          />
          <div className={styles.times}>
            <span>{formatUtcTime(path[0]?.atUs ?? null)}</span>
            <span>{formatUtcTime(path.at(-1)?.atUs ?? null)} UTC</span>
          </div>
        </div>
      )}
    </Panel>
  );
}
