import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { beforeAll, expect, test } from "vitest";
import { CALL_NAMES, STREAM_NAMES } from "../../preload/channels.ts";
import { buildPreload } from "../support/build-preload.ts";

let source = "";
beforeAll(async () => {
  source = readFileSync(await buildPreload(), "utf8");
});

interface Exposed {
  readonly [group: string]: Record<string, (...args: unknown[]) => unknown>;
}

function evaluated() {
  const exposed: Record<string, Exposed> = {};
  const sent: unknown[][] = [];
  let receive: (event: unknown, ...args: unknown[]) => void = () => {};
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, value: Exposed) => void (exposed[name] = value) },
    ipcRenderer: {
      invoke: async (...args: unknown[]) => void sent.push(["invoke", ...args]),
      send: (...args: unknown[]) => void sent.push(["send", ...args]),
      on: (_channel: string, listener: typeof receive) => (receive = listener),
    },
  };
  const required: string[] = [];
  const require = (name: string): unknown => {
    required.push(name);
    return electron;
  };
  runInNewContext(source, { require, exports: {}, module: { exports: {} } });
  return {
    bridge: exposed["ballast"] as Exposed,
    exposed,
    sent,
    required,
    deliver: (...args: unknown[]) => receive({}, ...args),
  };
}

test("exposes one global with exactly the contract's functions", () => {
  const { exposed, bridge } = evaluated();
  expect(Object.keys(exposed)).toEqual(["ballast"]);
  const names = Object.fromEntries(Object.entries(bridge).map(([group, calls]) => [group, Object.keys(calls)]));
  expect(names).toEqual({ ...CALL_NAMES, feed: [...STREAM_NAMES] });
});

test("loads nothing but electron and hands none of it to the page", () => {
  const { required, bridge } = evaluated();
  expect(new Set(required)).toEqual(new Set(["electron"]));
  for (const group of Object.values(bridge))
    for (const value of Object.values(group)) expect(typeof value).toBe("function");
});

test("a call passes its first argument alone, on its own channel", async () => {
  const { bridge, sent } = evaluated();
  await bridge["quoting"]?.["pause"]?.({ commandId: "command-0001" }, "second", "third");
  expect(sent).toEqual([["invoke", "call:quoting.pause", { commandId: "command-0001" }]]);
});

test("a stream's items reach its listener only, each is said to be taken, and none after it was closed", () => {
  const { bridge, sent, deliver } = evaluated();
  const [status, ladder]: [unknown[], unknown[]] = [[], []];
  const stop = bridge["feed"]?.["status"]?.((message: unknown) => status.push(message)) as () => void;
  bridge["feed"]?.["ladder"]?.((message: unknown) => ladder.push(message));
  deliver(1, "a");
  deliver(2, "b");
  stop();
  stop();
  deliver(1, "c");
  expect([status, ladder]).toEqual([["a"], ["b"]]);
  expect(sent).toEqual([
    ["send", "feed:open", 1, "status"],
    ["send", "feed:open", 2, "ladder"],
    ["send", "feed:taken", 1],
    ["send", "feed:taken", 2],
    ["send", "feed:close", 1],
    ["send", "feed:taken", 1],
  ]);
});

test("a listener that throws does not stop the stream", () => {
  const { bridge, sent, deliver } = evaluated();
  bridge["feed"]?.["status"]?.(() => {
    throw new Error("broken page");
  });
  expect(() => deliver(1, "a")).toThrow("broken page");
  expect(sent.at(-1)).toEqual(["send", "feed:taken", 1]);
});

test("the source stays under 60 lines", () => {
  const lines = readFileSync(new URL("../../preload/index.ts", import.meta.url), "utf8").split("\n");
  expect(lines.length).toBeLessThan(60);
});
