/** A bridge socket that lets everybody in, on a server that can be cut off and brought back on the same port. For tests of both of its ends. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Gate } from "../../main/shell/gate.ts";
import { BridgeSocket } from "../../main/shell/web/bridge-socket.ts";
import { createFakeBackend, type FakeBackend } from "./fake-backend.ts";

export interface OpenBridge {
  readonly backend: FakeBackend;
  readonly url: string;
  readonly clientCount: number;
  /** Cuts every connection and stops listening. */
  cut(): Promise<void>;
  /** Listens again, on the same port. */
  restore(): Promise<void>;
}

export async function startOpenBridge(options: { beatMs?: number } = {}): Promise<OpenBridge> {
  const backend = createFakeBackend();
  const gate = new Gate({ backend, checksOutputs: true, onFault: () => {} });
  let port = 0;
  let server: Server | null = null;
  let sockets: BridgeSocket | null = null;
  const restore = async (): Promise<void> => {
    const opened = new BridgeSocket({ gate, mayConnect: () => true, onFault: () => {}, ...options });
    sockets = opened;
    const listening = createServer();
    server = listening;
    listening.on("upgrade", (request, connection, head) => opened.upgrade(request, connection, head));
    await new Promise<void>((done) => listening.listen(port, "127.0.0.1", done));
    port = (listening.address() as AddressInfo).port;
  };
  await restore();
  return {
    backend,
    url: `ws://127.0.0.1:${port}/bridge`,
    get clientCount() {
      return sockets?.clientCount ?? 0;
    },
    async cut() {
      const closed = new Promise((done) => server?.close(done) ?? done(null));
      await sockets?.close(0);
      server?.closeAllConnections();
      await closed;
      server = null;
    },
    restore,
  };
}
