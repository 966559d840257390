/**
 * Serves the console's page with the fake backend, for work on the screens:
 * `node test/support/serve-fake-console.ts [--port N] [--dev] [--session] [--warm SECONDS]`.
 * Without `--dev` it serves `out/renderer` behind the real sign-in; with it vite serves `renderer/` with hot reload and no sign-in.
 */
import { createServer } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BridgeSocket } from "../../main/shell/web/bridge-socket.ts";
import { Gate } from "../../main/shell/gate.ts";
import { startWebConsole } from "../../main/shell/web/web-console.ts";
import { SOCKET_PATH } from "../../preload/channels.ts";
import { createFakeBackend } from "./fake-backend.ts";

const root = join(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    dev: { type: "boolean", default: false },
    session: { type: "boolean", default: false },
    warm: { type: "string", default: "0" },
  },
});
const port = Number(values.port);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const backend = createFakeBackend();
const gate = new Gate({
  backend,
  checksOutputs: true,
  onFault: ({ call, error }) => say(`${call} failed: ${String(error)}`),
});
if (values.session) {
  await gate.call("sessions", "start", {
    commandId: "serve-fake-console",
    source: { kind: "generated", market: "btc", seed: 7 },
    profile: "legacy",
    speed: 1,
  });
  for (let passedMs = 0; passedMs < Number(values.warm) * 1000; passedMs += 100) backend.advance(100);
}
backend.runByItself(100);

async function serveWithVite(): Promise<void> {
  const [{ createServer: createVite }, { default: react }] = await Promise.all([
    import("vite"),
    import("@vitejs/plugin-react"),
  ]);
  const server = createServer();
  const sockets = new BridgeSocket({ gate, mayConnect: (request) => request.url === SOCKET_PATH, onFault: say });
  server.on("upgrade", (request, connection, head) => {
    if (request.url === SOCKET_PATH) sockets.upgrade(request, connection, head);
  });
  const vite = await createVite({
    configFile: false,
    root: join(root, "renderer"),
    plugins: [react()],
    appType: "spa",
    server: { middlewareMode: true, hmr: { server } },
  });
  server.on("request", (request, response) => vite.middlewares(request, response));
  server.listen(port, "127.0.0.1", () => {
    const address = server.address();
    say(`http://127.0.0.1:${typeof address === "object" ? address?.port : port}/`);
  });
}

async function serveBuilt(): Promise<void> {
  const start = await startWebConsole({ gate, rendererDir: join(root, "out/renderer"), port, onFault: say });
  if (start.kind === "failed") {
    say(start.message);
    process.exitCode = 1;
    process.exit();
  }
  say(start.console.issueLink());
  process.stdin.on("data", () => say(start.console.issueLink()));
}

await (values.dev ? serveWithVite() : serveBuilt());
