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
  readonly accepted: number;
  readonly cancelled: number;
  /** Orders that were filled at least in part. */
  readonly filledOrders: number;
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
  filledLots: number;
}

/** States in which an order stands in the venue's book. */
const STANDING: ReadonlySet<OrderStatus> = new Set(["resting", "cancelling", "unresolved"]);
const OVER: ReadonlySet<OrderStatus> = new Set(["filled", "cancelled", "rejected", "denied"]);

/** Follows every order from its placement to its end, from one row a change of its state. */
export class OrderLives {
  readonly #lives = new Map<number, Life>();
  readonly #standing: Record<OrderSide, Set<number>> = { buy: new Set(), sell: new Set() };
  readonly #standingUs = { both: 0, bidOnly: 0, askOnly: 0, none: 0 };
  readonly #lifetimesMs: number[] = [];
  readonly #placementsMs: number[] = [];
  readonly #cancelsMs: number[] = [];
  readonly #rejections = new Map<string, number>();
  readonly #denials = new Map<string, number>();
  readonly #cancelReasons = new Map<string, number>();
  #placements = 0;
  #accepted = 0;
  #cancelled = 0;
  #filled = 0;
  #partlyFilled = 0;
  #atUs: number;

  constructor(startUs: number) {
    this.#atUs = startUs;
  }

  take(row: RecordOrder): void {
    this.passTime(row.atUs);
    const life = this.#lives.get(row.orderId) ?? this.#begin(row);
    const before = life.status;
    const wasStanding = STANDING.has(before);
    life.status = row.status;
    if (life.filledLots === 0 && row.filledLots > 0) this.#filled += 1;
    life.filledLots = row.filledLots;
    if (row.status === "resting" && before === "in-flight") {
      this.#accepted += 1;
      this.#placementsMs.push((row.atUs - life.placedUs) / 1000);
    } else if (before === "in-flight" && row.status === "filled") {
      this.#accepted += 1;
    }
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
    return {
      placements: this.#placements,
      accepted: this.#accepted,
      cancelled: this.#cancelled,
      filledOrders: this.#filled,
      partlyFilledOrders: this.#partlyFilled,
      rejections: counts(this.#rejections),
      denials: counts(this.#denials),
      postOnlyRejections: postOnly,
      postOnlyRejectionShare: share(postOnly, this.#placements),
      fillRate: share(this.#filled, this.#accepted),
      cancelRatio: share(this.#cancelled, this.#placements),
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
    const life: Life = { placedUs: row.atUs, status: "in-flight", cancelAskedUs: null, filledLots: 0 };
    this.#lives.set(row.orderId, life);
    // What we refused ourselves was never placed
    if (row.status !== "denied") this.#placements += 1;
    return life;
  }

  #end(row: RecordOrder, life: Life): void {
    this.#lives.delete(row.orderId);
    const reason = row.reason ?? "unstated";
    if (row.status === "rejected") count(this.#rejections, reason);
    else if (row.status === "denied") count(this.#denials, reason);
    else this.#lifetimesMs.push((row.atUs - life.placedUs) / 1000);
    if (row.status !== "cancelled") return;
    this.#cancelled += 1;
    count(this.#cancelReasons, reason);
    if (life.filledLots > 0) this.#partlyFilled += 1;
    if (life.cancelAskedUs !== null) this.#cancelsMs.push((row.atUs - life.cancelAskedUs) / 1000);
  }
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
