import type { BookDeltaReceived, BookSnapshotReceived, MarketEvent, Unsequenced } from "../kernel/events.ts";
import { OrderBook } from "../kernel/market/order-book.ts";
import type { MarketRules, MarketScale } from "../kernel/values/market-rules.ts";
import type { Micros } from "../kernel/values/units.ts";
import { DepthSequencer } from "../venues/binance-usdm/depth-sequencer.ts";
import { sortFrame, type Frame, type WireObject } from "../venues/binance-usdm/frames.ts";
import {
  marketGrid,
  readDepth,
  readMarkPrice,
  readSnapshot,
  readTicker,
  readTrade,
  type FrameContent,
  type MarketGrid,
} from "../venues/binance-usdm/parse.ts";
import { isUnreadable, type RejectReason } from "../venues/binance-usdm/rejection.ts";
import { rulesOfExchangeInfo } from "../venues/binance-usdm/symbol-rules.ts";
import { TouchComparison } from "./import-agreement.ts";
import { RejectCounts, StreamMedian, type InputPlace } from "./import-counts.ts";

/** A frame on its way in. */
export interface ImportFrame {
  readonly place: InputPlace;
  readonly receivedUs: number;
  readonly text: string;
  /** Symbol of the request that a REST answer belongs to; null for frames of a stream. */
  readonly askedSymbol: string | null;
}

/** Where events go, and where the market's rules come from when the first price has to be read. */
export interface FrameOutput {
  event(event: Unsequenced<MarketEvent>): void;
  /** Called once, before the first event. Throwing ends the import. */
  scale(listed: MarketRules | null): MarketScale;
}

type Depth = FrameContent<BookDeltaReceived>;

interface WaitingDepth extends Depth {
  readonly place: InputPlace;
  /** It is on the tape already, as the witness of a gap. */
  isWritten: boolean;
}

/**
 * Turns the frames of a capture into the events of one market, in their order, and counts what it leaves out.
 *
 * Invariants: a book fed with the events sees exactly the gaps counted here.
 */
export class FrameImporter {
  readonly rejects = new RejectCounts();
  readonly touch = new TouchComparison();
  readonly clock = new StreamMedian();
  readonly symbolsSeen = new Map<string, number>();
  frames = 0;
  depthUpdates = 0;
  snapshots = 0;
  trades = 0;
  tickers = 0;
  fundingRates = 0;
  gaps = 0;
  readonly #symbol: string;
  readonly #output: FrameOutput;
  readonly #book = new OrderBook();
  readonly #sequencer = new DepthSequencer<WaitingDepth>();
  #grid: MarketGrid | null = null;
  #listed: MarketRules | null = null;
  #tradeKind: "trade" | "aggregate-trade" | null = null;
  #lastReceivedUs: number | null = null;
  #otherDepthFile: string | null = null;

  constructor(symbol: string, output: FrameOutput) {
    this.#symbol = symbol;
    this.#output = output;
  }

  /** A line that is no frame at all. */
  unreadable(reason: RejectReason, message: string, place: InputPlace): void {
    this.frames += 1;
    this.#reject(reason, message, place, this.#lastReceivedUs);
  }

  frame(frame: ImportFrame): void {
    this.frames += 1;
    this.#lastReceivedUs = frame.receivedUs;
    const sorted = sortFrame(frame.text);
    switch (sorted.kind) {
      case "rejected":
        this.#reject(sorted.reason, sorted.message, frame.place, frame.receivedUs);
        return;
      case "exchange-info":
        this.#listed ??= rulesOfExchangeInfo(sorted.symbols, this.#symbol);
        return;
      case "snapshot":
        this.#snapshot(sorted.data, frame);
        return;
      default:
        this.#streamFrame(sorted, frame);
    }
  }

  /** Counts the depth updates that still wait for a snapshot. */
  end(): void {
    const { held, droppedCount } = this.#sequencer;
    const [first] = held;
    if (first === undefined) return;
    const message = `no snapshot came for depth update ${first.firstUpdateId} to ${first.updateId} and those after it`;
    this.rejects.add("no-snapshot", message, first.place, held.length + droppedCount);
  }

  #streamFrame(sorted: Extract<Frame, { readonly symbol: string }>, frame: ImportFrame): void {
    this.symbolsSeen.set(sorted.symbol, (this.symbolsSeen.get(sorted.symbol) ?? 0) + 1);
    if (sorted.symbol !== this.#symbol) {
      if (sorted.kind === "depth") this.#otherDepthFile = frame.place.file;
      this.rejects.add("other-symbol", `symbol must be ${this.#symbol}, was ${sorted.symbol}`, frame.place);
      return;
    }
    const content = this.#contentOf(sorted.kind, sorted.data, frame);
    if (content === null) return;
    this.clock.add(frame.receivedUs - content.tsEvent);
    switch (content.type) {
      case "book-delta-received":
        this.depthUpdates += 1;
        this.#depth({ ...content, place: frame.place, isWritten: false }, frame.receivedUs);
        return;
      case "book-ticker-received":
        this.tickers += 1;
        this.touch.tickerChanged(content);
        break;
      case "trade-printed":
        this.trades += 1;
        break;
      default:
        this.fundingRates += 1;
    }
    this.#output.event({ ...content, tsInit: frame.receivedUs as Micros });
  }

  #contentOf(kind: Extract<Frame, { readonly symbol: string }>["kind"], data: WireObject, frame: ImportFrame) {
    if (kind === "trade" || kind === "aggregate-trade") {
      this.#tradeKind ??= kind;
      if (kind !== this.#tradeKind) {
        this.#reject("second-trade-stream", `trades are taken from ${this.#tradeKind}`, frame.place, null);
        return null;
      }
    }
    const grid = this.#gridOfMarket();
    const content = readContent(kind, data, grid);
    if (!("kind" in content)) return content;
    this.#reject(content.reason, content.message, frame.place, frame.receivedUs);
    return null;
  }

  #snapshot(data: WireObject, frame: ImportFrame): void {
    if (frame.askedSymbol !== null && frame.askedSymbol !== this.#symbol) {
      const message = `symbol must be ${this.#symbol}, was ${frame.askedSymbol}`;
      this.rejects.add("other-symbol", message, frame.place);
      return;
    }
    if (frame.askedSymbol === null && this.#otherDepthFile === frame.place.file) {
      const message = "a snapshot without a symbol among depth updates of several symbols";
      this.rejects.add("unclear-snapshot", message, frame.place);
      return;
    }
    const content = readSnapshot(data, this.#gridOfMarket());
    if ("kind" in content) this.#reject(content.reason, content.message, frame.place, frame.receivedUs);
    else this.#synchronize(content, frame);
  }

  /** Writes the snapshot and then, at its receive time, the updates that waited for it: that is when they could be used. */
  #synchronize(snapshot: FrameContent<BookSnapshotReceived>, frame: ImportFrame): void {
    const waiting = this.#sequencer.snapshot(snapshot.updateId);
    if (waiting === null) {
      const message = `snapshot ${snapshot.updateId} is not newer than the book at ${this.#book.updateId}`;
      this.rejects.add("old-snapshot", message, frame.place);
      return;
    }
    this.snapshots += 1;
    this.touch.bookLost();
    this.#book.applySnapshot(snapshot.updateId, snapshot.bids, snapshot.asks);
    this.#output.event({ ...snapshot, tsInit: frame.receivedUs as Micros });
    for (const delta of waiting) this.#depth(delta, frame.receivedUs);
  }

  #depth(delta: WaitingDepth, receivedUs: number): void {
    switch (this.#sequencer.delta(delta)) {
      case "held":
        return;
      case "old":
        // A witness of a gap is on the tape and was counted as the gap
        if (delta.isWritten) return;
        this.rejects.add(
          this.#sequencer.awaitsFirst ? "before-snapshot" : "old-update",
          `depth update ${delta.firstUpdateId} to ${delta.updateId} is not newer than the book at ${this.#book.updateId}`,
          delta.place,
        );
        return;
      case "gap":
        this.gaps += 1;
        this.touch.bookLost();
        this.#write(delta, receivedUs);
        delta.isWritten = true;
        return;
      case "applies":
        this.#write(delta, receivedUs);
        this.touch.bookChanged(this.#book);
    }
  }

  #write(delta: WaitingDepth, receivedUs: number): void {
    const { place: _place, isWritten: _isWritten, ...event } = delta;
    this.#book.applyDelta(event.firstUpdateId, event.updateId, event.previousUpdateId, event.bids, event.asks);
    this.#output.event({ ...event, tsInit: receivedUs as Micros });
  }

  #gridOfMarket(): MarketGrid {
    this.#grid ??= marketGrid(this.#output.scale(this.#listed));
    return this.#grid;
  }

  /** Counts a frame that is left out; where it ought to have been readable, the tape says so too. */
  #reject(reason: RejectReason, message: string, place: InputPlace, receivedUs: number | null): void {
    this.rejects.add(reason, message, place);
    if (receivedUs === null || this.#grid === null || !isUnreadable(reason)) return;
    const tsInit = receivedUs as Micros;
    this.#output.event({ type: "frame-unreadable", tsEvent: tsInit, tsInit, reason });
  }
}

function readContent(kind: Extract<Frame, { readonly symbol: string }>["kind"], data: WireObject, grid: MarketGrid) {
  switch (kind) {
    case "depth":
      return readDepth(data, grid);
    case "ticker":
      return readTicker(data, grid);
    case "trade":
      return readTrade(data, "t", grid);
    case "aggregate-trade":
      return readTrade(data, "a", grid);
    case "mark-price":
      return readMarkPrice(data, grid);
    default:
      return kind satisfies never;
  }
}
