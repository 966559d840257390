/** A web console on the fake backend, for tests: starts it, signs in, speaks HTTP to it without any of a browser's manners. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { Gate } from "../../main/shell/gate.ts";
import { startWebConsole, type WebConsole } from "../../main/shell/web/web-console.ts";
import { createFakeBackend, type FakeBackend } from "./fake-backend.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TestedWebConsole {
  readonly web: WebConsole;
  readonly backend: FakeBackend;
  readonly faults: string[];
  get(path: string, options?: { method?: string; headers?: Record<string, string> }): Promise<HttpAnswer>;
  /** Redeems a fresh link; the answer is the `Cookie` header to send. */
  signIn(): Promise<string>;
  /** Opens a socket with these headers; the answer is the socket, or the status it was refused with. */
  connect(headers: Record<string, string>, path?: string): Promise<WebSocket | number>;
  /** Opens a socket as the console's own page does. */
  connectSignedIn(): Promise<WebSocket>;
}

/** A folder like the built page, with a secret beside it and a link that leads out. */
export function pageFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ballast-page-"));
  const root = join(folder, "renderer");
  mkdirSync(join(root, "assets"), { recursive: true });
  writeFileSync(join(root, "index.html"), "<!doctype html><title>Ballast</title>");
  writeFileSync(join(root, "assets", "index-1.js"), "globalThis.isLoaded = true;");
  writeFileSync(join(root, "notes.txt"), "not a type of the page");
  writeFileSync(join(folder, "secret.json"), "{}");
  mkdirSync(join(folder, "renderer-beside"));
  writeFileSync(join(folder, "renderer-beside", "secret.json"), "{}");
  symlinkSync(join(folder, "secret.json"), join(root, "assets", "link.json"));
  return root;
}

function ask(port: number, path: string, method: string, headers: Record<string, string>): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

function openSocket(port: number, path: string, headers: Record<string, string>): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers, perMessageDeflate: false });
    socket.once("open", () => resolve(socket));
    socket.once("unexpected-response", (asked, response) => {
      asked.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.once("error", reject);
  });
}

export async function startTestedWebConsole(rendererDir = pageFolder()): Promise<TestedWebConsole> {
  const backend = createFakeBackend();
  const faults: string[] = [];
  const gate = new Gate({ backend, checksOutputs: true, onFault: ({ call }) => faults.push(call) });
  const start = await startWebConsole({ gate, rendererDir, port: 0, onFault: (message) => faults.push(message) });
  if (start.kind === "failed") throw new Error(start.message);
  const web = start.console;
  const { port } = web;
  const signIn = async (): Promise<string> => {
    const answer = await ask(port, new URL(web.issueLink()).search.replace(/^/, "/"), "GET", {
      host: `127.0.0.1:${port}`,
    });
    return (answer.headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
  };
  return {
    web,
    backend,
    faults,
    get: (path, options = {}) =>
      ask(port, path, options.method ?? "GET", { host: `127.0.0.1:${port}`, ...options.headers }),
    signIn,
    connect: (headers, path = "/bridge") => openSocket(port, path, headers),
    async connectSignedIn() {
      const headers = { cookie: await signIn(), origin: `http://127.0.0.1:${port}` };
      const socket = await openSocket(port, "/bridge", headers);
      if (typeof socket === "number") throw new Error(`the socket was refused with ${socket}`);
      return socket;
    },
  };
}

/** Resolves with the next message that a socket takes and `accepts`, parsed. */
export function nextMessage(
  socket: WebSocket,
  accepts: (message: Record<string, unknown>) => boolean = () => true,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const receive = (data: Buffer): void => {
      const message = JSON.parse(data.toString("utf8")) as Record<string, unknown>;
      if (!accepts(message)) return;
      socket.off("message", receive);
      resolve(message);
    };
    socket.on("message", receive);
    socket.once("close", (code) => reject(new Error(`the socket was closed with ${code}`)));
  });
}

/** Resolves with the code that a socket is closed with. */
export function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once("close", (code) => resolve(code)));
}
