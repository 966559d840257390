import type { IncomingMessage, ServerResponse } from "node:http";
import { pageHeaders } from "../content-policy.ts";
import { readPageFile } from "../page-files.ts";
import type { Access } from "./access.ts";

export interface PageServerOptions {
  readonly rendererDir: string;
  readonly access: Access;
  readonly port: number;
}

/** Says whether a request was addressed to this console by a name that only this machine has; anything else is a rebound DNS name. */
export function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

function page(title: string, text: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`;
}

const FRESH_LINK = "Press Enter in the terminal where Ballast runs: it prints a fresh link.";

function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer | string,
): void {
  response.writeHead(status, {
    ...headers,
    "content-length": String(Buffer.byteLength(body)),
    connection: status >= 400 ? "close" : "keep-alive",
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** Serves the console's page to signed-in browsers of this machine; everyone else gets a plain page that says how to sign in. */
export class PageServer {
  readonly #options: PageServerOptions;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(options: PageServerOptions) {
    this.#options = options;
    const { port } = options;
    this.#headers = pageHeaders(["'self'", `ws://127.0.0.1:${port}`, `ws://localhost:${port}`]);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnHost(request.headers.host, this.#options.port)) {
      this.#refuse(response, 421, "Wrong host", `This console answers to 127.0.0.1:${this.#options.port} only.`);
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      this.#refuse(response, 405, "Wrong method", "This console serves its page and nothing else.", {
        allow: "GET, HEAD",
      });
      return;
    }
    const [path, query] = splitTarget(request.url ?? "/");
    const token = path === "/" ? new URLSearchParams(query).get("token") : null;
    if (token !== null) this.#signIn(request, response, token);
    else if (!this.#options.access.isSignedIn(request.headers.cookie))
      this.#refuse(response, 403, "This console needs a link", FRESH_LINK);
    else await this.#serveFile(response, path);
  }

  #signIn(request: IncomingMessage, response: ServerResponse, token: string): void {
    // A link preview asks with HEAD; it must not use up the operator's link
    const cookie = request.method === "GET" ? this.#options.access.redeem(token) : null;
    if (cookie !== null) {
      answer(response, 303, { ...this.#headers, location: "/", "set-cookie": cookie, "cache-control": "no-store" }, "");
      return;
    }
    this.#refuse(response, 403, "This link was used already", `Each link signs in one browser, once. ${FRESH_LINK}`);
  }

  async #serveFile(response: ServerResponse, path: string): Promise<void> {
    const file = await readPageFile(this.#options.rendererDir, path);
    if (file === null && path === "/favicon.ico") {
      // Browsers ask for it by themselves; its absence is no fault of the page
      answer(response, 204, this.#headers, "");
      return;
    }
    if (file === null) {
      this.#refuse(response, 404, "Not found", "The console has no such file.");
      return;
    }
    const caching = file.isPage ? "no-store" : "private, max-age=31536000, immutable";
    const headers = { ...this.#headers, "content-type": file.contentType, "cache-control": caching };
    answer(response, 200, headers, file.bytes);
  }

  #refuse(
    response: ServerResponse,
    status: number,
    title: string,
    text: string,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const plain = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
    answer(response, status, { ...this.#headers, ...plain, ...headers }, page(title, text));
  }
}

function splitTarget(target: string): [path: string, query: string] {
  const at = target.indexOf("?");
  return at === -1 ? [target, ""] : [target.slice(0, at), target.slice(at + 1)];
}
