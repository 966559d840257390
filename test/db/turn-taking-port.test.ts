import { expect, test } from "vitest";
import type { JournalPort } from "../../db/journal-service.ts";
import { turnTakingPort } from "../../db/turn-taking-port.ts";
import { directPorts } from "./journal-harness.ts";

const CLOSE = { type: "close" } as const;

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

test("a flood is delivered in order, one message a turn of the loop", async () => {
  const { client, service } = directPorts();
  const port: JournalPort = turnTakingPort(service);
  const received: unknown[] = [];
  port.on("message", (message) => received.push(message));
  const flood = [1, 2, 3].map((atUs) => ({ type: "clear-latch", latch: "kill", reason: "r", by: "b", atUs }) as const);
  for (const message of flood) client.postMessage(message);
  expect(received).toEqual([]);
  for (let count = 1; count <= 3; count += 1) {
    await turn();
    expect(received).toEqual(flood.slice(0, count));
  }
  client.postMessage(CLOSE);
  await turn();
  expect(received.at(-1)).toEqual(CLOSE);
});
