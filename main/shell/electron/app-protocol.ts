import { protocol } from "electron";
import { pageHeaders } from "../content-policy.ts";
import { readPageFile } from "../page-files.ts";
import { APP_SCHEME, isOwnAddress } from "./origin.ts";

/** Makes `app:` a standard, secure scheme. Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Answers one request of the page: a file of the build under the content policy, or 404. */
export async function answerPageRequest(request: Request, rendererDir: string): Promise<Response> {
  const headers = pageHeaders([]);
  if (!isOwnAddress(request.url) || request.method !== "GET") return new Response(null, { status: 404, headers });
  const file = await readPageFile(rendererDir, new URL(request.url).pathname);
  if (file === null) return new Response(null, { status: 404, headers });
  return new Response(file.bytes, {
    headers: { ...headers, "content-type": file.contentType, "cache-control": "no-store" },
  });
}

/** Serves the built page at `app://console/`. */
export function servePage(rendererDir: string): void {
  protocol.handle(APP_SCHEME, (request) => answerPageRequest(request, rendererDir));
}
