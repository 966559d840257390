import { app, type Session } from "electron";
import type { Log } from "../log.ts";
import { isOwnAddress } from "./origin.ts";

const ALLOWED_PERMISSION = "clipboard-sanitized-write";

/** Says whether the window may load an address; the devtools' own pages are let through in development only. */
function mayLoad(address: string): boolean {
  return isOwnAddress(address) || (!app.isPackaged && address.startsWith("devtools://"));
}

/** Denies what the console never needs: permissions, devices, and every request but those for its own files. */
export function applySessionPolicy(session: Session, log: Log): void {
  session.setPermissionRequestHandler((_contents, permission, decide) => decide(permission === ALLOWED_PERMISSION));
  session.setPermissionCheckHandler((_contents, permission) => permission === ALLOWED_PERMISSION);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, decide) => {
    const isAllowed = mayLoad(details.url);
    if (!isAllowed)
      log.warn({ url: details.url, resource: details.resourceType }, "a request left the console: cancelled");
    decide({ cancel: !isAllowed });
  });
  session.on("will-download", (event) => event.preventDefault());
}

/** Keeps every page of the app where it is: no navigation, no redirect, no new window, no embedded page. */
export function forbidNavigation(log: Log): void {
  app.on("web-contents-created", (_event, contents) => {
    const refuse = (kind: string) => (event: { preventDefault(): void }) => {
      event.preventDefault();
      log.warn({ kind }, "the page tried to leave the console: prevented");
    };
    contents.on("will-navigate", refuse("navigation"));
    contents.on("will-redirect", refuse("redirect"));
    contents.on("will-frame-navigate", refuse("frame navigation"));
    contents.on("will-attach-webview", refuse("webview"));
    contents.setWindowOpenHandler(() => {
      log.warn("the page tried to open a window: denied");
      return { action: "deny" };
    });
  });
}
