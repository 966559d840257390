import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useScreen, useServices } from "../lib/console-context.ts";
import { formatDuration, formatUtcDateTime } from "../lib/format.ts";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { Panel } from "../ui/panel.tsx";
import { PanelErrorBoundary } from "../ui/panel-error-boundary.tsx";
import { CertaintyPanel } from "./certainty-panel.tsx";
import { DisagreementsPanel } from "./disagreements-panel.tsx";
import { MatchedFillsPanel } from "./matched-fills-panel.tsx";
import { PartsPanel } from "./parts-panel.tsx";
import { PathPanel } from "./path-panel.tsx";
import { WhatIfForm } from "./what-if-form.tsx";
import {
  browserWhatIfSurroundings,
  createWhatIfRunner,
  type WhatIfInput,
  type WhatIfReport,
} from "./what-if-runner.ts";
import { whatIfText } from "./what-if-text.ts";
import styles from "./what-if.module.css";

interface ScreenProps {
  readonly source: WhatIfInput["source"];
}

/** Asks what another profile or another setting would have done in a past session or a recorded market, and shows both runs side by side. */
export function WhatIfScreen({ source }: ScreenProps) {
  const { bridge, screen } = useServices();
  const hello = useScreen((state) => state.hello.value);
  const sessions = useScreen((state) => state.pastSessions.sessions);
  const [runner] = useState(() => createWhatIfRunner(bridge, browserWhatIfSurroundings));
  const state = useStore(runner.store);
  // A run that nobody watches is of no use
  useEffect(() => () => void runner.cancel(), [runner]);
  const row = source.kind === "session" ? sessions?.find(({ sessionId }) => sessionId === source.sessionId) : undefined;
  const leave = (): void => screen.setState({ view: { kind: "console" } });
  return (
    <main className={styles.screen} data-testid="what-if">
      <header className={styles.head}>
        <Button onClick={leave}>{whatIfText.back}</Button>
        <h1 className={styles.title}>{whatIfText.title}</h1>
        <span className={styles.source}>
          {source.kind === "session" ? source.sessionId : source.tapeId}
          {state.phase === "done" && <Span report={state.report} />}
        </span>
      </header>
      <div className={styles.columns}>
        <div className={styles.left}>
          {hello !== null && (
            <WhatIfForm
              hello={hello}
              source={source}
              profile={row?.profile ?? null}
              state={state}
              onRun={(input) => void runner.start(input)}
              onCancel={() => void runner.cancel()}
            />
          )}
          {state.phase === "done" && <Notes report={state.report} />}
        </div>
        {state.phase === "done" ? <Report report={state.report} /> : <Nothing />}
      </div>
    </main>
  );
}

function Span({ report }: { readonly report: WhatIfReport }) {
  const lengthMs = (report.lastUs - report.firstUs) / 1000;
  return (
    <>
      {" "}
      · {report.market} · {formatUtcDateTime(report.firstUs)} UTC · {formatDuration(lengthMs)}
    </>
  );
}

function Nothing() {
  return (
    <Panel title={whatIfText.sureTitle}>
      <Empty>{whatIfText.idle}</Empty>
    </Panel>
  );
}

function Report({ report }: { readonly report: WhatIfReport }) {
  return (
    <div className={styles.report} data-testid="what-if-report">
      <PanelErrorBoundary title={whatIfText.sureTitle}>
        <CertaintyPanel report={report} />
      </PanelErrorBoundary>
      <PanelErrorBoundary title={whatIfText.partsTitle}>
        <PartsPanel report={report} />
      </PanelErrorBoundary>
      <PanelErrorBoundary title={whatIfText.pathTitle}>
        <PathPanel report={report} />
      </PanelErrorBoundary>
      <PanelErrorBoundary title={whatIfText.fillsTitle}>
        <MatchedFillsPanel report={report} />
      </PanelErrorBoundary>
      <PanelErrorBoundary title={whatIfText.decisionsTitle}>
        <DisagreementsPanel report={report} />
      </PanelErrorBoundary>
    </div>
  );
}

function Notes({ report }: { readonly report: WhatIfReport }) {
  return (
    <Panel title={whatIfText.notesTitle} className={styles.notesPanel}>
      <ul className={styles.notes}>
        {report.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      {report.settings.length > 0 && (
        <ul className={styles.settings}>
          {report.settings.map(({ variable, baseline, alternative }) => (
            <li key={variable}>
              <code>{variable}</code> {baseline} → {alternative}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
