import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TapeDecodeError } from "../../db/tape-bytes.ts";
import { BlockDecoder, BlockEncoder, decodeBlock } from "../../db/tape-codec.ts";
import { EVENT_TAGS } from "../../db/tape-event-tags.ts";
import type { KernelEvent } from "../../main/kernel/events.ts";
import { anyEvent, encoded, eventTypes } from "./tape-arbitraries.ts";

describe("tape codec", () => {
  it("gives back any events exactly", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 20 }), (events) => {
        expect(decodeBlock(encoded(events).bytes)).toStrictEqual(events);
      }),
      { numRuns: 500 },
    );
  });

  it("knows every kind of event", () => {
    for (const type of eventTypes)
      fc.assert(
        fc.property(
          anyEvent.filter((event) => event.type === type),
          (event) => {
            expect(decodeBlock(encoded([event]).bytes)).toStrictEqual([event]);
          },
        ),
        { numRuns: 10 },
      );
  });

  it("gives every kind of event a tag of its own that fits its six bits", () => {
    const tags = Object.values(EVENT_TAGS);
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags.every((tag) => tag > 0 && tag < 64)).toBe(true);
  });

  it("starts every block afresh and describes it by its first and last event", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyEvent, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 }),
        (runs) => {
          const encoder = new BlockEncoder();
          for (const events of runs) {
            for (const event of events) encoder.add(event);
            expect(encoder.events).toBe(events.length);
            const block = encoder.finish();
            expect(block === null ? null : decodeBlock(block.bytes)).toStrictEqual(events);
            expect(block).toMatchObject({
              events: events.length,
              firstSeq: events[0]?.seq,
              lastSeq: events.at(-1)?.seq,
              firstTsUs: events[0]?.tsInit,
              lastTsUs: events.at(-1)?.tsInit,
            });
          }
          expect(encoder.finish()).toBeNull();
        },
      ),
      { numRuns: 50 },
    );
  });

  it("refuses an event that it could not give back, and keeps what it had", () => {
    const good = { type: "timer-fired", seq: 7, tsEvent: 5, tsInit: 9, timerId: 3 } as KernelEvent;
    const encoder = new BlockEncoder();
    encoder.add(good);
    const length = encoder.byteLength;
    for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => encoder.add({ ...good, timerId: wrong } as KernelEvent)).toThrow(RangeError);
    expect(encoder.byteLength).toBe(length);
    encoder.add({ ...good, seq: 8 });
    expect(decodeBlock(encoder.finish()?.bytes ?? new Uint8Array())).toStrictEqual([good, { ...good, seq: 8 }]);
  });

  it("reads rubbish to a typed error or to events, and always to an end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const decoder = new BlockDecoder(bytes, 12);
        try {
          while (decoder.next() !== null) expect(decoder.position).toBeLessThanOrEqual(bytes.length);
          expect(decoder.position).toBe(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(TapeDecodeError);
          expect(error).toMatchObject({ block: 12 });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("names block and byte of a block that was cut inside an event", () => {
    fc.assert(
      fc.property(anyEvent, fc.nat(), (event, cut) => {
        const { bytes } = encoded([event]);
        const length = 1 + (cut % (bytes.length - 1));
        const run = (): unknown => decodeBlock(bytes.subarray(0, length), 3);
        expect(run).toThrow(TapeDecodeError);
        expect(run).toThrow(/^tape block 3 cannot be decoded at byte \d+: /);
      }),
    );
  });

  it("says which tag it does not know", () => {
    expect(() => decodeBlock(new Uint8Array([63, 1, 1]))).toThrow(/byte 1: no event has the tag 63/);
  });
});
