import type { StreamItem, StreamName } from "../../../preload/bridge.ts";
import { slotName, type Decision } from "../../kernel/decision.ts";
import type { RecordAlert, RecordFill } from "../../kernel/effects.ts";
import { formatLots, formatMoney, formatTicks, type MarketScale } from "../../kernel/values/market-rules.ts";
import { signOf } from "../../kernel/values/units.ts";
import { decisionText } from "./decision-text.ts";

type AppendName = Extract<StreamName, "fills" | "alerts" | "chart" | "trends">;

/** Rows that wait to be taken; no snapshot holds more. */
const MOST_WAITING_ROWS = 7200;

/** Rows that were added or changed since they were last taken. A changed row keeps its id and takes the old one's place; the oldest fall out. */
class RowFeed<N extends AppendName> {
  readonly #changed = new Map<number, StreamItem<N>>();

  put(id: number, row: StreamItem<N>): void {
    this.#changed.set(id, row);
    if (this.#changed.size > MOST_WAITING_ROWS) dropOldest(this.#changed);
  }

  take(): StreamItem<N>[] {
    const rows = [...this.#changed.values()];
    this.#changed.clear();
    return rows;
  }
}

function dropOldest(rows: Map<number, unknown>): void {
  const oldest = rows.keys().next();
  if (oldest.done !== true) rows.delete(oldest.value);
}

/** Rows a screen may have open for change: a run that goes on, a fill that becomes durable, an alert that is acknowledged. */
const OPEN_ROWS = 500;

/** The newest look of a run, written out only when somebody takes the row: most looks are replaced before. */
interface DecisionRun {
  readonly id: number;
  readonly count: number;
  readonly decision: Decision;
}

/** Where a feed of decisions stands between two rows. */
export interface SavedDecisions {
  readonly runs: readonly {
    readonly slot: string;
    readonly id: number;
    readonly code: string;
    readonly count: number;
  }[];
  readonly nextId: number;
}

export class DecisionFeed {
  readonly #scale: MarketScale;
  readonly #changed = new Map<number, DecisionRun>();
  readonly #last = new Map<string, { readonly id: number; readonly code: string; readonly count: number }>();
  #nextId = 1;

  constructor(scale: MarketScale) {
    this.#scale = scale;
  }

  add(decision: Decision): void {
    const slot = slotName(decision.slot);
    const last = this.#last.get(slot);
    const isRun = last?.code === decision.code && !/^(?:place|replace)/.test(decision.code);
    const id = isRun ? last.id : this.#nextId;
    const count = isRun ? last.count + 1 : 1;
    if (!isRun) this.#nextId += 1;
    this.#last.set(slot, { id, code: decision.code, count });
    this.#changed.set(id, { id, count, decision });
    if (this.#changed.size > MOST_WAITING_ROWS) dropOldest(this.#changed);
  }

  /** Rows that were added or changed since they were last taken. */
  take(): StreamItem<"decisions">[] {
    const rows = [...this.#changed.values()].map(({ id, count, decision }) => ({
      id,
      atUs: decision.atUs,
      slot: slotName(decision.slot),
      code: decision.code,
      count,
      text: decisionText(decision, this.#scale),
    }));
    this.#changed.clear();
    return rows;
  }

  saved(): SavedDecisions {
    return { runs: [...this.#last].map(([slot, run]) => ({ slot, ...run })), nextId: this.#nextId };
  }

  /** Goes on from where `saved` stood; rows that were not taken are forgotten. */
  restore({ runs, nextId }: SavedDecisions): void {
    this.#changed.clear();
    this.#last.clear();
    for (const { slot, id, code, count } of runs) this.#last.set(slot, { id, code, count });
    this.#nextId = nextId;
  }
}

export class FillFeed extends RowFeed<"fills"> {
  readonly #scale: MarketScale;
  readonly #open: { readonly seq: number; readonly row: StreamItem<"fills"> }[] = [];
  readonly #isKept: boolean;
  #nextId = 1;

  constructor(scale: MarketScale, isKept: boolean) {
    super();
    this.#scale = scale;
    this.#isKept = isKept;
  }

  add(seq: number, fill: RecordFill): void {
    const { midHalfTicks } = fill;
    const edge = midHalfTicks === null ? null : signOf(fill.side) * (midHalfTicks / 2 - fill.priceTicks);
    const row: StreamItem<"fills"> = {
      id: this.#nextId,
      atUs: fill.atUs,
      tradeId: fill.tradeId,
      side: fill.side,
      level: fill.slot.level,
      price: formatTicks(this.#scale, fill.priceTicks),
      size: formatLots(this.#scale, fill.sizeLots),
      liquidity: fill.liquidity,
      fee: formatMoney(fill.fee),
      edgeBps: edge === null || midHalfTicks === null ? null : (edge / (midHalfTicks / 2)) * 10_000,
      position: formatLots(this.#scale, fill.positionLots),
      isDurable: false,
    };
    this.#nextId += 1;
    this.put(row.id, row);
    if (this.#isKept) this.#open.push({ seq, row });
  }

  /** Number that the next fill gets: all that a feed of kept rows goes on from. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Goes on from where another feed stood; rows that were not taken are forgotten. */
  restore(nextId: number): void {
    this.take();
    this.#open.length = 0;
    this.#nextId = nextId;
  }

  /** The journal has everything up to `throughSeq` on disk. */
  durable(throughSeq: number): void {
    while ((this.#open[0]?.seq ?? Infinity) <= throughSeq) {
      const done = this.#open.shift();
      if (done) this.put(done.row.id, { ...done.row, isDurable: true });
    }
  }
}

/** Where a feed of alerts stands: an equal one joins the last. */
export interface SavedAlerts {
  readonly last: StreamItem<"alerts"> | null;
  readonly nextId: number;
}

export class AlertFeed extends RowFeed<"alerts"> {
  readonly #rows: StreamItem<"alerts">[] = [];
  #nextId = 1;

  /** Equal alerts that nobody has acknowledged yet are one row with a count. */
  add(alert: Omit<RecordAlert, "type" | "kind"> & { readonly kind: string }): void {
    const last = this.#rows.at(-1);
    const isRepeated = last?.kind === alert.kind && last.message === alert.message && !last.isAcknowledged;
    const row: StreamItem<"alerts"> = {
      id: isRepeated ? last.id : this.#nextId,
      atUs: alert.atUs,
      severity: alert.severity,
      kind: alert.kind,
      message: alert.message,
      count: isRepeated ? last.count + 1 : 1,
      isAcknowledged: alert.severity === "info",
    };
    if (isRepeated) this.#rows.pop();
    else this.#nextId += 1;
    this.#rows.push(row);
    if (this.#rows.length > OPEN_ROWS) this.#rows.shift();
    this.put(row.id, row);
  }

  saved(): SavedAlerts {
    return { last: this.#rows.at(-1) ?? null, nextId: this.#nextId };
  }

  /** Goes on from where `saved` stood; rows that were not taken are forgotten, and older ones cannot be acknowledged. */
  restore({ last, nextId }: SavedAlerts): void {
    this.take();
    this.#rows.length = 0;
    if (last !== null) this.#rows.push(last);
    this.#nextId = nextId;
  }

  /** False when there is no such alert. */
  acknowledge(alertId: number): boolean {
    const at = this.#rows.findIndex((row) => row.id === alertId);
    const row = this.#rows[at];
    if (row === undefined) return false;
    const acknowledged = { ...row, isAcknowledged: true };
    this.#rows[at] = acknowledged;
    this.put(alertId, acknowledged);
    return true;
  }
}

export class TrendFeed extends RowFeed<"trends"> {
  add(point: StreamItem<"trends">): void {
    this.put(point.atUs, point);
  }
}

export class ChartFeed extends RowFeed<"chart"> {
  add(point: StreamItem<"chart">): void {
    this.put(point.atUs, point);
  }
}
