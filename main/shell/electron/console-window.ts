import { app, BrowserWindow, screen } from "electron";
import type { Log } from "../log.ts";
import { APP_URL } from "./origin.ts";
import { MIN_HEIGHT_PX, MIN_WIDTH_PX, readWindowPlace, writeWindowPlace } from "./window-bounds.ts";

export interface ConsoleWindowOptions {
  readonly dataDir: string;
  readonly preloadFile: string;
  readonly log: Log;
  /** Asked before the window closes; true lets it go. */
  readonly mayClose: () => boolean;
  /** The operating system ends the person's session (Windows tells windows, not the app). */
  readonly onSessionEnd: () => void;
}

function keepPlace(window: BrowserWindow, options: ConsoleWindowOptions): void {
  try {
    writeWindowPlace(options.dataDir, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
  } catch (error) {
    options.log.warn({ error }, "the window's place could not be kept");
  }
}

/** Opens the console's window: sandboxed, isolated, without Node, on the page at `app://console/`. */
export function openConsoleWindow(options: ConsoleWindowOptions): BrowserWindow {
  const workAreas = screen.getAllDisplays().map((display) => display.workArea);
  const place = readWindowPlace(options.dataDir, workAreas);
  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: MIN_WIDTH_PX,
    minHeight: MIN_HEIGHT_PX,
    show: false,
    title: "Ballast",
    backgroundColor: "#0b0e14",
    autoHideMenuBar: true,
    webPreferences: {
      preload: options.preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      // A hidden or covered window must go on taking its streams: what it shows when it comes back is what is true
      backgroundThrottling: false,
      devTools: !app.isPackaged,
    },
  });
  if (place.isMaximized) window.maximize();
  window.once("ready-to-show", () => window.show());
  window.on("close", (event) => {
    keepPlace(window, options);
    if (!options.mayClose()) event.preventDefault();
  });
  window.on("query-session-end", (event) => {
    event.preventDefault();
    options.onSessionEnd();
  });
  window.on("session-end", () => options.onSessionEnd());
  window.loadURL(APP_URL).catch((error: unknown) => options.log.error({ error }, "the page could not be loaded"));
  return window;
}
