import type { EffectSink } from "../effect-sink.ts";
import type { VenueStateReported } from "../events.ts";
import type { OrderDesk } from "../orders/order-desk.ts";
import type { OrderManager } from "../orders/order-manager.ts";
import type { Micros } from "../values/units.ts";
import type { Finding, Halts } from "./halts.ts";

/** The venue's state is asked for this often, and this soon again where an answer left a doubt. */
const ASK_EVERY_US = 30_000_000;
const ASK_AGAIN_US = 1_000_000;
/** A question without an answer for this long is told, and asked anew. */
const ANSWER_WITHIN_US = 10_000_000;

/** What the venue told of our position. */
export interface VenuePosition {
  readonly positionLots: number;
  readonly askedUs: Micros;
}

/** A question under way, with what was true when it left. */
interface Question {
  readonly queryId: number;
  readonly askedUs: Micros;
  readonly positionLots: number;
  readonly nextOrderId: number;
  readonly liveIds: ReadonlySet<number>;
  /** Orders that rested: nothing about them was under way. */
  readonly restingIds: readonly number[];
}

/**
 * Compares the venue's position and orders with ours: at start, after every reconnect, every 30 s. At start and after a reconnect nothing is quoted
 * until it has answered.
 *
 * Reports of what happened at the venue before its answer may come after it, so only what stood still from question to answer is compared, and a
 * doubt becomes a difference when the next answer shows it again. An order of ours that this session never sent needs no second look. Invariant: the halt ends with the first answer that agrees in full.
 */
export class VenueReconciliation {
  private readonly _orders: OrderManager;
  private readonly _desk: OrderDesk;
  private readonly _halts: Halts;
  private readonly _effects: EffectSink;
  private _question: Question | null = null;
  private _lastQueryId = 0;
  private _nextUs = 0;
  /** Our position less the venue's, as the last answer showed it; 0 = equal. */
  private _doubtedLots = 0;
  /** Orders that rest with us and did not in the last answer. */
  private _doubtedIds: readonly number[] = [];
  /** Orders that had ended with us and rested in the last answer. */
  private _endedIds: readonly number[] = [];
  /** Unknown orders that were told. */
  private _toldIds: readonly number[] = [];
  private _foreignOrders = 0;
  private _isSilent = false;
  /** For eyes only: the last answer that was compared, and whether it agreed. */
  private _answeredUs: Micros | null = null;
  private _hasAgreed = false;
  private _heard: VenuePosition | null = null;
  /** Our position less the venue's where two answers in a row have shown it; 0 = none. */
  private _differenceLots = 0;

  constructor(orders: OrderManager, desk: OrderDesk, halts: Halts, effects: EffectSink) {
    this._orders = orders;
    this._desk = desk;
    this._halts = halts;
    this._effects = effects;
  }

  /** Orders of the account that are not ours by name, as of the last answer. */
  get foreignOrders(): number {
    return this._foreignOrders;
  }

  /** When the venue's last answer came; null = none yet. */
  get answeredUs(): Micros | null {
    return this._answeredUs;
  }

  /** True when the last answer agreed in full. */
  get hasAgreed(): boolean {
    return this._hasAgreed;
  }

  /** Whether a question has been without an answer for too long. */
  get isSilent(): boolean {
    return this._isSilent;
  }

  /** Position that the venue told last, and when it was asked; null = not yet. */
  get heard(): VenuePosition | null {
    return this._heard;
  }

  /** Our position less the venue's, as far as it is beyond doubt; 0 = no difference is known. */
  get differenceLots(): number {
    return this._differenceLots;
  }

  /** Holds quoting until the venue has told what it holds: at start, and after a reconnect. */
  awaitAnswer(nowUs: Micros): void {
    this._nextUs = 0;
    this._question = null;
    const message = "quoting waits until the venue has told our position and orders";
    this._halts.halt("reconciliation", nowUs, { detail: "not-ready", message, severity: "info" });
  }

  /** Asks as soon as no question is under way: something was heard that does not fit what we hold. */
  askSoon(): void {
    if (this._question === null) this._nextUs = 0;
  }

  /** Asks as soon as no question is under way, unless the venue was asked after `sinceUs` already. */
  askSince(sinceUs: number): void {
    if ((this._heard?.askedUs ?? -1) < sinceUs) this.askSoon();
  }

  /** When the next question is due; null while one is under way. */
  nextDueUs(): number {
    return this._question === null ? this._nextUs : this._question.askedUs + ANSWER_WITHIN_US;
  }

  /** Asks when it is time. */
  advance(positionLots: number, nowUs: Micros): void {
    if (nowUs < this.nextDueUs()) return;
    if (this._question !== null && !this._isSilent) {
      this._isSilent = true;
      const message = "the venue does not tell our position and orders: asked 10 s ago";
      this._halts.tell("reconciliation", "changed", nowUs, { detail: "no answer", message, severity: "critical" });
    }
    this._ask(positionLots, nowUs);
  }

  /** Takes an answer in; one to a question that was given up says nothing. */
  answered(event: VenueStateReported, positionLots: number, nowUs: Micros): void {
    const question = this._question;
    if (question === null || event.queryId !== question.queryId) return;
    this._question = null;
    if (this._isSilent) {
      this._isSilent = false;
      const message = "the venue answers again";
      this._halts.tell("reconciliation", "changed", nowUs, { detail: "answered", message, severity: "info" });
    }
    const isUnknown = this._compareUnknown(event, question, nowUs);
    const isMissing = this._compareMissing(event, question, nowUs);
    const position = this._comparePosition(event, question, positionLots, nowUs);
    this._heard = { positionLots: event.positionLots, askedUs: question.askedUs };
    this._answeredUs = nowUs;
    this._hasAgreed = !isUnknown && !isMissing && position === "equal";
    this._nextUs = nowUs + (this._hasAgreed ? ASK_EVERY_US : ASK_AGAIN_US);
    if (!this._hasAgreed) return;
    this._differenceLots = 0;
    this._toldIds = [];
    const message = "the venue's position and orders agree with ours";
    this._halts.lift("reconciliation", nowUs, { detail: "agrees", message, severity: "info" });
  }

  private _ask(positionLots: number, nowUs: Micros): void {
    this._lastQueryId += 1;
    const live = [...this._orders.live()];
    this._question = {
      queryId: this._lastQueryId,
      askedUs: nowUs,
      positionLots,
      nextOrderId: this._orders.nextOrderId,
      liveIds: new Set(live.map(({ orderId }) => orderId)),
      restingIds: live.filter(({ status }) => status === "resting").map(({ orderId }) => orderId),
    };
    this._effects.push({ type: "query-venue-state", queryId: this._lastQueryId });
  }

  /** Orders of ours that rest there and that we never sent, or hold for ended at two questions in a row. */
  private _compareUnknown(event: VenueStateReported, question: Question, nowUs: Micros): boolean {
    const foreign = event.restingOrderIds.filter((orderId) => orderId < 1).length;
    if (foreign !== this._foreignOrders) {
      this._foreignOrders = foreign;
      const message = `${foreign} orders of the account are not ours; they are left alone`;
      this._halts.alert("reconciliation", nowUs, { message, severity: foreign > 0 ? "warning" : "info" });
    }
    const ended = event.restingOrderIds.filter(
      (orderId) => orderId >= 1 && orderId < question.nextOrderId && !question.liveIds.has(orderId),
    );
    const neverSent = event.restingOrderIds.filter((orderId) => orderId >= this._orders.nextOrderId);
    const unknown = [...neverSent, ...ended.filter((orderId) => this._endedIds.includes(orderId))];
    this._endedIds = ended;
    if (unknown.length === 0) return ended.length > 0;
    const message = `quoting halted: the venue holds orders of ours that we do not know, ${unknown.join(", ")}; all are cancelled`;
    const found = { detail: "unknown orders", reading: unknown.length, message, severity: "critical" } as const;
    const isNews = unknown.some((orderId) => !this._toldIds.includes(orderId));
    this._toldIds = unknown;
    // The halt cancels all; where it stands already, they are cancelled again
    if (!this._hold(found, isNews, nowUs)) this._desk.cancelAll("halt", nowUs);
    return true;
  }

  /** Orders that rest with us and not there, from question to answer: at the second time each is asked for by itself. */
  private _compareMissing(event: VenueStateReported, question: Question, nowUs: Micros): boolean {
    const listed = new Set(event.restingOrderIds);
    const missing = question.restingIds.filter(
      (orderId) => !listed.has(orderId) && this._orders.find(orderId)?.status === "resting",
    );
    const isSure = (orderId: number): boolean => this._doubtedIds.includes(orderId);
    for (const orderId of missing.filter(isSure)) {
      const order = this._orders.find(orderId);
      if (order === null) continue;
      const message = `the venue does not list order ${orderId}, which we hold as resting: it is asked for`;
      this._halts.alert("reconciliation", nowUs, { message, severity: "warning" });
      this._desk.doubt(order, nowUs);
    }
    this._doubtedIds = missing.filter((orderId) => !isSure(orderId));
    return missing.length > 0;
  }

  private _comparePosition(
    event: VenueStateReported,
    question: Question,
    positionLots: number,
    nowUs: Micros,
  ): "equal" | "moving" | "different" {
    if (positionLots !== question.positionLots) {
      this._doubtedLots = 0;
      return positionLots === event.positionLots ? "equal" : "moving";
    }
    const difference = positionLots - event.positionLots;
    const isSure = difference !== 0 && difference === this._doubtedLots;
    this._doubtedLots = difference;
    if (isSure) {
      const isNews = difference !== this._differenceLots;
      this._differenceLots = difference;
      const message = `quoting halted: the venue's position is ${event.positionLots} lots, ours ${positionLots}`;
      const found = { detail: "position", reading: event.positionLots, bound: positionLots, message } as const;
      this._hold({ ...found, severity: "critical" }, isNews, nowUs);
    }
    return difference === 0 ? "equal" : "different";
  }

  /** Halts; false where quoting was held already, and then what is new is told all the same. */
  private _hold(found: Finding, isNews: boolean, nowUs: Micros): boolean {
    if (this._halts.halt("reconciliation", nowUs, found)) return true;
    if (isNews) this._halts.tell("reconciliation", "changed", nowUs, found);
    return false;
  }
}
