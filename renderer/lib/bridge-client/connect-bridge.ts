import type { Bridge } from "../../../preload/bridge.ts";
import { BRIDGE_GLOBAL, SOCKET_PATH } from "../../../preload/channels.ts";
import { bridgeOf } from "./bridge-of.ts";
import { type PreloadGlobal, PreloadTransport } from "./preload-transport.ts";
import { SocketTransport } from "./socket-transport.ts";

/** Connects the page to its main side: the Electron preload where there is one, else the server that served the page. Call it once. */
export function connectBridge(): Bridge {
  const exposed = (globalThis as Readonly<Record<string, unknown>>)[BRIDGE_GLOBAL] as PreloadGlobal | undefined;
  if (exposed !== undefined) return bridgeOf(new PreloadTransport(exposed));
  return bridgeOf(new SocketTransport(`ws://${location.host}${SOCKET_PATH}`));
}
