/** Exposes exactly the contract as `window.ballast`: one function a call, one function a stream, nothing that takes a channel's name. */
import { contextBridge, ipcRenderer } from "electron";
import {
  BRIDGE_GLOBAL,
  CALL_NAMES,
  callChannel,
  FEED_CLOSE,
  FEED_ITEM,
  FEED_OPEN,
  FEED_TAKEN,
  STREAM_NAMES,
} from "./channels.ts";

const listeners = new Map<number, (message: unknown) => void>();
let lastSubscription = 0;

ipcRenderer.on(FEED_ITEM, (_event, subscription: number, message: unknown) => {
  // Said before the listener runs, so that one that throws cannot stop the stream
  ipcRenderer.send(FEED_TAKEN, subscription);
  listeners.get(subscription)?.(message);
});

function callsOf(group: string, names: readonly string[]): Record<string, (input: unknown) => Promise<unknown>> {
  return Object.fromEntries(
    names.map((name) => [name, (input: unknown) => ipcRenderer.invoke(callChannel(group, name), input)]),
  );
}

function openStream(name: string, listener: (message: unknown) => void): () => void {
  lastSubscription += 1;
  const subscription = lastSubscription;
  listeners.set(subscription, listener);
  ipcRenderer.send(FEED_OPEN, subscription, name);
  return () => {
    if (listeners.delete(subscription)) ipcRenderer.send(FEED_CLOSE, subscription);
  };
}

contextBridge.exposeInMainWorld(BRIDGE_GLOBAL, {
  ...Object.fromEntries(Object.entries(CALL_NAMES).map(([group, names]) => [group, callsOf(group, names)])),
  feed: Object.fromEntries(
    STREAM_NAMES.map((name) => [name, (listener: (message: unknown) => void) => openStream(name, listener)]),
  ),
});
