import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Bridge } from "../../preload/bridge.ts";
import type { CommandCenter, CommandState } from "./command-center.ts";
import type { Feed, FeedState } from "./feed-store.ts";
import type { ScreenState, ScreenStore } from "./screen-store.ts";

/** What every screen may use: made once, before the first render, and never replaced. */
export interface ConsoleServices {
  readonly bridge: Bridge;
  readonly feed: Feed;
  readonly commands: CommandCenter;
  readonly screen: ScreenStore;
}

export const ConsoleContext = createContext<ConsoleServices | null>(null);

/** Throws outside the console's own tree: a wiring mistake. */
export function useServices(): ConsoleServices {
  const services = useContext(ConsoleContext);
  if (services === null) throw new Error("a console component was rendered outside ConsoleContext");
  return services;
}

export function useFeed<T>(select: (state: FeedState) => T): T {
  return useStore(useServices().feed.store, select);
}

export function useCommands<T>(select: (state: CommandState) => T): T {
  return useStore(useServices().commands.store, select);
}

export function useScreen<T>(select: (state: ScreenState) => T): T {
  return useStore(useServices().screen, select);
}
