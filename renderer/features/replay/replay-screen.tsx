import { type ReactNode, useEffect, useMemo, useState } from "react";
import { ConsoleContext, type ConsoleServices, useFeed, useServices } from "../../lib/console-context.ts";
import { browserCommandSurroundings, createCommandCenter } from "../../lib/command-center.ts";
import { browserSurroundings, openFeed } from "../../lib/feed-store.ts";
import { neighbourSlot } from "../../lib/screen-store.ts";
import { Button } from "../../ui/button.tsx";
import { ReplayContext, useReplay } from "./replay-context.ts";
import { replayBridge } from "./replay-bridge.ts";
import { bindReplayKeys } from "./replay-keys.ts";
import { openReplay, type ReplayControls } from "./replay-store.ts";
import { replayText } from "./replay-text.ts";
import styles from "./replay.module.css";
import { TransportBar } from "./transport-bar.tsx";

interface Opened {
  readonly controls: ReplayControls;
  readonly services: ConsoleServices;
}

/** Opens the session while the screen stands, with services of its own: another feed, and commands that never leave. */
function useOpened(sessionId: string): Opened | null {
  const { bridge, screen } = useServices();
  const [opened, setOpened] = useState<Opened | null>(null);
  useEffect(() => {
    const reading = replayBridge(bridge);
    const feed = openFeed(reading, browserSurroundings, "shown-again");
    const commands = createCommandCenter(reading, browserCommandSurroundings);
    const controls = openReplay(bridge, sessionId);
    setOpened({ controls, services: { bridge: reading, feed, commands, screen } });
    return () => {
      controls.close();
      feed.close();
    };
  }, [bridge, screen, sessionId]);
  return opened;
}

function Equality() {
  const transport = useReplay((state) => state.transport);
  if (transport?.phase !== "ready") return null;
  const { isEqual } = transport;
  const words = isEqual === null ? replayText.unknown : isEqual ? replayText.equal : replayText.unequal;
  return (
    <span className={styles.equality} data-equal={isEqual ?? "unknown"} data-testid="replay-equality">
      {words}
    </span>
  );
}

/** Says in words and colour that this is not now. What else can be done with the session stands at its right. */
function ReplayBanner({ sessionId, leave }: { readonly sessionId: string; readonly leave: () => void }) {
  const { screen } = useServices();
  return (
    <div className={styles.banner} data-testid="replay-banner">
      <strong className={styles.bannerWord}>{replayText.banner}</strong>
      <span className={styles.bannerMore}>
        <b>{sessionId}</b> {replayText.bannerMore}
      </span>
      <Equality />
      <span className={styles.bannerActs}>
        <Button
          onClick={() => screen.setState({ view: { kind: "what-if", source: { kind: "session", sessionId } } })}
          data-testid="replay-what-if"
        >
          What if …
        </Button>
        <Button onClick={leave} title="Esc" data-testid="replay-close">
          {replayText.close}
        </Button>
      </span>
    </div>
  );
}

/** A session that runs meanwhile is not forgotten. Reads the services around the replay, not the replay's own. */
function RunningMeanwhile({ leave }: { readonly leave: () => void }) {
  const status = useFeed((state) => state.status);
  if (status === null || status.mode === "idle") return null;
  return (
    <div className={styles.meanwhile} role="status" data-testid="running-meanwhile">
      <strong>
        {status.mode.toUpperCase()} {status.tradingState}
      </strong>
      <span>
        {replayText.live} {status.market} {replayText.liveKill}
      </span>
      <Button onClick={leave}>{replayText.liveBack}</Button>
    </div>
  );
}

function Preparing() {
  const transport = useReplay((state) => state.transport);
  const said = useReplay((state) => state.said);
  const isFailed = transport?.phase === "failed" || said?.isRefusal === true;
  const share = Math.round((transport?.progress ?? 0) * 100);
  return (
    <main className={styles.preparing} data-testid="replay-preparing">
      {isFailed ? (
        <p role="alert">
          <strong>{replayText.failed}</strong> {transport?.problem ?? said?.words}
        </p>
      ) : (
        <>
          <p>{replayText.preparing}</p>
          <progress max={100} value={share} aria-label={replayText.preparing} />
          <p>
            {share} % · {replayText.preparingNote}
          </p>
        </>
      )}
    </main>
  );
}

interface ReplayScreenProps {
  readonly sessionId: string;
  readonly leave: () => void;
  /** The panels of a session; they read the replay's feed here. */
  readonly panels: ReactNode;
  readonly strip: ReactNode;
}

function Shown({ panels, strip }: Pick<ReplayScreenProps, "panels" | "strip">) {
  const isReady = useReplay((state) => state.transport?.phase === "ready");
  if (!isReady) return <Preparing />;
  return (
    <>
      {strip}
      {panels}
      <TransportBar />
    </>
  );
}

function Keys({ controls, services, leave }: Opened & { readonly leave: () => void }) {
  const acts = useMemo(
    () => ({
      controls,
      leave,
      showKeys: () => services.screen.setState({ dialog: "keys" }),
      selectSlot: (step: number) =>
        services.screen.setState(({ selectedSlot }) => ({
          selectedSlot: neighbourSlot(services.feed.store.getState().slots?.slots ?? [], selectedSlot, step),
        })),
    }),
    [controls, leave, services],
  );
  useEffect(() => bindReplayKeys(acts), [acts]);
  return null;
}

/** A past session on the whole window, in a frame that no running session has. */
export function ReplayScreen({ sessionId, leave, panels, strip }: ReplayScreenProps) {
  const opened = useOpened(sessionId);
  return (
    <div className={styles.replay} data-testid="replay" data-live="true">
      <RunningMeanwhile leave={leave} />
      {opened !== null && (
        <ReplayContext value={opened.controls}>
          <ConsoleContext value={opened.services}>
            <ReplayBanner sessionId={sessionId} leave={leave} />
            <Keys {...opened} leave={leave} />
            <Shown panels={panels} strip={strip} />
          </ConsoleContext>
        </ReplayContext>
      )}
    </div>
  );
}
