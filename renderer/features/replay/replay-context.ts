import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { ReplayControls, ReplayState } from "./replay-store.ts";

export const ReplayContext = createContext<ReplayControls | null>(null);

/** Throws outside a replay: a wiring mistake. */
export function useReplayControls(): ReplayControls {
  const controls = useContext(ReplayContext);
  if (controls === null) throw new Error("a replay component was rendered outside ReplayContext");
  return controls;
}

export function useReplay<T>(select: (state: ReplayState) => T): T {
  return useStore(useReplayControls().store, select);
}
