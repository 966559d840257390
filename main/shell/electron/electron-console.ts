import { app, type BrowserWindow, dialog, Menu, powerMonitor, session, type WebContents } from "electron";
import type { ConsoleBackend } from "../../../preload/bridge.ts";
import type { CloseSequence } from "../close-sequence.ts";
import { Gate } from "../gate.ts";
import { type Log, openLog } from "../log.ts";
import { registerAppScheme, servePage } from "./app-protocol.ts";
import { openConsoleWindow } from "./console-window.ts";
import { IpcGate } from "./ipc-gate.ts";
import { attachQuitSequence } from "./quit-sequence.ts";
import { Reopening } from "./reopening.ts";
import { applySessionPolicy, forbidNavigation } from "./session-policy.ts";

export interface ElectronConsoleOptions {
  readonly dataDir: string;
  readonly rendererDir: string;
  readonly preloadFile: string;
  readonly createBackend: (options: { dataDir: string; face: "electron" }) => Promise<ConsoleBackend>;
}

interface Parts {
  readonly options: ElectronConsoleOptions;
  readonly backend: ConsoleBackend;
  readonly log: Log;
  readonly sequence: CloseSequence;
}

function sayOnTerminal(line: string): void {
  process.stderr.write(`ballast: ${line}\n`);
}

function setMenu(): void {
  const isMac = process.platform === "darwin";
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [{ role: "appMenu" } as const] : [{ label: "Ballast", submenu: [{ role: "quit" } as const] }]),
      { role: "editMenu" },
      {
        label: "View",
        submenu: [{ role: "resetZoom" }, { role: "zoomIn" }, { role: "zoomOut" }, { role: "togglefullscreen" }],
      },
      { role: "windowMenu" },
    ]),
  );
}

/** Pauses quoting because of something outside the console; with no session there is nothing to pause. */
async function pauseQuoting({ backend, log }: Parts, reason: string): Promise<void> {
  try {
    const answer = await backend.handlers.quoting.pause({ commandId: crypto.randomUUID() });
    log.warn({ answer }, answer.ok ? `quoting was paused: ${reason}` : `nothing was paused: ${reason}`);
  } catch (error) {
    log.error({ error }, `quoting could not be paused: ${reason}`);
  }
}

/** Owns the one window: opens it, brings it to the front, opens it again when its page dies while quoting goes on. */
class WindowKeeper {
  readonly #parts: Parts;
  readonly #reopening = new Reopening();
  readonly #gate: IpcGate;
  #window: BrowserWindow | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const gate = new Gate({
      backend: parts.backend,
      checksOutputs: !app.isPackaged,
      onFault: ({ correlationId, call, error }) => parts.log.error({ correlationId, call, error }, "a call failed"),
    });
    this.#gate = new IpcGate({ gate, log: parts.log, ownContents: () => this.#ownContents() });
  }

  #ownContents(): WebContents | null {
    return this.#window === null || this.#window.isDestroyed() ? null : this.#window.webContents;
  }

  show(): void {
    if (this.#window === null || this.#window.isDestroyed()) {
      this.#open();
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  #open(): void {
    const { options, log, sequence } = this.#parts;
    const window = openConsoleWindow({
      dataDir: options.dataDir,
      preloadFile: options.preloadFile,
      log,
      mayClose: () => {
        if (!sequence.hasExited) sequence.request("window closed");
        return sequence.hasExited;
      },
      onSessionEnd: () => {
        if (!sequence.isClosing) sequence.request("the person's session ends");
      },
    });
    this.#window = window;
    window.webContents.on("did-start-navigation", (details) => {
      if (details.isMainFrame && !details.isSameDocument) this.#gate.dropAll();
    });
    window.webContents.on("render-process-gone", (_event, details) => this.#onPageGone(window, details.reason));
    window.on("unresponsive", () => log.warn("the page does not answer"));
  }

  #onPageGone(window: BrowserWindow, reason: string): void {
    const { log, sequence } = this.#parts;
    this.#gate.dropAll();
    if (this.#window === window) this.#window = null;
    log.error({ reason }, "the page's process is gone; quoting goes on");
    if (sequence.isClosing) return;
    window.destroy();
    if (this.#reopening.mayReopen(performance.now())) this.#open();
    else void pauseQuoting(this.#parts, "the window keeps dying, so nobody sees what is quoted");
  }
}

function watchPower(parts: Parts): void {
  powerMonitor.on("suspend", () => void pauseQuoting(parts, "the computer goes to sleep"));
  powerMonitor.on("resume", () =>
    parts.log.warn("the computer woke up; quoting stays paused until a person resumes it"),
  );
}

function watchProcesses(log: Log): void {
  app.on("child-process-gone", (_event, details) => {
    log.error({ type: details.type, reason: details.reason, exitCode: details.exitCode }, "a helper process is gone");
  });
}

async function openBackend(options: ElectronConsoleOptions, log: Log): Promise<ConsoleBackend | null> {
  try {
    return await options.createBackend({ dataDir: options.dataDir, face: "electron" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.fatal({ error }, `the console could not start: ${message}`);
    // Whoever started it from an icon sees no terminal
    dialog.showErrorBox("Ballast could not start", message);
    return null;
  }
}

/**
 * Runs the Electron face to its end: one instance a data folder, everything locked before the first page loads, and out only through the
 * quit sequence. A second instance brings the first one's window to the front and ends.
 */
export async function runElectronConsole(options: ElectronConsoleOptions): Promise<void> {
  app.enableSandbox();
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  registerAppScheme();
  const log = openLog({ dataDir: options.dataDir });
  forbidNavigation(log);
  watchProcesses(log);
  await app.whenReady();
  applySessionPolicy(session.defaultSession, log);
  servePage(options.rendererDir);
  setMenu();
  const backend = await openBackend(options, log);
  if (backend === null) {
    log.flush();
    app.exit(1);
    return;
  }
  const shutDown = (reason: string): Promise<void> => backend.shutDown(reason);
  const sequence = attachQuitSequence({ shutDown, log, say: sayOnTerminal });
  const parts = { options, backend, log, sequence };
  const keeper = new WindowKeeper(parts);
  watchPower(parts);
  app.on("second-instance", () => keeper.show());
  app.on("activate", () => keeper.show());
  keeper.show();
}
