/** The console on a fake backend that lives in the page: a test moves time, the connection and the answers through `window.stage`. */
import type { Bridge, StreamMessage, StreamName } from "../../../preload/bridge.ts";
import { contract } from "../../../preload/contract.ts";
import { mountConsole } from "../../../renderer/app/mount-console.tsx";
import { createFakeBackend } from "../../support/fake-backend.ts";
import type { Stage, StagedAnswer } from "./stage.ts";

type AnyMessage = StreamMessage<StreamName>;
type AnyCall = (input: unknown) => Promise<unknown>;

const streamNames = Object.keys(contract.feed) as StreamName[];
const backend = createFakeBackend();
const answers = new Map<string, StagedAnswer>();
const changes = new Map<StreamName, (value: never) => unknown>();
const sent: (readonly [string, unknown])[] = [];
const connectionListeners = new Set<(isConnected: boolean) => void>();
const listeners = new Map<StreamName, Set<(message: AnyMessage) => void>>();
const numbers = new Map<StreamName, number>();
const latest = new Map<StreamName, AnyMessage>();
let isConnected = true;

function deliver(name: StreamName, message: AnyMessage): void {
  if (!isConnected) return;
  const change = changes.get(name);
  const n = (numbers.get(name) ?? -1) + 1;
  numbers.set(name, n);
  const value = change === undefined ? message.value : change(message.value as never);
  for (const listener of listeners.get(name) ?? []) listener({ n, kind: message.kind, value } as AnyMessage);
}

for (const name of streamNames) {
  listeners.set(name, new Set());
  backend.subscribe(name, (message) => {
    latest.set(name, message);
    deliver(name, message);
  });
}

async function answer(name: string, input: unknown, call: AnyCall): Promise<unknown> {
  sent.push([name, input]);
  const staged = answers.get(name);
  if (staged === undefined) return call(input);
  if (staged.kind === "never") return new Promise(() => {});
  if (staged.kind === "throws") throw new Error(staged.message);
  return { ok: false, code: staged.code, message: staged.message };
}

function bridgeCalls(): object {
  const groups = Object.entries(backend.handlers).map(([group, handlers]) => [
    group,
    Object.fromEntries(
      Object.entries(handlers as Record<string, AnyCall>).map(([name, call]) => [
        name,
        (input: unknown) => answer(`${group}.${name}`, input, call),
      ]),
    ),
  ]);
  return Object.fromEntries(groups) as object;
}

const bridge = {
  ...bridgeCalls(),
  feed: Object.fromEntries(
    streamNames.map((name) => [
      name,
      (listener: (message: AnyMessage) => void) => {
        listeners.get(name)?.add(listener);
        const message = latest.get(name);
        if (message !== undefined) deliver(name, { ...message, kind: "snapshot" });
        return () => void listeners.get(name)?.delete(listener);
      },
    ]),
  ),
  onConnection(listener: (isConnected: boolean) => void) {
    connectionListeners.add(listener);
    listener(isConnected);
    return () => void connectionListeners.delete(listener);
  },
} as unknown as Bridge;

const stage: Stage = {
  backend,
  sent,
  answer(name, staged) {
    if (staged === null) answers.delete(name);
    else answers.set(name, staged);
  },
  change(name, change) {
    if (change === null) changes.delete(name);
    else changes.set(name, change);
    const message = latest.get(name);
    if (message !== undefined) deliver(name, message);
  },
  emit(name, kind, value) {
    deliver(name, { n: 0, kind, value } as AnyMessage);
  },
  setConnected(next) {
    isConnected = next;
    for (const listener of connectionListeners) listener(next);
  },
};
Object.assign(window, { stage });

const root = document.getElementById("root");
if (root === null) throw new Error("expected the harness to have an element #root");
mountConsole(root, bridge);
