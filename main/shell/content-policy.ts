/** What a page of the console may do, as response headers: load its own files, and nothing else. */

const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/** The Content-Security-Policy; `connectSources` are the only places that the page may talk to (none in the Electron face). */
export function contentPolicy(connectSources: readonly string[]): string {
  const connect = connectSources.length === 0 ? "'none'" : connectSources.join(" ");
  return [...DIRECTIVES, `connect-src ${connect}`].join("; ");
}

/** Headers of every file of the console, in both faces. */
export function pageHeaders(connectSources: readonly string[]): Record<string, string> {
  return {
    "content-security-policy": contentPolicy(connectSources),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()",
  };
}
