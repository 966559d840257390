/** Page script of the web face's browser test: connects as the console's page does, and keeps what it saw where the test can read it. */
import { connectBridge } from "../../renderer/lib/bridge-client/connect-bridge.ts";

const bridge = connectBridge();
const seen = { states: [] as boolean[], kinds: [] as string[] };
bridge.onConnection((isConnected) => void seen.states.push(isConnected));
bridge.feed.status(({ kind }) => void seen.kinds.push(kind));
Object.assign(globalThis, { bridge, seen });
