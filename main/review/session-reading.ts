import type { JournalEntry } from "../../db/journal-protocol.ts";
import { MARKOUT_HORIZONS_US, type MarkoutHorizon } from "../kernel/accounting/markouts.ts";
import type { RecordFill, RecordMarkout, RecordProfileChange } from "../kernel/effects.ts";
import { unreachable } from "../kernel/values/invariant.ts";
import type { MarketScale } from "../kernel/values/market-rules.ts";
import { DecisionMix } from "./decision-figures.ts";
import type { PositionPoint } from "./inventory-series.ts";
import type { MarkoutReading } from "./markout-figures.ts";
import { OrderLives } from "./order-lives.ts";
import { Pauses } from "./pauses.ts";
import { ResultPath } from "./result-path.ts";
import { hourName, openSessions, ResultSplits, StepSum, worldSessions, type ResultStep } from "./result-splits.ts";
import { SessionNotes } from "./session-notes.ts";
import type { SequencedFill } from "./tape-markouts.ts";

/** A stretch of the session under one revision of the profile. */
export interface ProfileStretch {
  readonly name: string;
  readonly revision: number;
  readonly hash: string;
  readonly fromUs: number;
  toUs: number;
  /** Fills of the session before it. */
  readonly fillsBefore: number;
  readonly sum: StepSum;
}

/**
 * Reads the records of a session once, in the journal's order, and keeps what the report needs: sums for what is frequent (decisions, orders),
 * the rows themselves for fills, positions and markouts.
 */
export class SessionReading {
  readonly path: ResultPath;
  readonly orders: OrderLives;
  readonly decisions = new DecisionMix();
  readonly pauses = new Pauses();
  readonly notes = new SessionNotes();
  readonly byHour = new ResultSplits();
  readonly byOpenSessions = new ResultSplits();
  readonly byWorldSession = new ResultSplits();
  readonly byRegime = new ResultSplits();
  readonly fills: SequencedFill[] = [];
  /** After every fill and once a second. */
  readonly positions: PositionPoint[] = [];
  /** Once a second, signed. */
  readonly sampledLots: number[] = [];
  readonly markouts: MarkoutReading[] = [];
  readonly profiles: ProfileStretch[];
  #regime: string | null = null;
  #endUs: number;

  /** @param first the profile at the start, revision 1 */
  constructor(startUs: number, scale: MarketScale, first: { readonly name: string; readonly hash: string }) {
    this.path = new ResultPath(startUs, scale);
    this.orders = new OrderLives(startUs);
    this.profiles = [{ ...first, ...stretch(1, startUs, 0) }];
    this.#endUs = startUs;
  }

  /** Time of the last record. */
  get endUs(): number {
    return this.#endUs;
  }

  take(entry: JournalEntry): void {
    this.#endUs = Math.max(this.#endUs, entry.lastAtUs);
    const { record } = entry;
    switch (record.type) {
      case "record-decision":
        this.decisions.take({ decision: record.decision, count: entry.count, lastAtUs: entry.lastAtUs });
        return this.pauses.take(record.decision);
      case "record-order":
        return this.orders.take(record);
      case "record-fill":
        this.fills.push({ seq: entry.seq, fill: record });
        return this.#step(this.path.fill(record));
      case "record-sample":
        this.sampledLots.push(record.positionLots);
        return this.#step(this.path.sample(record));
      case "record-markout":
        return this.#markout(record);
      case "record-regime-change":
        this.#regime = record.to;
        return this.notes.regime(record);
      case "record-profile-change":
        this.#changeProfile(record);
        return this.notes.profileChange(record);
      case "record-operator-command":
        return this.notes.command(record);
      case "record-alert":
        return this.notes.alert(record, entry.count, entry.lastAtUs);
      case "record-risk-event":
        return this.notes.riskEvent(record);
      default:
        return unreachable(record);
    }
  }

  /** The fills in their order. */
  get fillRecords(): readonly RecordFill[] {
    return this.fills.map(({ fill }) => fill);
  }

  #step(step: ResultStep): void {
    const { atUs } = step;
    // A step that ends as the clock strikes is of the time before
    const withinUs = step.spanUs > 0 ? atUs - 1 : atUs;
    this.byHour.add(hourName(withinUs), step);
    this.byOpenSessions.add(openSessions(withinUs), step);
    for (const name of worldSessions(withinUs)) this.byWorldSession.add(name, step);
    this.byRegime.add(this.#regime ?? "before the first look", step);
    this.pauses.step(step);
    this.positions.push({ atUs, positionLots: this.path.positionLots });
    const profile = this.profiles.at(-1);
    if (profile === undefined) return;
    profile.sum.add(step);
    profile.toUs = atUs;
  }

  #markout({ tradeId, horizonUs, midHalfTicks, markoutBps }: RecordMarkout): void {
    const horizon = MARKOUT_HORIZONS_US.findIndex((us) => us === horizonUs);
    if (horizon < 0) return;
    this.markouts.push({ tradeId, horizon: horizon as MarkoutHorizon, midHalfTicks, bps: markoutBps });
  }

  #changeProfile({ atUs, after }: RecordProfileChange): void {
    const { name, revision, hash } = after;
    this.profiles.push({ name, hash, ...stretch(revision, atUs, this.fills.length) });
  }
}

function stretch(revision: number, fromUs: number, fillsBefore: number) {
  return { revision, fromUs, toUs: fromUs, fillsBefore, sum: new StepSum() };
}
