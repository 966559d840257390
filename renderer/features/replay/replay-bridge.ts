import type { Bridge } from "../../../preload/bridge.ts";

/** Groups of calls that a replay's screen may use: they look, and move nothing but the replay. */
const LOOKING: ReadonlySet<string> = new Set(["console", "replay"]);

async function refuse(): Promise<{ ok: false; code: "not-ready"; message: string }> {
  return { ok: false, code: "not-ready", message: "This is a replay: nothing can be sent from it." };
}

/** The bridge as the panels of a replay have it: every command is refused here and never leaves the screen. */
export function replayBridge(bridge: Bridge): Bridge {
  const groups = Object.entries(bridge).map(([group, calls]: [string, unknown]) => {
    if (typeof calls === "function" || group === "feed" || LOOKING.has(group)) return [group, calls];
    return [group, Object.fromEntries(Object.keys(calls as object).map((name) => [name, refuse]))];
  });
  // The names come from the bridge itself; the types cannot follow a loop over names
  return Object.fromEntries(groups) as Bridge;
}
