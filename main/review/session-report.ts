import type { JournalEntry } from "../../db/journal-protocol.ts";
import type { LateFillRow } from "../../db/late-fills.ts";
import type { StoredSession } from "../../db/stored-session.ts";
import type { Settings } from "../kernel/settings/settings.ts";
import { formatLots, formatTicks, marketScale, type MarketScale } from "../kernel/values/market-rules.ts";
import { secondsToUs } from "../kernel/values/units.ts";
import type { DecisionFigures } from "./decision-figures.ts";
import { diagnose, isZeroFill, type Diagnosis } from "./diagnosis.ts";
import type { DrawdownFigures } from "./drawdown.ts";
import { fillFigures, type FillFigures } from "./fill-figures.ts";
import { inventoryFigures, type InventoryFigures } from "./inventory-figures.ts";
import {
  compareMarkouts,
  markoutFigures,
  type MarkoutAgreement,
  type MarkoutFigures,
  type MarkoutReading,
} from "./markout-figures.ts";
import type { OrderFigures } from "./order-lives.ts";
import type { PauseFigures } from "./pauses.ts";
import { profileStretches, type StretchFigures } from "./profile-stretches.ts";
import { moneyNumber, type PartsText } from "./result-parts.ts";
import type { PicturePoint, ResultProof } from "./result-path.ts";
import type { Split } from "./result-splits.ts";
import { scorecard, type Scorecard } from "./scorecard.ts";
import type { AlertCount, CommandNote, ProfileChangeNote, RegimeNote, RiskNote } from "./session-notes.ts";
import { SessionReading } from "./session-reading.ts";
import { INTERVAL_METHOD } from "./student-interval.ts";
import { markoutsFromTape, type EventSource } from "./tape-markouts.ts";

/** The format of the JSON; grows when a figure changes its meaning. */
const REPORT_FORMAT = 2;

/** Which session it is, as its manifest says. */
export interface ReportedSession {
  readonly sessionId: string;
  readonly mode: string;
  readonly venue: string;
  readonly market: string;
  readonly baseCurrency: string;
  readonly quoteCurrency: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly profile: string;
  readonly profileHash: string;
  readonly overrides: readonly string[];
  readonly source: StoredSession["manifest"]["source"];
  readonly appVersion: string;
  readonly buildHash: string;
  readonly startedAtUs: number;
  readonly endedHow: string;
  readonly effectHash: string | null;
  readonly events: number | null;
  /** On the session's own clock. */
  readonly firstUs: number;
  readonly lastUs: number;
  readonly durationUs: number;
}

export interface ReportedMarkouts extends MarkoutFigures {
  /** Where the figures come from. */
  readonly source: "journal" | "tape" | "none";
  /** Missing = it was needed or asked for, and is not there. */
  readonly tape: "read" | "missing" | "not read";
  readonly intervals: string;
  /** Journal against tape where both were read. */
  readonly agreement: MarkoutAgreement | null;
}

/** A fill that the journal did not have when the session crashed. It is in no figure: the result ends where the journal was durable. */
export interface ReportedLateFill {
  readonly atUs: number;
  readonly tradeId: string;
  readonly side: string | null;
  readonly price: string;
  readonly size: string;
  readonly fee: string;
  readonly foundOn: string;
}

/** Everything that the report of a session says; money and sizes as exact decimal strings, other figures as doubles. */
export interface SessionReport {
  readonly format: number;
  readonly session: ReportedSession;
  /** What makes the report less than whole, in sentences. */
  readonly remarks: readonly string[];
  readonly result: {
    readonly parts: PartsText;
    readonly proof: ResultProof;
    readonly drawdown: DrawdownFigures;
    readonly byHour: readonly Split[];
    /** By which sessions were open; the rows share no time and add up. */
    readonly byOpenSessions: readonly Split[];
    /** Asia, EU, US on weekdays; they overlap. */
    readonly byWorldSession: readonly Split[];
    readonly byRegime: readonly Split[];
  };
  readonly fills: FillFigures;
  readonly lateFills: readonly ReportedLateFill[];
  readonly markouts: ReportedMarkouts;
  readonly orders: OrderFigures;
  /** Share of time with a two-sided quote within the offset limits, as the kernel measured it; null = the session did not end by itself. */
  readonly uptime: number | null;
  /** Placements a maker fill; null of no fill. */
  readonly quoteToFill: number | null;
  /** (cancels + replacements) / fills, of at least one. */
  readonly churn: number;
  readonly inventory: InventoryFigures;
  readonly decisions: DecisionFigures;
  readonly pauses: readonly PauseFigures[];
  readonly diagnosis: Diagnosis;
  readonly scorecard: Scorecard;
  readonly alerts: readonly AlertCount[];
  readonly commands: readonly CommandNote[];
  readonly riskEvents: readonly RiskNote[];
  readonly regimeChanges: number;
  readonly regimes: readonly RegimeNote[];
  readonly profiles: readonly StretchFigures[];
  readonly profileChanges: readonly ProfileChangeNote[];
  readonly picture: readonly PicturePoint[];
}

/** What a report is made of. */
export interface ReportSources {
  readonly stored: StoredSession;
  /** Settings at the session's start. */
  readonly settings: Settings;
  readonly entries: Iterable<JournalEntry>;
  readonly lateFills: readonly LateFillRow[];
  /** The session's tape, read only where the journal lacks markouts or `compareTape` asks for it; null = it is not there. */
  readonly openTape: () => EventSource | null;
  readonly compareTape: boolean;
}

/** Reads a session and finds every figure of its report. Throws what the entries and the tape throw. */
export function sessionReport(sources: ReportSources): SessionReport {
  const { stored, settings } = sources;
  const { manifest } = stored;
  const scale = marketScale(manifest.rules);
  const profile = { name: manifest.profileName, hash: manifest.profileHash };
  const reading = new SessionReading(manifest.sessionStartUs, scale, profile);
  for (const entry of sources.entries) reading.take(entry);
  reading.orders.passTime(reading.endUs);
  const { markouts, readings } = markoutsOf(sources, reading, scale);
  const durationUs = reading.endUs - manifest.sessionStartUs;
  const fills = fillFigures(reading.fillRecords, durationUs, scale);
  const orders = reading.orders.figures;
  const decisions = reading.decisions.figures;
  const makerFills = fills.kinds.find(({ name }) => name === "maker")?.fills ?? 0;
  const uptime = uptimeOf(stored);
  const { positions, sampledLots } = reading;
  const inventory = inventoryFigures(positions, sampledLots, settings.maxPositionSize, bandsOf(settings), scale);
  const { notes, path } = reading;
  const figures = { fills, markouts, orders, uptime, inventory };
  const churn = (orders.cancelled + decisions.replaced) / Math.max(1, fills.all.fills);
  return {
    format: REPORT_FORMAT,
    session: reported(stored, reading.endUs),
    remarks: remarksOf(sources, markouts, path.proof),
    result: {
      parts: path.partsText,
      proof: path.proof,
      drawdown: path.drawdown.figures,
      byHour: reading.byHour.rows,
      byOpenSessions: reading.byOpenSessions.rows,
      byWorldSession: reading.byWorldSession.rows,
      byRegime: reading.byRegime.rows,
    },
    ...figures,
    lateFills: sources.lateFills.map((row) => lateFill(row, scale)),
    quoteToFill: makerFills === 0 ? null : orders.placements / makerFills,
    churn,
    decisions,
    pauses: reading.pauses.figures(reading.endUs, path.parts.spreadCapture),
    diagnosis: diagnosisOf(reading, figures, churn, durationUs),
    scorecard: scorecardOf(reading, figures),
    alerts: notes.alerts,
    commands: notes.commands,
    riskEvents: notes.riskEvents,
    regimeChanges: notes.regimeChanges,
    regimes: notes.regimes,
    profiles: profileStretches(reading, readings),
    profileChanges: notes.profileChanges,
    picture: path.picture,
  };
}

interface JudgedFigures {
  readonly fills: FillFigures;
  readonly markouts: ReportedMarkouts;
  readonly orders: OrderFigures;
  readonly uptime: number | null;
  readonly inventory: InventoryFigures;
}

function markoutsOf(
  { stored, settings, openTape, compareTape }: ReportSources,
  reading: SessionReading,
  scale: MarketScale,
): { readonly markouts: ReportedMarkouts; readonly readings: readonly MarkoutReading[] } {
  const fills = reading.fillRecords;
  const hasJournal = reading.markouts.length > 0 || fills.length === 0;
  // A crash leaves rows unwritten that the tape still has the market for
  const hasCrashed = stored.endedHow === "crashed";
  const isWhole = !hasCrashed && stored.endedHow !== "running";
  const isTapeWanted = !hasJournal || compareTape || (hasCrashed && fills.length > 0);
  const tape = isTapeWanted ? openTape() : null;
  const staleAfterUs = secondsToUs(settings.orderbookStalenessThresholdS);
  const fromTape: readonly MarkoutReading[] | null =
    tape === null ? null : markoutsFromTape(tape, reading.fills, staleAfterUs);
  const readings = hasJournal ? completed(reading.markouts, fromTape) : (fromTape ?? []);
  const markouts: ReportedMarkouts = {
    source: hasJournal ? "journal" : fromTape === null ? "none" : "tape",
    tape: tape !== null ? "read" : isTapeWanted ? "missing" : "not read",
    intervals: INTERVAL_METHOD,
    agreement: hasJournal && fromTape !== null ? compareMarkouts(fills, reading.markouts, fromTape, isWhole) : null,
    ...markoutFigures(fills, readings, scale),
  };
  return { markouts, readings };
}

/** The journaled readings, and of the tape's those that the journal does not have. */
function completed(
  journaled: readonly MarkoutReading[],
  fromTape: readonly MarkoutReading[] | null,
): readonly MarkoutReading[] {
  if (fromTape === null) return journaled;
  const known = new Set(journaled.map(({ tradeId, horizon }) => `${horizon} ${tradeId}`));
  return [...journaled, ...fromTape.filter(({ tradeId, horizon }) => !known.has(`${horizon} ${tradeId}`))];
}

function bandsOf(settings: Settings) {
  return {
    warn: settings.inventoryWarnPct,
    critical: settings.inventoryCriticalPct,
    hard: settings.inventoryHardPct,
  };
}

function diagnosisOf(
  { path }: SessionReading,
  { fills, markouts, orders }: JudgedFigures,
  churn: number,
  durationUs: number,
): Diagnosis {
  const shortest = markouts.rows[0]?.horizons[0];
  const count = fills.all.fills;
  return diagnose({
    fills: count,
    placements: orders.placements,
    isZeroFill: isZeroFill(count, orders.placements, durationUs / 60_000_000),
    markout250msBps: shortest?.meanBps ?? null,
    toxicShare250ms: shortest?.adverseShare ?? null,
    lifetimeP10Ms: fills.lifetimeMs.p10,
    spreadCapture: path.parts.spreadCapture,
    inventoryDrift: path.parts.inventory,
    funding: path.parts.funding,
    // Without a fill it is the number of cancels, which says nothing of churn
    churn: count === 0 ? null : churn,
  });
}

/** 30 s stands for the reference's minute. */
const ADVERSE_HORIZON = 3;

function scorecardOf({ path }: SessionReading, { fills, markouts, uptime, inventory }: JudgedFigures): Scorecard {
  const adverse = markouts.rows[0]?.horizons[ADVERSE_HORIZON]?.adverseShare ?? null;
  const percent = (share: number | null): number | null => (share === null ? null : share * 100);
  return scorecard({
    net: moneyNumber(path.parts.net),
    adversePct: percent(adverse),
    uptimePct: percent(uptime),
    peakUtilizationPct: percent(inventory.peakUtilization),
    negativeEdgePct: percent(fills.negativeEdgeShare),
  });
}

function reported(stored: StoredSession, lastUs: number): ReportedSession {
  const { manifest } = stored;
  const { rules } = manifest;
  return {
    sessionId: manifest.sessionId,
    mode: manifest.mode,
    venue: manifest.venue,
    market: rules.market,
    baseCurrency: rules.baseCurrency,
    quoteCurrency: rules.quoteCurrency,
    tickSize: rules.tickSize,
    lotSize: rules.lotSize,
    profile: manifest.profileName,
    profileHash: manifest.profileHash,
    overrides: manifest.overrides,
    source: manifest.source,
    appVersion: manifest.appVersion,
    buildHash: manifest.buildHash,
    startedAtUs: manifest.startedAtUs,
    endedHow: stored.endedHow,
    effectHash: stored.effectHash,
    events: stored.events,
    firstUs: manifest.sessionStartUs,
    lastUs,
    durationUs: lastUs - manifest.sessionStartUs,
  };
}

/** The kernel measures it while the session runs and the sessions row keeps it. */
function uptimeOf({ resultJson }: StoredSession): number | null {
  const result: unknown = resultJson === null ? null : JSON.parse(resultJson);
  if (typeof result !== "object" || result === null || !("uptime" in result)) return null;
  return typeof result.uptime === "number" ? result.uptime : null;
}

function lateFill(row: LateFillRow, scale: MarketScale): ReportedLateFill {
  return {
    atUs: row.at_us,
    tradeId: row.trade_id,
    side: row.side,
    price: formatTicks(scale, row.price_ticks),
    size: formatLots(scale, row.size_lots),
    fee: row.fee,
    foundOn: row.found_on,
  };
}

function remarksOf(
  { stored, lateFills, compareTape }: ReportSources,
  markouts: ReportedMarkouts,
  proof: ResultProof,
): readonly string[] {
  const remarks: string[] = [];
  if (lateFills.length > 0) {
    remarks.push(
      `${lateFills.length} fills were found after the crash and entered late: they are listed, and in no figure.`,
    );
  }
  if (stored.endedHow === "running") remarks.push("The session runs, or crashed unseen: these are its figures so far.");
  if (stored.endedHow === "crashed") remarks.push("The session crashed: the journal ends where it was last durable.");
  if (markouts.source === "tape") {
    remarks.push("The journal holds no markouts of this session; they were found from its tape.");
  }
  if (markouts.source === "none") {
    remarks.push("Neither journal nor tape has this session's markouts: they are missing below.");
  }
  if (markouts.tape === "missing" && markouts.source === "journal") {
    const lacking = compareTape
      ? "its markouts could not be compared with the journal's"
      : "markouts that its crash kept from the journal are missing";
    remarks.push(`The session's tape is not in the data folder: ${lacking}.`);
  }
  if (markouts.agreement !== null && markouts.agreement.different > 0) {
    remarks.push(`Journal and tape differ in markouts: ${markouts.agreement.firstDifference ?? ""}.`);
  }
  if (!proof.isExact) remarks.push("The parts do not add up to the change in equity: the rows were changed or lost.");
  return remarks;
}
