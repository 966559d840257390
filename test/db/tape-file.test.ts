import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createTapeFile, type TapeFile } from "../../db/tape-file.ts";
import { openTape, TapeDamagedError, verifyTape, type TapeReader } from "../../db/tape-reader.ts";
import { TapeWriter } from "../../db/tape-writer.ts";
import type { KernelEvent } from "../../main/kernel/events.ts";
import { anyEvent, encoded, inOrder, tapeHeader } from "./tape-arbitraries.ts";

const folder = mkdtempSync(join(tmpdir(), "tape-"));
let files = 0;
const freshPath = (): string => join(folder, `${(files += 1)}.tape`);
afterAll(() => rmSync(folder, { recursive: true }));

const someEvents = fc.array(anyEvent, { minLength: 1, maxLength: 30 }).map(inOrder);
const fixed = inOrder(fc.sample(anyEvent, { numRuns: 40, seed: 7 }));
const BLOCK_EVENTS = 4;

function write(events: readonly KernelEvent[], isClosed = true, perBlock = BLOCK_EVENTS): string {
  const path = freshPath();
  const writer = TapeWriter.create(path, tapeHeader());
  for (let i = 0; i < events.length; i += perBlock) writer.append(encoded(events.slice(i, i + perBlock)));
  writer.sync();
  if (isClosed) writer.close();
  else writer.abandon();
  return path;
}

function opened(path: string): TapeReader {
  const tape = openTape(path);
  if (!tape.ok) throw new Error(tape.message);
  return tape.tape;
}

function readAll(path: string): KernelEvent[] {
  const tape = opened(path);
  const events: KernelEvent[] = [];
  try {
    for (let event = tape.next(); event !== null; event = tape.next()) events.push(event);
  } finally {
    tape.close();
  }
  return events;
}

describe("tape file", () => {
  it("gives back header and events, closed or not", () => {
    fc.assert(
      fc.property(someEvents, fc.boolean(), (events, isClosed) => {
        const path = write(events, isClosed);
        const tape = opened(path);
        expect(tape.header).toStrictEqual(tapeHeader());
        expect(tape).toMatchObject({ isComplete: isClosed, events: events.length, tornTail: null });
        expect([tape.firstTsUs, tape.lastTsUs]).toStrictEqual([events[0]?.tsInit, events.at(-1)?.tsInit]);
        tape.close();
        expect(readAll(path)).toStrictEqual(events);
        const blocks = Math.ceil(events.length / BLOCK_EVENTS);
        expect(verifyTape(path)).toMatchObject({ ok: true, blocks, events: events.length, isComplete: isClosed });
      }),
      { numRuns: 40 },
    );
  });

  it("may be empty", () => {
    expect(readAll(write([]))).toStrictEqual([]);
    expect(readAll(write([], false))).toStrictEqual([]);
  });

  it("seeks to the first event at or after a time, by the index and without it", () => {
    for (const isClosed of [true, false]) {
      const tape = opened(write(fixed, isClosed));
      for (let second = 0; second <= 42; second++)
        for (const us of [second * 1_000_000, second * 1_000_000 - 1]) {
          tape.seek(us);
          expect(tape.next()?.seq).toBe(fixed.find((event) => event.tsInit >= us)?.seq);
        }
      tape.seek(0);
      expect(tape.next()).toStrictEqual(fixed[0]);
      tape.close();
    }
  });

  it("seeks in a tape with more blocks than its index names", () => {
    const many = Array.from({ length: 9000 }, (_, i) => ({ ...fixed[0], seq: i + 1, tsInit: i * 10 }) as KernelEvent);
    const path = write(many, true, 1);
    expect(verifyTape(path)).toMatchObject({ ok: true, blocks: 9000 });
    const tape = opened(path);
    for (const at of [0, 1, 4095, 4096, 4097, 8191, 8999]) {
      tape.seek(at * 10);
      expect(tape.next()?.seq).toBe(at + 1);
    }
    tape.close();
  });

  it("copies blocks as they are", () => {
    const from = opened(write(fixed));
    const path = freshPath();
    const writer = TapeWriter.create(path, tapeHeader({ createdBy: "copy" }));
    for (let block = from.nextPacked(); block !== null; block = from.nextPacked()) writer.appendPacked(block);
    writer.close();
    from.close();
    expect(readAll(path)).toStrictEqual(fixed);
    expect(verifyTape(path)).toMatchObject({ ok: true, events: fixed.length });
  });

  it("does not write over a file that is there", () => {
    const path = write(fixed);
    const before = readFileSync(path);
    expect(() => TapeWriter.create(path, tapeHeader())).toThrow(/EEXIST/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe("altered tape", () => {
  const whole = readFileSync(write(fixed));
  const path = freshPath();
  const verifyBytes = (bytes: Uint8Array): ReturnType<typeof verifyTape> => {
    writeFileSync(path, bytes);
    return verifyTape(path);
  };

  it("has one flipped bit anywhere found and located at or before it", () => {
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 7 }), (position, bit) => {
        const bytes = Uint8Array.from(whole);
        bytes[position] = (bytes[position] ?? 0) ^ (1 << bit);
        const verified = verifyBytes(bytes);
        expect(verified.ok).toBe(false);
        if (verified.ok) return;
        expect(verified.byteOffset).toBeLessThanOrEqual(position);
        expect(verified.message).toContain(path);
        // Everything before the place is good, so the place is in the very part that was changed
        expect(verified.events).toBe(Math.min(Math.max(verified.block, 0) * BLOCK_EVENTS, fixed.length));
        expect(readsUnharmed()).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it("has every single bit of a block's header and of the footer's head found and located", () => {
    const cuts = blockOffsets();
    for (const from of [0, cuts[0] ?? 0, cuts.at(-1) ?? 0])
      for (let bit = 0; bit < 80 * 8; bit++) {
        const bytes = Uint8Array.from(whole);
        const position = from + (bit >> 3);
        bytes[position] = (bytes[position] ?? 0) ^ (1 << (bit & 7));
        const verified = verifyBytes(bytes);
        expect([verified.ok, verified.ok || verified.byteOffset <= position, bit]).toStrictEqual([false, true, bit]);
      }
  });

  /** True when opening and reading to the end notices nothing. */
  function readsUnharmed(): boolean {
    const tape = openTape(path);
    if (!tape.ok) return false;
    try {
      while (tape.tape.next() !== null);
      return tape.tape.isComplete;
    } catch (error) {
      expect(error).toBeInstanceOf(TapeDamagedError);
      return false;
    } finally {
      tape.tape.close();
    }
  }

  it("has one flipped bit found also when a crash left it without its index", () => {
    const unclosed = readFileSync(write(fixed, false));
    fc.assert(
      fc.property(fc.nat({ max: unclosed.length - 1 }), fc.nat({ max: 7 }), (position, bit) => {
        const bytes = Uint8Array.from(unclosed);
        bytes[position] = (bytes[position] ?? 0) ^ (1 << bit);
        const verified = verifyBytes(bytes);
        expect(verified.ok).toBe(false);
        if (!verified.ok) expect(verified.byteOffset).toBeLessThanOrEqual(position);
      }),
      { numRuns: 150 },
    );
  });

  it("has a removed, a doubled and an exchanged block found", () => {
    const cuts = blockOffsets();
    const part = (i: number): Uint8Array => whole.subarray(cuts[i], cuts[i + 1]);
    const rebuilt = (...order: number[]): Uint8Array =>
      Buffer.concat([whole.subarray(0, cuts[0]), ...order.map(part), whole.subarray(cuts.at(-1))]);
    const all = cuts.slice(0, -1).map((_, i) => i);
    expect(verifyBytes(rebuilt(...all)).ok).toBe(true);
    expect(verifyBytes(rebuilt(...all.filter((i) => i !== 3)))).toMatchObject({ ok: false, block: 3 });
    expect(verifyBytes(rebuilt(...all.slice(0, 4), 3, ...all.slice(4)))).toMatchObject({ ok: false, block: 4 });
    expect(verifyBytes(rebuilt(0, 2, 1, ...all.slice(3)))).toMatchObject({ ok: false, block: 1 });
    expect(verifyBytes(rebuilt(...all.slice(0, -1)))).toMatchObject({ ok: false, block: all.length - 1 });
  });

  it("has bytes behind its end found", () => {
    expect(verifyBytes(Buffer.concat([whole, new Uint8Array([0])]))).toMatchObject({ ok: false, kind: "damaged" });
  });

  function blockOffsets(): number[] {
    const offsets: number[] = [];
    for (let at = whole.indexOf("BLCK"); at >= 0; at = whole.indexOf("BLCK", at + 1)) offsets.push(at);
    return [...offsets, whole.indexOf("BIDX")];
  }
});

describe("tape that a crash left", () => {
  const open = readFileSync(write(fixed, false));
  const starts = [...open.toString("latin1").matchAll(/BLCK/g)].map((match) => match.index);

  it("is read up to its last whole block, wherever it was cut", () => {
    const path = freshPath();
    fc.assert(
      fc.property(fc.integer({ min: starts[0] ?? 0, max: open.length }), (length) => {
        writeFileSync(path, open.subarray(0, length));
        const wholeBlocks = [...starts.slice(1), open.length].filter((end) => end <= length).length;
        const events = fixed.slice(0, wholeBlocks * BLOCK_EVENTS);
        const isTorn = length !== open.length && !starts.includes(length);
        const tape = opened(path);
        expect(tape.isComplete).toBe(false);
        expect(tape.tornTail).toStrictEqual(
          isTorn
            ? expect.stringMatching(
                new RegExp(`^torn tail at byte ${starts[wholeBlocks]}, ${events.length} events recovered`),
              )
            : null,
        );
        tape.close();
        expect(readAll(path)).toStrictEqual(events);
        const { ok } = verifyTape(path);
        expect(ok).toBe(!isTorn);
      }),
      { numRuns: 100 },
    );
  });

  it("is read up to the block whose bytes never reached the disk", () => {
    const path = freshPath();
    const last = starts.at(-1) ?? 0;
    const unwritten = Uint8Array.from(open).fill(0, last + 80);
    for (const bytes of [unwritten, Uint8Array.from(open).fill(0, last)]) {
      writeFileSync(path, bytes);
      expect(readAll(path)).toStrictEqual(fixed.slice(0, (starts.length - 1) * BLOCK_EVENTS));
      expect(verifyTape(path)).toMatchObject({ ok: false, byteOffset: last, block: starts.length - 1 });
    }
  });
});

describe("tape refused", () => {
  it("says that a tape comes from a newer version", () => {
    const path = write(fixed);
    const bytes = readFileSync(path);
    bytes[8] = 2;
    writeFileSync(path, bytes);
    expect(openTape(path)).toMatchObject({ ok: false, message: expect.stringContaining("newer version: format 2") });
  });

  it("says so of what is no tape, and of a file that is not there", () => {
    const path = freshPath();
    writeFileSync(path, "hello");
    expect(openTape(path)).toMatchObject({
      ok: false,
      message: expect.stringContaining("not begin like a Ballast tape"),
    });
    expect(openTape(freshPath())).toMatchObject({ ok: false, message: expect.stringContaining("cannot be opened") });
  });
});

/** A disk with room for `room` bytes; `mayCut` false = even cutting back fails. */
function smallDisk(path: string, room: number, mayCut = true): TapeFile {
  const file = createTapeFile(path);
  let left = room;
  return {
    ...{ sync: () => file.sync(), close: () => file.close() },
    write: (bytes) => {
      file.write(bytes.subarray(0, left));
      const isFull = bytes.length > left;
      left = Math.max(0, left - bytes.length);
      if (isFull) throw new Error("ENOSPC: no space left on device");
    },
    truncate: (length) => {
      if (!mayCut) throw new Error("EIO: i/o error");
      file.truncate(length);
    },
  };
}

describe("full disk", () => {
  const whole = readFileSync(write(fixed, false));
  const firstBlock = whole.indexOf("BLCK");

  it("leaves what was appended before whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: firstBlock, max: whole.length - 1 }), fc.boolean(), (room, mayCut) => {
        const path = freshPath();
        const writer = TapeWriter.create(path, tapeHeader(), smallDisk(path, room, mayCut));
        let appended = 0;
        expect(() => {
          for (let i = 0; i < fixed.length; i += BLOCK_EVENTS) {
            writer.append(encoded(fixed.slice(i, i + BLOCK_EVENTS)));
            appended = i + BLOCK_EVENTS;
          }
        }).toThrow(/ENOSPC/);
        expect(() => writer.append(encoded(fixed.slice(appended)))).toThrow(mayCut ? /ENOSPC/ : /takes no more blocks/);
        writer.abandon();
        expect(readAll(path)).toStrictEqual(fixed.slice(0, appended));
        expect(verifyTape(path).ok).toBe(mayCut || readFileSync(path).length === writer.byteLength);
      }),
      { numRuns: 40 },
    );
  });
});
