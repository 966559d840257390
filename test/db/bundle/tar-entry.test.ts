import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layTarHeader, paddingAfter, readTarHeader, TAR_BLOCK_BYTES } from "../../../db/bundle/tar-entry.ts";

const anyEntry = fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9_./-]{1,99}$/),
  bytes: fc.integer({ min: 0, max: 8 ** 11 - 1 }),
});

describe("the header of a part", () => {
  test("gives back its name and size", () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        expect(readTarHeader(layTarHeader(entry))).toEqual(entry);
      }),
    );
  });

  test("is refused with any byte changed", () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(TAR_BLOCK_BYTES - 1), fc.integer({ min: 1, max: 255 }), (entry, at, change) => {
        const header = layTarHeader(entry);
        header[at] = (header[at] ?? 0) ^ change;
        expect(readTarHeader(header)).toBeNull();
      }),
    );
  });

  test.each([
    ["a name with a space", { name: "a b", bytes: 1 }],
    ["a long name", { name: "a".repeat(100), bytes: 1 }],
    ["too many bytes", { name: "a", bytes: 8 ** 11 }],
    ["a size below 0", { name: "a", bytes: -1 }],
  ])("cannot hold %s", (_what, entry) => {
    expect(() => layTarHeader(entry)).toThrow(RangeError);
  });

  test("is followed by whole blocks", () => {
    fc.assert(
      fc.property(fc.nat(100_000), (bytes) => {
        expect((bytes + paddingAfter(bytes)) % TAR_BLOCK_BYTES).toBe(0);
        expect(paddingAfter(bytes)).toBeLessThan(TAR_BLOCK_BYTES);
      }),
    );
  });
});
