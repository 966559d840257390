import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openTape, verifyTape } from "../../db/tape-reader.ts";
import { OrderBook } from "../../main/kernel/market/order-book.ts";
import { importCapture } from "../../main/session/import-capture.ts";
import { TapeSource } from "../../main/session/tape-source.ts";
import { temporaryFolder } from "./import-fixture.ts";

const recorded = resolve(import.meta.dirname, "../../../shared/data");
const btc = join(recorded, "binance-usdm/btcusdt_20240808.gz");
const others = ["BINANCE_FUTURES.0.gz", "BINANCE_FUTURES.http.0.0.gz", "BINANCE_FUTURES.ws.1.0.gz"].map((name) =>
  join(recorded, "binance-usdm-2021", name),
);
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!existsSync(btc))("recorded BTCUSDT capture (skipped where ../shared/data is absent)", () => {
  const out = join(folder, "btc.tape");

  it("is imported whole: counts, book, size", async () => {
    const result = await importCapture({ inputs: [btc], symbol: "BTCUSDT", out });
    expect(result).toMatchObject({
      ok: true,
      frames: 93_954,
      depthUpdates: 6551,
      trades: 21_313,
      tickers: 66_089,
      snapshots: 1,
      gaps: 0,
      rejected: { "before-snapshot": 4 },
      firstTs: 1_723_161_255_088_169,
      lastTs: 1_723_161_599_833_492,
      // The last two updates have no later ticker
      touchCompared: 6545,
      touchAgreement: 1,
      problems: [],
    });
    if (result.ok) expect(result.bytes).toBeLessThan(result.inputBytes / 2);
    expect(verifyTape(out)).toMatchObject({ ok: true, events: 93_950, isComplete: true });
  });

  it("gives the kernel's book no gap and no crossed touch", () => {
    const opened = openTape(out);
    if (!opened.ok) throw new Error(opened.message);
    const source = new TapeSource(opened.tape);
    const book = new OrderBook();
    let last = 0;
    let buys = 0;
    for (let event = source.next(); event !== null; event = source.next()) {
      if (event.tsInit < last) throw new Error(`time fell from ${last} to ${event.tsInit}`);
      last = event.tsInit;
      if (event.type === "trade-printed" && event.aggressor === "buy") buys += 1;
      if (event.type === "book-snapshot-received") book.applySnapshot(event.updateId, event.bids, event.asks);
      if (event.type !== "book-delta-received") continue;
      const { firstUpdateId, updateId, previousUpdateId, bids, asks } = event;
      if (book.applyDelta(firstUpdateId, updateId, previousUpdateId, bids, asks) !== "applied" || book.isCrossed)
        throw new Error(`the book broke at update ${updateId}`);
    }
    source.close();
    expect(buys).toBe(9616);
    expect(book.isSynchronized).toBe(true);
  });
});

describe.skipIf(!others.every((path) => existsSync(path)))(
  "recorded 2021 captures of four symbols (skipped where ../shared/data is absent)",
  () => {
    it.each([
      ["SUSHIUSDT", { depthUpdates: 255, trades: 40, tickers: 305, gaps: 0, touchAgreement: 1, problems: [] }],
      ["AKROUSDT", { depthUpdates: 189, trades: 8, tickers: 88, gaps: 0, touchAgreement: 1, problems: [] }],
      ["KEEPUSDT", { depthUpdates: 135, trades: 5, tickers: 75, gaps: 0, touchAgreement: 1, problems: [] }],
      // Its snapshot has old orders off the tick of its own exchangeInfo
      [
        "CTKUSDT",
        {
          depthUpdates: 185,
          trades: 38,
          tickers: 145,
          snapshots: 0,
          rejected: expect.objectContaining({ "price-off-tick": 1, "no-snapshot": 185 }) as unknown,
        },
      ],
    ])("imports %s with the rules of the capture", async (symbol, expected) => {
      const result = await importCapture({ inputs: others, symbol, out: join(folder, `${symbol}.tape`) });
      expect(result).toMatchObject({ ok: true, rulesSource: "exchange-info", ...expected });
    });
  },
);
