import { createRoot } from "react-dom/client";
import type { Bridge } from "../../preload/bridge.ts";
import { createOperatorActions } from "../features/commands/operator-actions.ts";
import { browserCommandSurroundings, createCommandCenter } from "../lib/command-center.ts";
import { ConsoleContext, type ConsoleServices } from "../lib/console-context.ts";
import { browserSurroundings, openFeed } from "../lib/feed-store.ts";
import { ask } from "../lib/hello.ts";
import { refreshPastSessions } from "../lib/past-sessions.ts";
import { createScreenStore } from "../lib/screen-store.ts";
import { applyTheme, readTheme } from "../lib/theme.ts";
import "../ui/base.css";
import { Console } from "./console.tsx";
import { bindHotkeys } from "./hotkeys.ts";

const FRESHNESS_CHECK_MS = 500;

async function askForChoices({ bridge, screen }: ConsoleServices): Promise<void> {
  const known = screen.getState().hello.value;
  const [hello] = await Promise.all([ask(() => bridge.console.hello({}), known), refreshPastSessions(bridge, screen)]);
  screen.setState({ hello });
}

/** Asks what there is whenever the bridge comes up and whenever a session has begun or ended. */
function keepChoicesCurrent(services: ConsoleServices): void {
  const { store } = services.feed;
  const keyOf = ({ connection, status }: ReturnType<typeof store.getState>): string =>
    `${connection} ${status?.sessionId ?? ""} ${status?.lastEnd?.sessionId ?? ""}`;
  let lastKey = "";
  const look = (): void => {
    const state = store.getState();
    const key = keyOf(state);
    if (state.connection !== "connected" || key === lastKey) return;
    lastKey = key;
    void askForChoices(services);
  };
  store.subscribe(look);
  look();
}

/** Builds the console into the element and connects it to the bridge. Call it once a page. */
export function mountConsole(element: HTMLElement, bridge: Bridge): void {
  const theme = readTheme();
  applyTheme(theme);
  const services: ConsoleServices = {
    bridge,
    feed: openFeed(bridge, browserSurroundings),
    commands: createCommandCenter(bridge, browserCommandSurroundings),
    screen: createScreenStore(theme),
  };
  const actions = createOperatorActions(services);
  bindHotkeys(actions, () => services.screen.getState().view.kind === "replay");
  keepChoicesCurrent(services);
  setInterval(() => services.feed.checkFreshness(), FRESHNESS_CHECK_MS);
  createRoot(element).render(
    <ConsoleContext value={services}>
      <Console actions={actions} />
    </ConsoleContext>,
  );
}
