import type { Bridge } from "../../../preload/bridge.ts";
import { CALL_NAMES, STREAM_NAMES } from "../../../preload/channels.ts";
import type { BridgeTransport, RawMessage } from "./bridge-transport.ts";

/** Hands on a stream without holes: where one shows, the stream is opened anew, and its snapshot comes next. */
function openWithoutHoles(
  transport: BridgeTransport,
  stream: string,
  listener: (message: RawMessage) => void,
): () => void {
  let lastNumber: number | null = null;
  let isClosed = false;
  let close = (): void => {};
  const receive = (message: RawMessage): void => {
    if (isClosed) return;
    if (message.kind === "update" && (lastNumber === null || message.n !== lastNumber + 1)) {
      lastNumber = null;
      close();
      close = transport.open(stream, receive);
      return;
    }
    lastNumber = message.n;
    listener(message);
  };
  close = transport.open(stream, receive);
  return () => {
    isClosed = true;
    close();
  };
}

/** Builds the typed bridge over a transport, from the contract's names alone. */
export function bridgeOf(transport: BridgeTransport): Bridge {
  const groups = Object.entries(CALL_NAMES).map(([group, names]) => [
    group,
    Object.fromEntries(names.map((name) => [name, (input: unknown) => transport.call(group, name, input)])),
  ]);
  const feed = STREAM_NAMES.map((name) => [
    name,
    (listener: (message: RawMessage) => void) => openWithoutHoles(transport, name, listener),
  ]);
  // The names come from the contract, and the other side checks every value; the types cannot follow a loop over names
  return {
    ...Object.fromEntries(groups),
    feed: Object.fromEntries(feed),
    onConnection: (listener: (isConnected: boolean) => void) => transport.onConnection(listener),
  };
}
