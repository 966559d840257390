import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type OutgoingMessage, SEND_INTERVAL_MS, StreamPump } from "../../main/shell/stream-pump.ts";
import type { StreamMessage } from "../../preload/bridge.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Source {
  emit(kind: "snapshot" | "update", value: unknown): void;
  subscriptions: number;
  isOpen: boolean;
}

function pumpOn(shape: "latest" | "append", snapshot: () => unknown = () => (shape === "latest" ? 0 : [])) {
  const sent: (OutgoingMessage & { readonly atMs: number })[] = [];
  const line = { isBackedUp: false };
  let listener: ((message: StreamMessage<"status">) => void) | null = null;
  const source: Source = {
    emit: (kind, value) => listener?.({ n: 0, kind, value: value as never }),
    subscriptions: 0,
    isOpen: false,
  };
  const pump = new StreamPump<"status">({
    shape,
    subscribe: (heard) => {
      [listener, source.isOpen] = [heard, true];
      source.subscriptions += 1;
      source.emit("snapshot", snapshot());
      return () => ([listener, source.isOpen] = [null, false]);
    },
    sink: {
      send: (message) => void sent.push({ ...message, atMs: performance.now() }),
      isBackedUp: () => line.isBackedUp,
    },
  });
  return { pump, sent, line, source };
}

describe("stream pump", () => {
  test("sends the snapshot at once, then the newest value when it is due", () => {
    const { sent, source } = pumpOn("latest");
    for (const value of [1, 2, 3]) source.emit("update", value);
    expect(sent).toMatchObject([{ n: 0, kind: "snapshot", value: 0 }]);
    vi.advanceTimersByTime(SEND_INTERVAL_MS + 1);
    expect(sent).toMatchObject([{ n: 0 }, { n: 1, kind: "update", value: 3 }]);
  });

  test("sends at most 30 messages in any second, and the last value always arrives", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 300 }), (gapsMs) => {
        const { sent, source, pump } = pumpOn("latest");
        for (const [index, gapMs] of gapsMs.entries()) {
          vi.advanceTimersByTime(gapMs);
          source.emit("update", index + 1);
        }
        vi.advanceTimersByTime(1000);
        pump.close();
        expect(sent.at(-1)?.value).toBe(gapsMs.length);
        expect(sent.map(({ n }) => n)).toEqual(sent.map((_, index) => index));
        const thirtyLaterMs = sent.slice(30).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? atMs));
        expect(Math.min(1000, ...thirtyLaterMs)).toBe(1000);
      }),
      { numRuns: 40 },
    );
  });

  test("holds a latest value back while the line is backed up, and sends only the newest after", () => {
    const { sent, line, source } = pumpOn("latest");
    line.isBackedUp = true;
    for (let value = 1; value <= 100; value += 1) {
      source.emit("update", value);
      vi.advanceTimersByTime(50);
    }
    expect(sent).toHaveLength(1);
    line.isBackedUp = false;
    vi.advanceTimersByTime(SEND_INTERVAL_MS + 1);
    expect(sent.slice(1)).toMatchObject([{ n: 1, kind: "update", value: 100 }]);
  });

  test("merges waiting rows by their id, and a later row of an id wins", () => {
    const { sent, source } = pumpOn("append");
    source.emit("update", [
      { id: 1, count: 1 },
      { id: 2, count: 1 },
    ]);
    source.emit("update", [
      { id: 2, count: 2 },
      { id: 3, count: 1 },
    ]);
    vi.advanceTimersByTime(SEND_INTERVAL_MS + 1);
    expect(sent[1]?.value).toEqual([
      { id: 1, count: 1 },
      { id: 2, count: 2 },
      { id: 3, count: 1 },
    ]);
  });

  test("merges rows without an id by their time", () => {
    const { sent, source } = pumpOn("append");
    source.emit("update", [{ atUs: 5, mid: 1 }]);
    source.emit("update", [{ atUs: 5, mid: 2 }]);
    vi.advanceTimersByTime(SEND_INTERVAL_MS + 1);
    expect(sent[1]?.value).toEqual([{ atUs: 5, mid: 2 }]);
  });

  test("a subscriber too slow for the rows that wait gets a new snapshot instead, without a hole in the numbers", () => {
    let newest = 0;
    const { sent, line, source } = pumpOn("append", () => [{ id: newest }]);
    line.isBackedUp = true;
    for (newest = 1; newest <= 5000; newest += 1) source.emit("update", [{ id: newest }]);
    vi.advanceTimersByTime(200);
    line.isBackedUp = false;
    vi.advanceTimersByTime(200);
    expect(source.subscriptions).toBe(2);
    expect(sent.map(({ n, kind }) => [n, kind])).toEqual([
      [0, "snapshot"],
      [1, "snapshot"],
    ]);
    source.emit("update", [{ id: 9000 }]);
    vi.advanceTimersByTime(SEND_INTERVAL_MS + 1);
    expect(sent.at(-1)).toMatchObject({ n: 2, kind: "update", value: [{ id: 9000 }] });
  });

  test("a snapshot in the middle stays one, with what came after it", () => {
    const { sent, source } = pumpOn("latest");
    source.emit("update", 1);
    source.emit("snapshot", null);
    source.emit("update", 2);
    vi.advanceTimersByTime(SEND_INTERVAL_MS + 1);
    expect(sent.slice(1)).toMatchObject([{ n: 1, kind: "snapshot", value: 2 }]);
  });

  test("sends nothing after it was closed, and lets go of the source", () => {
    const { pump, sent, source } = pumpOn("latest");
    source.emit("update", 1);
    pump.close();
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(1);
    expect(source.isOpen).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});
