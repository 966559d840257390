import { useFeed, useScreen } from "../../lib/console-context.ts";
import { formatDecimal } from "../../lib/format.ts";
import { selectSizeDecimals } from "../../lib/precision.ts";
import { AlertPrompt } from "../alerts/alert-prompt.tsx";
import { flattenConsequence } from "../risk/risk-format.ts";
import { CommandButton } from "./command-button.tsx";
import { barText, commandWords } from "./command-text.ts";
import styles from "./commands.module.css";
import { flipTarget, type OperatorActions, pauseAct } from "./operator-actions.ts";

interface ActionsProps {
  readonly actions: OperatorActions;
}

function PauseButton({ actions }: ActionsProps) {
  const state = useFeed((feed) => feed.status?.tradingState ?? "HALTED");
  const kind = pauseAct(state);
  return (
    <CommandButton
      kind={kind}
      {...commandWords[kind]}
      look={kind === "resume" ? "resume" : "plain"}
      isDisabled={state === "KILLED"}
      onPress={actions.pauseOrResume}
    />
  );
}

function ReduceOnlyButton({ actions }: ActionsProps) {
  const state = useFeed((feed) => feed.status?.tradingState);
  const isReducing = state === "REDUCING";
  const words = commandWords["reduce-only"];
  return (
    <CommandButton
      kind="reduce-only"
      {...words}
      consequence={isReducing ? barText.resumeBoth : words.consequence}
      look={isReducing ? "resume" : "plain"}
      isDisabled={state === "KILLED"}
      onPress={actions.reduceOnly}
    />
  );
}

function FlipButton({ actions }: ActionsProps) {
  const profile = useFeed((feed) => feed.status?.profile ?? null);
  const isKilled = useFeed((feed) => feed.status?.tradingState === "KILLED");
  const profiles = useScreen((screen) => screen.hello.value?.profiles);
  const target = flipTarget(profile, profiles ?? []);
  return (
    <CommandButton
      kind="flip"
      {...commandWords.flip}
      consequence={target === null ? barText.noProfile : `${commandWords.flip.consequence} ${target}`}
      isDisabled={target === null || isKilled}
      onPress={actions.flip}
    />
  );
}

function FlattenButton({ actions }: ActionsProps) {
  const position = useFeed((feed) => feed.result?.position ?? null);
  const worstBps = useFeed((feed) => feed.risk?.flattenPlan.worstBps ?? null);
  const sizeDecimals = useFeed(selectSizeDecimals);
  const isKilled = useFeed((feed) => feed.status?.tradingState === "KILLED");
  const shown = position === null ? null : formatDecimal(position, { decimals: sizeDecimals, isSigned: true });
  return (
    <CommandButton
      kind="flatten"
      {...commandWords.flatten}
      consequence={flattenConsequence(shown, worstBps)}
      isDisabled={isKilled}
      onPress={actions.flatten}
    />
  );
}

function Commands({ actions }: ActionsProps) {
  const openOrders = useFeed((feed) => feed.status?.openOrders ?? 0);
  const cancelAll = commandWords["cancel-all"];
  return (
    <div className={styles.commands}>
      <PauseButton actions={actions} />
      <CommandButton
        kind="cancel-all"
        {...cancelAll}
        consequence={`${openOrders} ${cancelAll.consequence}`}
        onPress={actions.cancelAll}
      />
      <FlattenButton actions={actions} />
      <ReduceOnlyButton actions={actions} />
      <FlipButton actions={actions} />
      <CommandButton kind="stop" {...commandWords.stop} onPress={actions.stop} />
      <CommandButton kind="kill" {...commandWords.kill} look="kill" onPress={actions.kill} />
    </div>
  );
}

/** The bottom line: what the operator can do now, what it does, and which alert waits. */
export function CommandBar({ actions }: ActionsProps) {
  const isIdle = useFeed((feed) => (feed.status?.mode ?? "idle") === "idle");
  const isConnected = useFeed((feed) => feed.connection === "connected");
  return (
    <footer className={styles.bar} data-connected={isConnected} aria-label={barText.label}>
      {isIdle ? (
        <span className={styles.idle}>{isConnected ? barText.noSession : barText.notConnected}</span>
      ) : (
        <Commands actions={actions} />
      )}
      <AlertPrompt />
    </footer>
  );
}
