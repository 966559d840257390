import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SOCKET_PATH } from "../../../preload/channels.ts";
import type { Gate } from "../gate.ts";
import { Access } from "./access.ts";
import { BridgeSocket } from "./bridge-socket.ts";
import { isOwnHost, PageServer } from "./page-server.ts";

const LOOPBACK = "127.0.0.1";
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

export interface WebConsoleOptions {
  readonly gate: Gate;
  /** Folder of the built page, with `index.html`. */
  readonly rendererDir: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly onFault: (message: string) => void;
}

export interface WebConsole {
  readonly port: number;
  readonly clientCount: number;
  /** A fresh one-time link; the one before it no longer works. */
  issueLink(): string;
  close(): Promise<void>;
}

export type WebConsoleStart =
  | { readonly kind: "listening"; readonly console: WebConsole }
  | { readonly kind: "failed"; readonly message: string };

/** The host was checked to be our own, so an equal origin is our own page. */
function mayConnect(request: IncomingMessage, access: Access, port: number): boolean {
  const { host, origin, cookie } = request.headers;
  return (
    request.url === SOCKET_PATH && isOwnHost(host, port) && origin === `http://${host}` && access.isSignedIn(cookie)
  );
}

function listen(server: Server, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((done) => {
    server.once("error", done);
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.off("error", done);
      done(null);
    });
  });
}

function describeListenError(error: NodeJS.ErrnoException, port: number): string {
  if (error.code === "EADDRINUSE")
    return `Port ${port} of ${LOOPBACK} is taken by another program; give another with --port, or leave it out`;
  if (error.code === "EACCES") return `Port ${port} of ${LOOPBACK} may not be opened by this user; ports from 1024 may`;
  return `Port ${port} of ${LOOPBACK} could not be opened: ${error.message}`;
}

/** Starts the web face on the loopback address. A port that cannot be opened is an answer, not an exception. */
export async function startWebConsole(options: WebConsoleOptions): Promise<WebConsoleStart> {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS });
  const failure = await listen(server, options.port);
  if (failure !== null) return { kind: "failed", message: describeListenError(failure, options.port) };
  const { port } = server.address() as AddressInfo;
  const access = new Access(port);
  const pages = new PageServer({ rendererDir: options.rendererDir, access, port });
  const sockets = new BridgeSocket({
    gate: options.gate,
    mayConnect: (request) => mayConnect(request, access, port),
    onFault: options.onFault,
  });
  server.on("error", (error) => options.onFault(`the console's server failed: ${error.message}`));
  server.on("upgrade", (request, connection, head) => sockets.upgrade(request, connection, head));
  server.on("request", (request, response) => {
    pages.handle(request, response).catch((error: unknown) => {
      options.onFault(`a page request failed: ${String(error)}`);
      response.destroy();
    });
  });
  return {
    kind: "listening",
    console: {
      port,
      get clientCount() {
        return sockets.clientCount;
      },
      issueLink: () => `http://${LOOPBACK}:${port}/?token=${access.issueToken()}`,
      async close() {
        await sockets.close();
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      },
    },
  };
}
