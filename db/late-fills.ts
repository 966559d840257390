import { formatMoney } from "../main/kernel/values/market-rules.ts";
import type { KernelEvent } from "../main/kernel/events.ts";
import type { Liquidity, OrderSide } from "../main/kernel/values/units.ts";
import { tapeFile, type DataFolderPaths } from "./data-folder.ts";
import { noteLeftTape, type LeftTape } from "./tape-note.ts";
import { openTape, TapeDamagedError } from "./tape-reader.ts";

/** A fill that the venue told of and the journal does not have. */
export interface LateFill {
  readonly seq: number;
  readonly atUs: number;
  readonly orderId: number;
  readonly tradeId: string;
  readonly priceTicks: number;
  readonly sizeLots: number;
  readonly liquidity: Liquidity;
  /** Exact decimal in quote currency. */
  readonly fee: string;
  readonly foundOn: "tape" | "venue";
}

export interface LateFillRow {
  readonly session_id: string;
  readonly seq: number;
  readonly idx: number;
  readonly at_us: number;
  readonly order_id: number;
  readonly trade_id: string;
  readonly side: OrderSide | null;
  readonly price_ticks: number;
  readonly size_lots: number;
  readonly liquidity: Liquidity;
  readonly fee: string;
  readonly found_on: LateFill["foundOn"];
  readonly entered_at_us: number;
}

/** An order is in flight once, before anything else becomes of it. */
export const SELECT_ORDER_SIDE = `SELECT side FROM orders WHERE session_id = ? AND order_id = ? AND status = 'in-flight' LIMIT 1`;

/** One fill an event, so its place among the effects is always the first. */
export function lateFillRow(
  sessionId: string,
  late: LateFill,
  side: OrderSide | null,
  enteredAtUs: number,
): LateFillRow {
  return {
    session_id: sessionId,
    seq: late.seq,
    idx: 0,
    at_us: late.atUs,
    order_id: late.orderId,
    trade_id: late.tradeId,
    side,
    price_ticks: late.priceTicks,
    size_lots: late.sizeLots,
    liquidity: late.liquidity,
    fee: late.fee,
    found_on: late.foundOn,
    entered_at_us: enteredAtUs,
  };
}

/** What the tape of a session knows beyond its journal. */
export interface TapeAhead {
  /** Seq of the last whole event on the tape; null = the tape cannot be read at all. */
  readonly tapeSeq: number | null;
  /** Fills behind the journal's last event. */
  readonly fills: readonly LateFill[];
  /** How the tape lies, for the session's chain; null = the tape cannot be read at all. */
  readonly left: LeftTape | null;
  /** Why the tape could not be read to its end; null = it could. */
  readonly problem: string | null;
}

/** Reads the part of a session's tape that lies behind `durableSeq`. */
export function readAhead(paths: DataFolderPaths, sessionId: string, durableSeq: number): TapeAhead {
  const opened = openTape(tapeFile(paths, sessionId));
  if (!opened.ok) return { tapeSeq: null, fills: [], left: null, problem: opened.message };
  const { tape } = opened;
  const fills: LateFill[] = [];
  const tradeIds = new Set<string>();
  let left: LeftTape | null = null;
  let tapeSeq = Math.min(durableSeq, tape.totals.lastSeq);
  try {
    left = noteLeftTape(tape);
    tape.seekBehind(durableSeq);
    for (let event = tape.next(); event !== null; event = tape.next()) {
      tapeSeq = event.seq;
      if (event.type !== "order-filled" || tradeIds.has(event.tradeId)) continue;
      tradeIds.add(event.tradeId);
      fills.push(lateFillOf(event));
    }
    return { tapeSeq, fills, left, problem: null };
  } catch (error) {
    if (!(error instanceof TapeDamagedError)) throw error;
    return { tapeSeq, fills, left, problem: error.message };
  } finally {
    tape.close();
  }
}

function lateFillOf(event: Extract<KernelEvent, { readonly type: "order-filled" }>): LateFill {
  return {
    seq: event.seq,
    atUs: event.tsInit,
    orderId: event.orderId,
    tradeId: event.tradeId,
    priceTicks: event.priceTicks,
    sizeLots: event.sizeLots,
    liquidity: event.liquidity,
    fee: formatMoney(event.fee),
    foundOn: "tape",
  };
}
