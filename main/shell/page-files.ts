/** The console's built page as files: one guarded way from a URL's path to bytes, for both faces. */
import { readFile, realpath } from "node:fs/promises";
import { extname, join, resolve, sep } from "node:path";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".wav": "audio/wav",
  ".map": "application/json; charset=utf-8",
};

export interface PageFile {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly contentType: string;
  /** True for the page itself, which must never be cached: it names the build's other files. */
  readonly isPage: boolean;
}

function relativePathOf(urlPath: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (!decoded.startsWith("/") || decoded.includes("\0") || decoded.includes("\\")) return null;
  if (decoded.split("/").some((part) => part === ".." || part === ".")) return null;
  return decoded === "/" ? "index.html" : decoded.slice(1);
}

/**
 * Reads the file that a URL's path (percent-encoded, without query) names inside `rootDir`; null where there is none, where its type is not one
 * of the page's, or where it resolves to anything outside, links included.
 */
export async function readPageFile(rootDir: string, urlPath: string): Promise<PageFile | null> {
  const relativePath = relativePathOf(urlPath);
  if (relativePath === null) return null;
  const contentType = CONTENT_TYPES[extname(relativePath).toLowerCase()];
  if (contentType === undefined) return null;
  try {
    const root = await realpath(rootDir);
    const file = await realpath(resolve(join(root, relativePath)));
    if (!file.startsWith(root + sep)) return null;
    return { bytes: await readFile(file), contentType, isPage: relativePath === "index.html" };
  } catch {
    return null;
  }
}
