import { app, powerMonitor } from "electron";
import { CloseSequence } from "../close-sequence.ts";
import type { Log } from "../log.ts";

export interface QuitSequenceOptions {
  readonly shutDown: (reason: string) => Promise<void>;
  readonly log: Log;
  /** Where a closed console's last lines go, for the person at a terminal. */
  readonly say: (line: string) => void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Leads every way out of the app (quit, closed window, signal, end of the person's session) through the one close sequence.
 * `app.exit` is the only real end: it asks no window and fires no `before-quit`.
 */
export function attachQuitSequence(options: QuitSequenceOptions): CloseSequence {
  const sequence = new CloseSequence({
    shutDown: options.shutDown,
    exit: (code) => {
      options.log.flush();
      app.exit(code);
    },
    say: (line) => {
      options.log.info(line);
      options.say(line);
    },
  });
  app.on("before-quit", (event) => {
    if (sequence.hasExited) return;
    event.preventDefault();
    sequence.request("quit");
  });
  // Without a listener Electron quits by itself as soon as the last window is gone
  app.on("window-all-closed", () => {});
  // Electron's types leave out the event that holds the shutdown back until we are done
  powerMonitor.on("shutdown", ((event: { preventDefault(): void }) => {
    event.preventDefault();
    sequence.request("the computer is shutting down");
  }) as () => void);
  for (const signal of SIGNALS) process.on(signal, () => sequence.request(signal));
  return sequence;
}
