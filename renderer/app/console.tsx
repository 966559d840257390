import { useCallback } from "react";
import type { OperatorActions } from "../features/commands/operator-actions.ts";
import { ClearLatchDialog } from "../features/commands/clear-latch-dialog.tsx";
import { CommandBar } from "../features/commands/command-bar.tsx";
import { KeysDialog } from "../features/commands/keys-dialog.tsx";
import { ResumeDialog } from "../features/commands/resume-dialog.tsx";
import { ClearRiskLatchDialog } from "../features/risk/clear-risk-latch-dialog.tsx";
import { CloseOutBanner } from "../features/risk/close-out-banner.tsx";
import { FlattenDialog } from "../features/risk/flatten-dialog.tsx";
import { LatchLines } from "../features/risk/latch-lines.tsx";
import { ReviewScreen } from "../features/review/review-screen.tsx";
import { ReplayScreen } from "../features/replay/replay-screen.tsx";
import { replayKeysText } from "../features/replay/replay-text.ts";
import { StartScreen } from "../features/start/start-screen.tsx";
import { useFeed, useScreen, useServices } from "../lib/console-context.ts";
import { PanelErrorBoundary } from "../ui/panel-error-boundary.tsx";
import { WhatIfScreen } from "../what-if/what-if-screen.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import styles from "./console.module.css";
import { HaltBanner } from "./halt-banner.tsx";
import { StatusStrip } from "./status-strip.tsx";
import { Workspace } from "./workspace.tsx";

function OpenDialog() {
  const dialog = useScreen((state) => state.dialog);
  switch (dialog) {
    case "resume":
      return <ResumeDialog />;
    case "clear-latch":
      return <ClearLatchDialog />;
    case "clear-risk-latch":
      return <ClearRiskLatchDialog />;
    case "flatten":
      return <FlattenDialog />;
    case "keys":
      return <KeysDialog />;
    case null:
      return null;
  }
}

/** What the operator looks at: a screen about the past where one was opened, else the market or the choice of one. */
function Screen({ isRunning }: { readonly isRunning: boolean }) {
  const view = useScreen((state) => state.view);
  if (view.kind === "what-if") return <WhatIfScreen source={view.source} />;
  if (view.kind === "review") return <ReviewScreen of={view.of} />;
  return isRunning ? <Workspace /> : <StartScreen />;
}

/** The same panels on a past session. Commands have no place here, and the strip is the replay's own. */
function ReplayWindow({ sessionId }: { readonly sessionId: string }) {
  const { screen } = useServices();
  const leave = useCallback(() => screen.setState({ view: { kind: "console" } }), [screen]);
  const dialog = useScreen((state) => state.dialog);
  return (
    <div className={styles.console} data-testid="console">
      <ConnectionBanner />
      <PanelErrorBoundary title="The screen">
        <ReplayScreen sessionId={sessionId} leave={leave} strip={<StatusStrip />} panels={<Workspace />} />
      </PanelErrorBoundary>
      {dialog === "keys" && <KeysDialog text={replayKeysText} />}
    </div>
  );
}

/** The whole window. Numbers are live only while the bridge stands, news comes and a session runs. */
export function Console({ actions }: { readonly actions: OperatorActions }) {
  const isRunning = useFeed((state) => (state.status?.mode ?? "idle") !== "idle");
  const isLive = useFeed((state) => state.connection === "connected" && state.isFresh) && isRunning;
  const view = useScreen((state) => state.view);
  if (view.kind === "replay") return <ReplayWindow sessionId={view.sessionId} />;
  return (
    <div className={styles.console} data-live={isLive} data-testid="console">
      <StatusStrip />
      <ConnectionBanner />
      <HaltBanner />
      <LatchLines />
      <CloseOutBanner />
      <PanelErrorBoundary title="The screen">
        <Screen isRunning={isRunning} />
      </PanelErrorBoundary>
      <CommandBar actions={actions} />
      <OpenDialog />
    </div>
  );
}
