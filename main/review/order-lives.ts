import type { OrderStatus, RecordOrder } from "../kernel/effects.ts";
import type { OrderSide } from "../kernel/values/units.ts";
import { distributionOf, type Distribution } from "./distribution.ts";

export interface RejectionCount {
  readonly reason: string;
  readonly orders: number;
}

/** What became of the orders, and how the quotes stood. Times are milliseconds, shares 0 to 1 (null = of nothing). */
export interface OrderFigures {
  readonly placements: number;
  /** Orders that the venue has taken: they were seen resting, or filled. */
  readonly accepted: number;
  /** Orders whose cancel was confirmed, also those that were filled after all. */
  readonly cancelled: number;
  /** Orders that were filled at least in part. */
  readonly filledOrders: number;
  /** Orders whose last word is a cancel, with a part of them filled. */
  readonly partlyFilledOrders: number;
  readonly rejections: readonly RejectionCount[];
  readonly denials: readonly RejectionCount[];
  readonly postOnlyRejections: number;
  readonly postOnlyRejectionShare: number | null;
  /** Filled orders among the accepted. */
  readonly fillRate: number | null;
  /** Cancelled orders among the placements. */
  readonly cancelRatio: number | null;
  /** Why own orders were cancelled. */
  readonly cancelReasons: readonly RejectionCount[];
  /** From the placement to the order's end, whichever it was. */
  readonly lifetimeMs: Distribution;
  /** From the placement to the venue's yes. */
  readonly placementLatencyMs: Distribution;
  /** From asking for a cancel to its confirmation. */
  readonly cancelLatencyMs: Distribution;
  /** Shares of the session's time with a resting quote on both sides, on one, on none. */
  readonly standing: {
    readonly both: number | null;
    readonly bidOnly: number | null;
    readonly askOnly: number | null;
    readonly none: number | null;
  };
}

interface Life {
  readonly placedUs: number;
  status: OrderStatus;
  cancelAskedUs: number | null;
  /** What the order has been counted as. */
  marks: number;
}

/** What an order is counted as, each once; together they are one small number, all that is kept of an order that is over. */
const ACCEPTED = 1;
const FILLED = 2;
const CANCELLED = 4;
const PARTLY_FILLED = 8;

/** States in which an order stands in the venue's book. */
const STANDING: ReadonlySet<OrderStatus> = new Set(["resting", "cancelling", "unresolved"]);
const OVER: ReadonlySet<OrderStatus> = new Set(["filled", "cancelled", "rejected", "denied"]);

/**
 * Follows every order from its placement to its end, from one row a change of its state.
 *
 * A fill may come after the confirmed cancel: the journal then has one more row of an order that is over, `cancelled` still or `filled`. It
 * adds that fill to the order and begins nothing anew.
 */
export class OrderLives {
  readonly #lives = new Map<number, Life>();
  /** Marks of the orders that are over. */
  readonly #ended = new Map<number, number>();
  readonly #standing: Record<OrderSide, Set<number>> = { buy: new Set(), sell: new Set() };
  readonly #standingUs = { both: 0, bidOnly: 0, askOnly: 0, none: 0 };
  readonly #lifetimesMs: number[] = [];
  readonly #placementsMs: number[] = [];
  readonly #cancelsMs: number[] = [];
  readonly #rejections = new Map<string, number>();
  readonly #denials = new Map<string, number>();
  readonly #cancelReasons = new Map<string, number>();
  /** Orders by mark. */
  readonly #counts = new Map<number, number>();
  #placements = 0;
  #atUs: number;

  constructor(startUs: number) {
    this.#atUs = startUs;
  }

  take(row: RecordOrder): void {
    this.passTime(row.atUs);
    const over = this.#ended.get(row.orderId);
    if (over !== undefined) {
      this.#ended.set(row.orderId, this.#mark(over, row));
      return;
    }
    const life = this.#lives.get(row.orderId) ?? this.#begin(row);
    const wasStanding = STANDING.has(life.status);
    const hasRested = (life.marks & ACCEPTED) !== 0;
    life.status = row.status;
    life.marks = this.#mark(life.marks, row);
    if (row.status === "resting" && !hasRested) this.#placementsMs.push((row.atUs - life.placedUs) / 1000);
    if (row.status === "cancelling" && life.cancelAskedUs === null) life.cancelAskedUs = row.atUs;
    // An order in flight has not reached the book; one whose cancel is asked for still stands there
    const isStanding = row.status === "resting" || (wasStanding && STANDING.has(row.status));
    if (isStanding) this.#standing[row.side].add(row.orderId);
    else this.#standing[row.side].delete(row.orderId);
    if (OVER.has(row.status)) this.#end(row, life);
  }

  /** Time has come to `nowUs`; what stands, has stood until now. */
  passTime(nowUs: number): void {
    const spanUs = nowUs - this.#atUs;
    if (spanUs <= 0) return;
    this.#atUs = nowUs;
    const hasBid = this.#standing.buy.size > 0;
    const hasAsk = this.#standing.sell.size > 0;
    if (hasBid && hasAsk) this.#standingUs.both += spanUs;
    else if (hasBid) this.#standingUs.bidOnly += spanUs;
    else if (hasAsk) this.#standingUs.askOnly += spanUs;
    else this.#standingUs.none += spanUs;
  }

  get figures(): OrderFigures {
    const { both, bidOnly, askOnly, none } = this.#standingUs;
    const totalUs = both + bidOnly + askOnly + none;
    const postOnly = this.#rejections.get("post-only") ?? 0;
    const accepted = this.#countOf(ACCEPTED);
    const cancelled = this.#countOf(CANCELLED);
    const filled = this.#countOf(FILLED);
    return {
      placements: this.#placements,
      accepted,
      cancelled,
      filledOrders: filled,
      partlyFilledOrders: this.#countOf(PARTLY_FILLED),
      rejections: counts(this.#rejections),
      denials: counts(this.#denials),
      postOnlyRejections: postOnly,
      postOnlyRejectionShare: share(postOnly, this.#placements),
      fillRate: share(filled, accepted),
      cancelRatio: share(cancelled, this.#placements),
      cancelReasons: counts(this.#cancelReasons),
      lifetimeMs: distributionOf(this.#lifetimesMs),
      placementLatencyMs: distributionOf(this.#placementsMs),
      cancelLatencyMs: distributionOf(this.#cancelsMs),
      standing: {
        both: share(both, totalUs),
        bidOnly: share(bidOnly, totalUs),
        askOnly: share(askOnly, totalUs),
        none: share(none, totalUs),
      },
    };
  }

  #begin(row: RecordOrder): Life {
    const life: Life = { placedUs: row.atUs, status: "in-flight", cancelAskedUs: null, marks: 0 };
    this.#lives.set(row.orderId, life);
    // What we refused ourselves was never placed
    if (row.status !== "denied") this.#placements += 1;
    return life;
  }

  #end(row: RecordOrder, life: Life): void {
    this.#lives.delete(row.orderId);
    this.#ended.set(row.orderId, life.marks);
    if (row.status === "rejected") count(this.#rejections, reasonOf(row));
    else if (row.status === "denied") count(this.#denials, reasonOf(row));
    else this.#lifetimesMs.push((row.atUs - life.placedUs) / 1000);
    if (row.status !== "cancelled" || life.cancelAskedUs === null) return;
    this.#cancelsMs.push((row.atUs - life.cancelAskedUs) / 1000);
  }

  /** What the order is counted as from this row on; the sums follow. */
  #mark(marks: number, row: RecordOrder): number {
    const { status, filledLots } = row;
    const isFilled = filledLots > 0;
    let next = marks & ~PARTLY_FILLED;
    if (isFilled) next |= FILLED;
    if (isFilled || status === "resting") next |= ACCEPTED;
    if (status === "cancelled") next |= isFilled ? CANCELLED | PARTLY_FILLED : CANCELLED;
    if ((next & ~marks & CANCELLED) !== 0) count(this.#cancelReasons, reasonOf(row));
    for (const mark of [ACCEPTED, FILLED, CANCELLED, PARTLY_FILLED]) {
      const change = Number((next & mark) !== 0) - Number((marks & mark) !== 0);
      if (change !== 0) this.#counts.set(mark, this.#countOf(mark) + change);
    }
    return next;
  }

  #countOf(mark: number): number {
    return this.#counts.get(mark) ?? 0;
  }
}

function reasonOf({ reason }: RecordOrder): string {
  return reason ?? "unstated";
}

/** One more of a name. */
function count(counters: Map<string, number>, name: string): void {
  counters.set(name, (counters.get(name) ?? 0) + 1);
}

function counts(counters: ReadonlyMap<string, number>): readonly RejectionCount[] {
  return [...counters].map(([reason, orders]) => ({ reason, orders })).sort((a, b) => b.orders - a.orders);
}

/** A part of a whole, 0 to 1; null of nothing. */
export function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
