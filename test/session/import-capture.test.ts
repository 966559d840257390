import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createTapeFile, type TapeFile } from "../../db/tape-file.ts";
import { openTape, verifyTape } from "../../db/tape-reader.ts";
import { OrderBook } from "../../main/kernel/market/order-book.ts";
import { importCapture } from "../../main/session/import-capture.ts";
import { CaptureLines, done, eventsOf, importBytes, soundCapture, temporaryFolder } from "./import-fixture.ts";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const typesOf = (path: string): string[] => eventsOf(path).map((event) => event.type);

describe("import of a sound capture", () => {
  it("counts what it read and writes a tape that verifies", async () => {
    const { result, out } = await importBytes(folder, soundCapture());
    expect(result).toMatchObject({
      ok: true,
      frames: 9,
      depthUpdates: 3,
      trades: 1,
      tickers: 4,
      gaps: 0,
      rejected: { "before-snapshot": 1 },
      touchAgreement: 1,
      touchCompared: 2,
      problems: [],
      clockOffsetUs: -999_000,
      bytes: readFileSync(out).length,
    });
    expect(verifyTape(out)).toMatchObject({ ok: true, events: 8, isComplete: true });
    expect(eventsOf(out).map((event) => event.seq)).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("measures how far the book's touch agrees with the ticker that held at its id", async () => {
    const lines = new CaptureLines()
      .snapshot(11)
      .ticker(12, ["100.0", "1"], ["100.1", "2"])
      .ticker(17, ["100.0", "9"], ["100.1", "2"])
      // Came late: the ticker that held at 15 is the one before the last
      .depth(11, 15, 10, [["90.0", "1"]])
      .depth(16, 18, 15, [["90.0", "2"]])
      .depth(19, 20, 18, [["100.0", "0"]])
      .ticker(20, ["90.0", "2"], ["100.1", "2"])
      .depth(21, 21, 20, [["91.0", "2"]])
      .ticker(30, ["90.0", "2"], ["100.1", "2"])
      .depth(31, 31, 21);
    const { result } = await importBytes(folder, lines);
    expect(done(result)).toMatchObject({
      gaps: 0,
      touchCompared: 4,
      touchPriceAgreement: 0.75,
      touchSizeAgreement: 0.75,
      touchAgreement: 0.5,
    });
  });

  it("writes what waited for the snapshot right after it, at its time", async () => {
    const lines = new CaptureLines().depth(1, 10, 0).depth(11, 15, 10).depth(16, 20, 15).trade(1).snapshot(12);
    const { result, out } = await importBytes(folder, lines);
    expect(done(result)).toMatchObject({ gaps: 0, rejected: { "before-snapshot": 1 } });
    const events = eventsOf(out);
    expect(events.map((event) => event.type)).toStrictEqual([
      "trade-printed",
      "book-snapshot-received",
      "book-delta-received",
      "book-delta-received",
    ]);
    const times = events.slice(1).map((event) => event.tsInit);
    expect(new Set(times).size).toBe(1);
    expect(events[2]?.tsEvent).toBeLessThan(events[1]?.tsEvent ?? 0);
  });

  it("keeps the measured clock, rules and counts in the header", async () => {
    const { out } = await importBytes(folder, soundCapture(), { createdBy: "ballast 1" });
    const opened = openTape(out);
    if (!opened.ok) throw new Error(opened.message);
    const { header } = opened.tape;
    opened.tape.close();
    expect(header).toMatchObject({
      kind: "market",
      createdBy: "ballast 1",
      rules: { market: "BTCUSDT", tickSize: "0.1" },
      clock: { offsetUs: -999_000 },
      import: { source: "binance-usdm", counts: { frames: 9, gaps: 0 }, rejected: { "before-snapshot": 1 } },
    });
    expect(JSON.stringify(header)).not.toContain(folder);
  });

  it("reads many inputs in their order and never lets the time fall", async () => {
    const { lines } = soundCapture();
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    writeFileSync(one, lines.slice(0, 4).join("\n"));
    writeFileSync(two, gzipSync([lines[5], lines[4], ...lines.slice(6)].join("\n")));
    const out = join(folder, "many.tape");
    const result = done(await importCapture({ inputs: [one, two], symbol: "btcusdt", out }));
    expect(result).toMatchObject({ frames: 9, gaps: 0, clockAdjustments: 1 });
    const times = eventsOf(out).map((event) => event.tsInit);
    expect(times).toStrictEqual(times.toSorted((a, b) => a - b));
  });

  it("replaces a tape that is there, and leaves nothing else behind", async () => {
    const own = join(folder, "own");
    mkdirSync(own);
    for (let i = 0; i < 2; i++) {
      writeFileSync(join(own, "x.tape.part"), "left by an import that died");
      await importBytes(folder, soundCapture(), { out: join(own, "x.tape") });
      expect(readdirSync(own)).toStrictEqual(["x.tape"]);
    }
  });
});

describe("import of the second recorder's files", () => {
  const info = JSON.stringify({
    symbols: [
      {
        symbol: "ABCUSDT",
        baseAsset: "ABC",
        quoteAsset: "USDT",
        filters: [
          { filterType: "PRICE_FILTER", tickSize: "0.5" },
          { filterType: "LOT_SIZE", stepSize: "1", minQty: "1" },
        ],
      },
    ],
  });
  const frame = (s: string, data: Record<string, unknown>): string =>
    `${s}: ${JSON.stringify({ stream: "x", data: { E: 5, T: 5, s: "ABCUSDT", ...data } })}`;
  const answers = [
    `https://x/fapi/v1/exchangeInfo -> 100000000.0: ${info}`,
    'configuration: {"a":1}',
    `https://x/fapi/v1/depth?symbol=OTHERUSDT -> 100000001.0: {"lastUpdateId":1,"E":1,"bids":[],"asks":[]}`,
    `https://x/fapi/v1/depth?symbol=ABCUSDT -> 100000003.5: {"lastUpdateId":12,"E":1,"bids":[["1.5","7"]],"asks":[]}`,
  ].join("\n");
  const stream = [
    "wss://x/stream?streams=a <-> 100000000.5",
    frame("100000001.25", { e: "depthUpdate", U: 1, u: 10, pu: 0, b: [], a: [] }),
    frame("100000002.25", { e: "aggTrade", a: 4, p: "2.0", q: "3", m: false }),
    frame("100000003.25", { e: "depthUpdate", U: 11, u: 13, pu: 10, b: [["1.0", "2"]], a: [] }),
    frame("100000004.25", { e: "depthUpdate", U: 14, u: 14, pu: 13, b: [], a: [["2.5", "9"]] }),
    frame("100000005.25", { e: "kline" }),
    frame("100000005.25", { e: "trade", t: 9, p: "2.0", q: "3", m: false }),
  ].join("\n");

  it("takes rules and snapshots from the answers, at the time they came", async () => {
    const inputs = [join(folder, "abc.http"), join(folder, "abc.ws")];
    writeFileSync(inputs[0] ?? "", gzipSync(answers));
    writeFileSync(inputs[1] ?? "", gzipSync(stream));
    const out = join(folder, "abc.tape");
    for (const order of [inputs, inputs.toReversed()]) {
      const result = done(await importCapture({ inputs: order, symbol: "ABCUSDT", out }));
      expect(result).toMatchObject({
        frames: 9,
        depthUpdates: 3,
        trades: 1,
        gaps: 0,
        rulesSource: "exchange-info",
        rejected: { "before-snapshot": 1, "unknown-event": 1, "second-trade-stream": 1, "other-symbol": 1 },
      });
      expect(eventsOf(out).map(({ type, tsInit }) => [type, tsInit / 1e6])).toStrictEqual([
        ["trade-printed", 100_000_002.25],
        ["book-snapshot-received", 100_000_003.5],
        ["book-delta-received", 100_000_003.5],
        ["book-delta-received", 100_000_004.25],
      ]);
    }
  });
});

describe("bad input", () => {
  it("counts a line of rubbish in the middle, names it and goes on", async () => {
    const lines = soundCapture();
    lines.lines.splice(4, 0, "x7?!", "1700000000000000000 {not json");
    const { result, input, out } = await importBytes(folder, lines);
    expect(done(result)).toMatchObject({
      frames: 11,
      trades: 1,
      gaps: 0,
      rejected: { "before-snapshot": 1, "unreadable-line": 1, "bad-json": 1 },
      problems: [],
      examples: expect.arrayContaining([
        { reason: "unreadable-line", file: input, line: 5, message: expect.stringContaining("x7?!") },
        { reason: "bad-json", file: input, line: 6, message: expect.stringContaining("{not json") },
      ]),
    });
    expect(done(result).warnings.join("\n")).toContain(`unreadable-line: 1 frames, the first in ${input} line 5`);
    expect(typesOf(out).filter((type) => type === "frame-unreadable")).toHaveLength(2);
  });

  it.each([
    ["a negative size", "negative-size", { e: "depthUpdate", U: 16, u: 17, pu: 15, b: [["100.0", "-1"]], a: [] }, "-1"],
    [
      "a price off the tick",
      "price-off-tick",
      { e: "depthUpdate", U: 16, u: 17, pu: 15, b: [["100.05", "1"]], a: [] },
      "100.05",
    ],
    ["a missing field", "missing-field", { e: "depthUpdate", U: 16, u: 17, b: [], a: [] }, "pu"],
  ])("drops an update with %s whole, so that a gap follows", async (_what, reason, frame, value) => {
    const lines = new CaptureLines().snapshot(11).depth(11, 15, 10).frame(frame).depth(18, 19, 17).depth(20, 21, 19);
    const { result, out } = await importBytes(folder, lines);
    expect(done(result)).toMatchObject({ depthUpdates: 3, gaps: 1, rejected: { [reason]: 1, "no-snapshot": 2 } });
    expect(done(result).examples[0]).toMatchObject({ reason, line: 3, message: expect.stringContaining(value) });
    expect(typesOf(out)).toStrictEqual([
      "book-snapshot-received",
      "book-delta-received",
      "frame-unreadable",
      "book-delta-received",
    ]);
  });

  it("leaves out trades that are none", async () => {
    const lines = soundCapture().trade(2, "0", { X: "INSURANCE_FUND" }).trade(3, "0").trade(4, "100.05");
    const { result } = await importBytes(folder, lines);
    expect(done(result)).toMatchObject({
      trades: 1,
      rejected: { "not-a-market-trade": 1, "zero-price": 1, "price-off-tick": 1 },
    });
  });

  it("keeps a gap in pu on the tape and synchronizes with the next snapshot", async () => {
    const lines = new CaptureLines()
      .snapshot(11)
      .depth(11, 15, 10)
      .depth(18, 20, 17)
      .depth(21, 22, 20)
      .snapshot(19, [["99.0", "1"]])
      .depth(23, 24, 22);
    const { result, out } = await importBytes(folder, lines);
    expect(done(result)).toMatchObject({ depthUpdates: 4, gaps: 1, snapshots: 2, rejected: {} });
    expect(outcomesOf(out)).toStrictEqual([
      "snapshot",
      "applied",
      "gapped",
      "snapshot",
      "applied",
      "applied",
      "applied",
    ]);
  });

  it("says what to pass for a symbol whose rules nobody knows", async () => {
    const lines = new CaptureLines("PEPEUSDT").snapshot(1).trade(1);
    const { result, out } = await importBytes(folder, lines, { symbol: "PEPEUSDT" });
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringMatching(/unknown symbol PEPEUSDT.*--tick.*--lot/),
    });
    expect(existsSync(out)).toBe(false);
    const again = await importBytes(folder, lines, {
      symbol: "PEPEUSDT",
      rulesOverride: { tickSize: "0.1", lotSize: "0.001" },
    });
    expect(done(again.result)).toMatchObject({ trades: 1, rulesSource: "override" });
  });

  it("says which symbols the capture has when it has not the one", async () => {
    const { result, out } = await importBytes(folder, new CaptureLines("ETHUSDT").trade(1));
    expect(result).toMatchObject({
      ok: false,
      message: "no usable frame of BTCUSDT among 1 frames; the capture has ETHUSDT",
    });
    expect(existsSync(out)).toBe(false);
  });

  it("keeps what a truncated gzip held, and takes it for a problem unless allowed", async () => {
    const many = soundCapture();
    for (let i = 0; i < 3000; i++) many.trade(i + 2, `${100 + ((i * 7919) % 1000)}.0`);
    const bytes = gzipSync(many.text);
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.7));
    const { result, input, out } = await importBytes(folder, cut);
    const problem = expect.stringMatching(/the gzip file is cut off after line \d+$/);
    expect(done(result).problems).toStrictEqual([problem]);
    expect(done(result).problems[0]).toContain(input);
    expect(done(result).trades).toBeGreaterThan(1000);
    expect(done(result).rejected).toStrictEqual({ "before-snapshot": 1 });
    expect(verifyTape(out)).toMatchObject({ ok: true, isComplete: true, events: done(result).events });
    const allowed = await importBytes(folder, cut, { allowTruncated: true });
    expect(done(allowed.result).problems).toStrictEqual([]);
    expect(done(allowed.result).warnings).toContainEqual(problem);
  });

  it("warns when the rules are not those of the capture, and when there is no book", async () => {
    const { result } = await importBytes(folder, soundCapture(), { rulesOverride: { tickSize: "0.5" } });
    expect(done(result).problems).toStrictEqual([
      "no usable depth snapshot: the tape has no book",
      expect.stringMatching(/off the tick or the lot: check the market's rules/),
    ]);
  });

  it("does not harm a file that is there when it fails", async () => {
    const out = join(folder, "kept.tape");
    writeFileSync(out, "precious");
    const stopped = AbortSignal.abort();
    const attempts = [
      importBytes(folder, "rubbish\n", { out }),
      importBytes(folder, soundCapture(), { out, signal: stopped }),
      importBytes(folder, soundCapture(), { out, inputs: [join(folder, "missing")] }),
      importBytes(folder, soundCapture(), { out, inputs: [] }),
    ];
    for (const { result } of await Promise.all(attempts)) {
      expect(result.ok).toBe(false);
      expect(readFileSync(out, "utf8")).toBe("precious");
    }
    expect(readdirSync(folder).filter((name) => name.includes(".part"))).toStrictEqual([]);
  });

  it("ends on a full disk with a message that names the tape, and removes what it began", async () => {
    const own = join(folder, "full");
    mkdirSync(own);
    const out = join(own, "x.tape");
    let left = Number.POSITIVE_INFINITY;
    let written = 0;
    const createFile = (path: string): TapeFile => {
      const file = createTapeFile(path);
      const write = (bytes: Uint8Array): void => {
        written += bytes.length;
        if (written <= left) file.write(bytes);
        else throw Object.assign(new Error("ENOSPC: no space left on device, write"), { syscall: "write" });
      };
      return { write, truncate: (to) => file.truncate(to), sync: () => file.sync(), close: () => file.close() };
    };
    await importBytes(folder, soundCapture(), { createFile });
    const needed = written;
    // From no room for the header to no room for the last byte of the copy
    for (const share of [0, 0.3, 0.5, 0.7, 0.9, 1]) {
      left = Math.min(Math.floor(needed * share), needed - 1);
      written = 0;
      const { result } = await importBytes(folder, soundCapture(), { out, createFile });
      expect(result).toStrictEqual({ ok: false, message: `${out}: ENOSPC: no space left on device, write` });
      expect(readdirSync(own)).toStrictEqual([]);
    }
  });

  it("refuses a target that cannot be written", async () => {
    const { result } = await importBytes(folder, soundCapture(), { out: join(folder, "no", "such", "x.tape") });
    expect(result).toMatchObject({ ok: false, message: expect.stringMatching(/ENOENT.*x\.tape/) });
  });

  it("takes any lines whatever without failing, and counts each frame once", async () => {
    const line = fc.oneof(
      fc.constantFrom(...soundCapture().lines),
      fc.string({ maxLength: 20 }),
      fc.json({ maxDepth: 2 }).map((text) => `1700000000000000000 ${text}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 15 }), async (lines) => {
        const capture = lines.flatMap((text) => text.split("\n"));
        const { result, out } = await importBytes(folder, `${soundCapture().text}${capture.join("\n")}\n`);
        const read = done(result);
        const {
          "before-snapshot": older = 0,
          "old-update": old = 0,
          "no-snapshot": none = 0,
          ...refused
        } = read.rejected;
        const left = Object.values(refused).reduce((sum, count) => sum + count, 0);
        const used = read.depthUpdates + read.trades + read.tickers + read.snapshots + read.fundingRates;
        expect(used + left).toBe(read.frames);
        expect(older + old + none).toBeLessThanOrEqual(read.depthUpdates);
        expect(outcomesOf(out).filter((outcome) => outcome === "gapped")).toHaveLength(read.gaps);
        expect(outcomesOf(out)).not.toContain("awaiting-snapshot");
      }),
      { numRuns: 60 },
    );
  });
});

/** What the kernel's book says to the depth events of a tape. */
function outcomesOf(path: string): string[] {
  const book = new OrderBook();
  return eventsOf(path).flatMap((event) => {
    if (event.type === "book-snapshot-received") {
      book.applySnapshot(event.updateId, event.bids, event.asks);
      return ["snapshot"];
    }
    if (event.type !== "book-delta-received") return [];
    return [book.applyDelta(event.firstUpdateId, event.updateId, event.previousUpdateId, event.bids, event.asks)];
  });
}
