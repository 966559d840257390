/** Names of the bridge's calls and streams, and of the channels they travel on; nothing else, so that the sandboxed preload stays tiny. A test holds them equal to the contract. */

export const CALL_NAMES = {
  console: ["hello"],
  sessions: ["start", "stop", "page"],
  quoting: ["pause", "resume", "reduceOnly"],
  orders: ["cancelAll", "flatten"],
  risk: ["kill", "clearKillLatch", "clearLatch"],
  profiles: ["flip"],
  review: ["report", "compare"],
  whatIf: ["start", "progress", "result", "cancel"],
  alerts: ["acknowledge"],
  replay: ["open", "close", "play", "pause", "seek", "step", "jump", "timeline"],
} as const;

/** Streams of a session. */
export const SESSION_STREAM_NAMES = [
  "status",
  "ladder",
  "slots",
  "result",
  "signals",
  "readings",
  "risk",
  "decisions",
  "fills",
  "alerts",
  "chart",
  "trends",
] as const;

/** Name of a session's stream where a past session is shown again. */
export function replayStreamOf(name: string): string {
  return `replay${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

export const STREAM_NAMES: readonly string[] = [
  ...SESSION_STREAM_NAMES,
  ...SESSION_STREAM_NAMES.map(replayStreamOf),
  "replay",
];

/** Channels of the streams: the page opens and closes a subscription, takes items, and says which it has taken. */
export const FEED_OPEN = "feed:open";
export const FEED_CLOSE = "feed:close";
export const FEED_TAKEN = "feed:taken";
export const FEED_ITEM = "feed:item";

/** Name of the global that the preload exposes to the page. */
export const BRIDGE_GLOBAL = "ballast";

/** Path of the web face's socket. */
export const SOCKET_PATH = "/bridge";

export function callChannel(group: string, name: string): string {
  return `call:${group}.${name}`;
}
