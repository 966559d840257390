/** What each key and button does in the present state. One call is one press. */
import type { StreamItem } from "../../../preload/bridge.ts";
import type { ConsoleServices } from "../../lib/console-context.ts";
import type { ProfileChoice } from "../../lib/hello.ts";
import { neighbourSlot } from "../../lib/screen-store.ts";
import { openAlerts } from "../alerts/open-alerts.ts";

type Status = StreamItem<"status">;
export type PauseAct = "pause" | "resume";

/** P pauses whatever quotes, and asks to resume what does not. */
export function pauseAct(state: Status["tradingState"]): PauseAct {
  return state === "ACTIVE" || state === "REDUCING" ? "pause" : "resume";
}

/** The shipped profile that a flip goes to: the other kind than the one that runs; null when there is none. */
export function flipTarget(profile: string | null, profiles: readonly ProfileChoice[]): string | null {
  const running = profiles.find((choice) => choice.name === profile)?.marketProfile ?? profile;
  const wanted = running === "legacy" ? "crypto" : "legacy";
  const usable = profiles.filter((choice) => choice.marketProfile === wanted && choice.problem === null);
  return (usable.find((choice) => choice.isShipped) ?? usable[0])?.name ?? null;
}

export interface OperatorActions {
  pauseOrResume(): void;
  cancelAll(): void;
  flatten(): void;
  reduceOnly(): void;
  flip(): void;
  stop(): void;
  kill(): void;
  acknowledge(): void;
  recentre(): void;
  selectSlot(step: number): void;
  showKeys(): void;
}

/** Without a session there is nothing to command; all else the other side judges, and says why it refuses. */
export function createOperatorActions({ feed, commands, screen }: ConsoleServices): OperatorActions {
  const status = (): Status | null => feed.store.getState().status;
  const isRunning = (): boolean => (status()?.mode ?? "idle") !== "idle";
  return {
    pauseOrResume() {
      const now = status();
      if (now === null || now.mode === "idle") return;
      if (pauseAct(now.tradingState) === "pause") void commands.pause();
      else screen.setState({ dialog: "resume" });
    },
    cancelAll() {
      if (isRunning()) void commands.cancelAll();
    },
    flatten() {
      if (isRunning() && status()?.tradingState !== "KILLED") screen.setState({ dialog: "flatten" });
    },
    reduceOnly() {
      if (!isRunning()) return;
      if (status()?.tradingState === "REDUCING") screen.setState({ dialog: "resume" });
      else void commands.reduceOnly();
    },
    flip() {
      const now = status();
      const target = flipTarget(now?.profile ?? null, screen.getState().hello.value?.profiles ?? []);
      if (now !== null && now.mode !== "idle" && target !== null) void commands.flip(target, now.profileRevision);
    },
    stop() {
      if (isRunning()) void commands.stop();
    },
    kill() {
      // a kill is sent even when this screen does not know yet whether anything runs
      if (status()?.mode !== "idle") void commands.kill();
    },
    acknowledge() {
      const [alert] = openAlerts(feed.store.getState().alerts);
      if (alert !== undefined) void commands.acknowledge(alert.id);
    },
    recentre() {
      screen.setState((state) => ({ recentreCount: state.recentreCount + 1 }));
    },
    selectSlot(step) {
      const slots = feed.store.getState().slots?.slots ?? [];
      screen.setState((state) => ({ selectedSlot: neighbourSlot(slots, state.selectedSlot, step) }));
    },
    showKeys() {
      screen.setState({ dialog: "keys" });
    },
  };
}
