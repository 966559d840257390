/** Asks for the sessions of the data folder that fit what the operator has chosen, newest first. */
import type { Bridge } from "../../preload/bridge.ts";
import { ask } from "./hello.ts";
import type { ScreenStore } from "./screen-store.ts";
import {
  filterOf,
  type PastSessions,
  type SessionChoice,
  type SessionPage,
  type SessionRow,
} from "./session-choice.ts";

const PAGE_ROWS = 100;

/** Asks for the newest again; what was listed further down stays. */
export async function refreshPastSessions(bridge: Bridge, screen: ScreenStore): Promise<void> {
  await askForPage(bridge, screen, null);
}

/** Asks for the sessions of another choice. */
export async function choosePastSessions(bridge: Bridge, screen: ScreenStore, choice: SessionChoice): Promise<void> {
  screen.setState(({ pastSessions }) => ({ pastSessions: { ...pastSessions, choice } }));
  await askForPage(bridge, screen, null);
}

/** Asks for those before the last one that is listed. */
export async function olderPastSessions(bridge: Bridge, screen: ScreenStore): Promise<void> {
  const { sessions, isAsking } = screen.getState().pastSessions;
  const last = sessions?.at(-1);
  if (last !== undefined && !isAsking) await askForPage(bridge, screen, last.startedAtUs);
}

async function askForPage(bridge: Bridge, screen: ScreenStore, beforeUs: number | null): Promise<void> {
  const { choice } = screen.getState().pastSessions;
  screen.setState(({ pastSessions }) => ({ pastSessions: { ...pastSessions, isAsking: true } }));
  const { value, problem } = await ask(
    () => bridge.sessions.page({ limit: PAGE_ROWS, beforeUs, filter: filterOf(choice) }),
    null,
  );
  const known = screen.getState().pastSessions;
  // Something else was chosen meanwhile: its own answer counts
  if (known.choice !== choice) return;
  const pastSessions = value === null ? withoutStrangers(known) : withPage(known, value, beforeUs);
  screen.setState({ pastSessions: { ...pastSessions, isAsking: false, problem } });
}

/** Rows of another choice must not stand under this one. */
function withoutStrangers(known: PastSessions): PastSessions {
  return known.listed === known.choice ? known : { ...known, sessions: null, hasOlder: false };
}

function withPage(known: PastSessions, page: SessionPage, beforeUs: number | null): PastSessions {
  const { sessions: fresh, ...counts } = page;
  const rows = withoutStrangers(known).sessions ?? [];
  const startOf = (row: SessionRow | undefined): number => row?.startedAtUs ?? Infinity;
  const sessions =
    beforeUs === null
      ? [...fresh, ...rows.filter((row) => row.startedAtUs < startOf(fresh.at(-1)) && fresh.length === PAGE_ROWS)]
      : [...rows, ...fresh.filter((row) => row.startedAtUs < startOf(rows.at(-1)))];
  return {
    ...known,
    ...counts,
    sessions,
    listed: known.choice,
    hasOlder: sessions.length < counts.fitting && fresh.length > 0,
  };
}
