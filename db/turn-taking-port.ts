import type { JournalPort } from "./journal-service.ts";

/**
 * Delivers one message a turn of the event loop. A bare MessagePort hands over a thousand in a row under load: timers would not run
 * for seconds, and the thread's delay would read as a stall.
 */
export function turnTakingPort(port: JournalPort): JournalPort {
  return {
    postMessage: (message) => port.postMessage(message),
    close: () => port.close(),
    on: (_event, listener) => {
      const inbox: Parameters<typeof listener>[0][] = [];
      let next = 0;
      const deliver = (): void => {
        const message = inbox[next];
        next += 1;
        if (next < inbox.length) setImmediate(deliver);
        else {
          inbox.length = 0;
          next = 0;
        }
        if (message !== undefined) listener(message);
      };
      port.on("message", (message) => {
        inbox.push(message);
        if (inbox.length === 1) setImmediate(deliver);
      });
    },
  };
}
