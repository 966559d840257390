import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { beginsWithAnswer, readCapture } from "../../../main/venues/binance-usdm/capture-reader.ts";
import { LineSplitter } from "../../../main/venues/binance-usdm/line-splitter.ts";

const folder = mkdtempSync(join(tmpdir(), "capture-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(bytes: string | Uint8Array): string {
  const path = join(folder, "capture");
  writeFileSync(path, bytes);
  return path;
}

async function linesOf(bytes: string | Uint8Array) {
  const lines: (string | null)[] = [];
  let read = 0;
  const result = await readCapture(fileOf(bytes), {
    line: (line, number) => {
      lines.push(line);
      expect(number).toBe(lines.length);
    },
    progress: (count) => {
      read += count;
    },
  });
  return { ...result, count: result.lines, lines, read };
}

/** Lines that gzip cannot make much of, so that a cut loses some. */
const numbered = Array.from({ length: 20_000 }, (_, i) => `${i} ${(i * 2_654_435_761) % 4_294_967_296}`);

describe("capture reader", () => {
  it("reads gzip and plain files alike", async () => {
    const text = "a\nb\r\n\nlast without newline";
    for (const bytes of [text, gzipSync(text)])
      expect((await linesOf(bytes)).lines).toStrictEqual(["a", "b", "", "last without newline"]);
    expect((await linesOf("")).lines).toStrictEqual([]);
  });

  it("reads several gzip members in one file", async () => {
    expect((await linesOf(Buffer.concat([gzipSync("a\n"), gzipSync("b\n")]))).lines).toStrictEqual(["a", "b"]);
  });

  it("tells how far it is in bytes of the file", async () => {
    const bytes = gzipSync(numbered.join("\n"));
    expect((await linesOf(bytes)).read).toBe(bytes.length);
  });

  it("gives out every whole line before the place where a gzip is cut off", async () => {
    const bytes = gzipSync(`${numbered.join("\n")}\n`);
    for (const share of [0.2, 0.7, 0.99]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      const { lines, brokenOff, count } = await linesOf(cut);
      expect(brokenOff).toMatch(/capture: the gzip file is cut off after line \d+$/);
      expect(lines).toStrictEqual(numbered.slice(0, count));
      expect(count / numbered.length).toBeGreaterThan(share - 0.1);
    }
  });

  it("stops where a gzip is damaged and says so", async () => {
    const bytes = gzipSync(numbered.join("\n"));
    bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 200);
    const { lines, brokenOff } = await linesOf(bytes);
    expect(brokenOff).toMatch(/the gzip file is damaged/);
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.slice(0, 100)).toStrictEqual(numbered.slice(0, 100));
  });

  it("rejects with what its sink throws and with the signal's reason", async () => {
    const path = fileOf(gzipSync(numbered.join("\n")));
    const failing = {
      line: () => {
        throw new Error("disk full");
      },
      progress: () => {},
    };
    await expect(readCapture(path, failing)).rejects.toThrow("disk full");
    const stopped = AbortSignal.abort(new Error("enough"));
    await expect(readCapture(path, { line: () => {}, progress: () => {} }, stopped)).rejects.toThrow("enough");
    await expect(readCapture(join(folder, "none"), failing)).rejects.toThrow(/ENOENT.*none/);
  });

  it("knows a file of REST answers by its first line", () => {
    const answer = "https://fapi.binance.com/fapi/v1/depth?symbol=A -> 1626992741.3: {}\n";
    expect(beginsWithAnswer(fileOf(answer))).toBe(true);
    expect(beginsWithAnswer(fileOf(gzipSync(answer)))).toBe(true);
    expect(beginsWithAnswer(fileOf(gzipSync("1723161255030314667 {}")))).toBe(false);
    expect(beginsWithAnswer(fileOf(Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3)))).toBe(false);
  });
});

describe("line splitter", () => {
  it("gives the lines of any bytes, however they are cut into chunks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-zé☃]{0,9}$/)),
        fc.array(fc.integer({ min: 1, max: 7 })),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
          const got: (string | null)[] = [];
          const splitter = new LineSplitter(100, (line) => got.push(line));
          let at = 0;
          for (const cut of cuts) {
            splitter.push(bytes.subarray(at, at + cut));
            at += cut;
          }
          splitter.push(bytes.subarray(at));
          splitter.end();
          expect(got).toStrictEqual(lines);
        },
      ),
    );
  });

  it("gives null for a line that is too long, and goes on behind it", () => {
    const got: (string | null)[] = [];
    const splitter = new LineSplitter(4, (line) => got.push(line));
    for (const part of ["ab\nabc", "def\nabcd\n", "abcde"]) splitter.push(Buffer.from(part));
    splitter.end();
    expect(got).toStrictEqual(["ab", null, "abcd", null]);
  });
});
