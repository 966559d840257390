/**
 * Stands in for the `electron` module in a plain Node process: what the console's main side calls is noted for the test, and the test can
 * do what the world does to an app (quit, suspend, a dying page, a foreign sender). The page itself runs in the test's Chromium.
 */
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { Link, type Handler } from "./link.ts";

type Listener = (...args: unknown[]) => unknown;
interface Preventable {
  preventDefault(): void;
  readonly isPrevented: boolean;
}

function preventable(): Preventable {
  const state = { isPrevented: false };
  return {
    preventDefault: () => void (state.isPrevented = true),
    get isPrevented() {
      return state.isPrevented;
    },
  };
}

const loaded = Promise.withResolvers<void>();
let isReady = false;
const paths: Record<string, string> = { userData: join(process.cwd(), "data") };
const windows = new Map<number, BrowserWindow>();
const protocolHandlers = new Map<string, (request: Request) => Promise<Response>>();
const invokeHandlers = new Map<string, Listener>();
const sessionHandlers: Record<string, Listener> = {};

/** Called by the process's entry once the main module has been evaluated: as in Electron, nothing is ready before. */
export function mainHasLoaded(): void {
  loaded.resolve();
}

class App extends EventEmitter {
  readonly isPackaged = process.env["STAND_IN_PACKAGED"] === "1";

  enableSandbox(): void {
    link.note({ kind: "sandbox", isReady });
  }

  requestSingleInstanceLock(): boolean {
    link.note({ kind: "lock", userData: paths["userData"] });
    return process.env["STAND_IN_LOCK"] !== "taken";
  }

  async whenReady(): Promise<void> {
    await loaded.promise;
    isReady = true;
  }

  getPath(name: string): string {
    return paths[name] ?? "";
  }

  setPath(name: string, path: string): void {
    paths[name] = path;
  }

  quit(): void {
    const event = preventable();
    this.emit("before-quit", event);
    if (!event.isPrevented) this.exit(0);
  }

  exit(code: number): void {
    // The note must have left before the process ends
    const end = (): void => process.exit(code);
    if (process.connected) process.send?.({ type: "note", note: { kind: "exit", code } }, end);
    else end();
  }
}

class WebContents extends EventEmitter {
  readonly windowId: number;
  readonly mainFrame = { url: "", parent: null };
  isGone = false;
  openHandler: Listener | null = null;

  constructor(windowId: number) {
    super();
    this.windowId = windowId;
  }

  isDestroyed(): boolean {
    return this.isGone;
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.isGone) throw new Error("Object has been destroyed");
    link.note({ kind: "send", windowId: this.windowId, channel, args });
  }

  setWindowOpenHandler(handler: Listener): void {
    this.openHandler = handler;
  }
}

let lastWindowId = 0;

export class BrowserWindow extends EventEmitter {
  readonly id: number;
  readonly webContents: WebContents;

  constructor(options: unknown) {
    super();
    if (!isReady) throw new Error("Cannot create BrowserWindow before app is ready");
    lastWindowId += 1;
    this.id = lastWindowId;
    this.webContents = new WebContents(this.id);
    windows.set(this.id, this);
    link.note({ kind: "window", windowId: this.id, options });
    app.emit("web-contents-created", {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame.url = url;
    this.webContents.emit("did-start-navigation", { url, isMainFrame: true, isSameDocument: false });
    link.note({ kind: "load", windowId: this.id, url });
  }

  getNormalBounds(): unknown {
    return { x: 40, y: 30, width: 1300, height: 800 };
  }

  #note(what: string): void {
    link.note({ kind: "window-call", windowId: this.id, what });
  }

  isMaximized = (): boolean => false;
  isMinimized = (): boolean => false;
  isDestroyed = (): boolean => this.webContents.isGone;
  maximize = (): void => this.#note("maximize");
  restore = (): void => this.#note("restore");
  show = (): void => this.#note("show");
  focus = (): void => this.#note("focus");

  destroy(): void {
    this.webContents.isGone = true;
    this.#note("destroy");
    this.emit("closed");
    if ([...windows.values()].every((window) => window.isDestroyed())) app.emit("window-all-closed");
  }
}

const ipcListeners = new EventEmitter();

export const app = new App();
export const ipcMain = Object.assign(ipcListeners, {
  handle: (channel: string, handler: Listener) => void invokeHandlers.set(channel, handler),
});
export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown) => link.note({ kind: "schemes", schemes, isReady }),
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
    void protocolHandlers.set(scheme, handler),
};
const defaultSession = Object.assign(new EventEmitter(), {
  setPermissionRequestHandler: (handler: Listener) => void (sessionHandlers["permission-request"] = handler),
  setPermissionCheckHandler: (handler: Listener) => void (sessionHandlers["permission-check"] = handler),
  setDevicePermissionHandler: (handler: Listener) => void (sessionHandlers["device"] = handler),
  webRequest: { onBeforeRequest: (handler: Listener) => void (sessionHandlers["request"] = handler) },
});
export const session = { defaultSession };
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };
export const powerMonitor = new EventEmitter();
export const dialog = {
  showErrorBox: (title: string, message: string) => link.note({ kind: "error-box", title, message }),
};
export const Menu = { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => {} };

interface Sender {
  readonly windowId: number;
  /** Overrides of the true sender, to play a foreign one. */
  readonly url?: string;
  readonly isSubframe?: boolean;
  readonly isOtherContents?: boolean;
  readonly hasNoFrame?: boolean;
}

function eventFrom(sender: Sender): unknown {
  const own = windowOf(sender.windowId).webContents;
  const frame = own.mainFrame;
  if (sender.hasNoFrame) return { sender: own, senderFrame: null };
  if (sender.isOtherContents) return { sender: new WebContents(99), senderFrame: { ...frame } };
  if (sender.isSubframe) return { sender: own, senderFrame: { url: frame.url, parent: frame } };
  if (sender.url !== undefined) frame.url = sender.url;
  return { sender: own, senderFrame: frame };
}

function windowOf(id: number): BrowserWindow {
  const window = windows.get(id);
  if (window === undefined) throw new Error(`there is no window ${id}`);
  return window;
}

async function answerProtocol([url, method]: readonly unknown[]): Promise<unknown> {
  const { protocol: scheme } = new URL(String(url));
  const handler = protocolHandlers.get(scheme.slice(0, -1));
  if (handler === undefined) throw new Error(`nobody serves ${scheme}`);
  const response = await handler(new Request(String(url), { method: String(method) }));
  const body = Buffer.from(await response.arrayBuffer()).toString("base64");
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

const handlers: Readonly<Record<string, Handler>> = {
  protocol: answerProtocol,
  request: ([url]) =>
    new Promise((done) =>
      sessionHandlers["request"]?.({ url, resourceType: "other" }, (answer: unknown) => done(answer)),
    ),
  permission: ([name]) => new Promise((done) => sessionHandlers["permission-request"]?.(null, name, done)),
  permissionCheck: ([name]) => sessionHandlers["permission-check"]?.(null, name),
  device: () => sessionHandlers["device"]?.({}),
  invoke: ([sender, channel, ...args]) => {
    const handler = invokeHandlers.get(String(channel));
    if (handler === undefined) throw new Error(`No handler registered for '${String(channel)}'`);
    return handler(eventFrom(sender as Sender), ...args);
  },
  message: ([sender, channel, ...args]) => void ipcMain.emit(String(channel), eventFrom(sender as Sender), ...args),
  navigate: ([windowId, name]) => {
    const event = preventable();
    windowOf(Number(windowId)).webContents.emit(String(name), event);
    return event.isPrevented;
  },
  openWindow: ([windowId, url]) => windowOf(Number(windowId)).webContents.openHandler?.({ url }),
  windowEvent: ([windowId, name, ...args]) => {
    const event = preventable();
    windowOf(Number(windowId)).emit(String(name), event, ...args);
    return event.isPrevented;
  },
  contentsEvent: ([windowId, name, ...args]) => void windowOf(Number(windowId)).webContents.emit(String(name), ...args),
  appEvent: ([name, ...args]) => void app.emit(String(name), {}, ...args),
  quit: () => app.quit(),
  power: ([name]) => {
    const event = preventable();
    powerMonitor.emit(String(name), event);
    return event.isPrevented;
  },
  channels: () => [...invokeHandlers.keys()],
};

const link = new Link(
  {
    send: (frame) => void process.send?.(frame),
    onFrame: (listener) => void process.on("message", listener),
  },
  handlers,
  () => {},
);

/** For the fake main: tells the test something of its own. */
export function tellTest(note: { readonly kind: string }): void {
  link.note(note);
}
