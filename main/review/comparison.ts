import { Decimal } from "../kernel/values/decimal.ts";
import { addParts, NO_PARTS, partsText, type PartsText } from "./result-parts.ts";
import type { SessionReport } from "./session-report.ts";
import { parseMoney } from "../kernel/values/market-rules.ts";
import type { Interval } from "./student-interval.ts";

/** A session in a table of sessions: figures of its report, found in the same way. */
export interface ComparedSession extends PartsText {
  readonly sessionId: string;
  readonly mode: string;
  readonly venue: string;
  readonly market: string;
  readonly quoteCurrency: string;
  readonly profile: string;
  readonly profileHash: string;
  /** Revisions of the profile in the session; 1 = it never changed. */
  readonly revisions: number;
  readonly startedAtUs: number;
  readonly firstUs: number;
  readonly durationUs: number;
  readonly endedHow: string;
  readonly fills: number;
  readonly volume: string;
  /** Net in bps of the volume; null without a fill. */
  readonly netBps: number | null;
  readonly worstDrawdown: string;
  readonly uptime: number | null;
  readonly bothSides: number | null;
  readonly fillRate: number | null;
  readonly churn: number;
  readonly maxAbsPosition: string;
  readonly markout1s: number | null;
  readonly markout5s: number | null;
  readonly markout5sInterval: Interval | null;
  readonly adverseShare5s: number | null;
  readonly verdict: string;
  readonly severity: string;
  readonly findings: readonly string[];
}

/** Sessions that belong together, added up. */
export interface ComparedGroup extends PartsText {
  readonly name: string;
  readonly sessions: number;
  readonly fills: number;
  readonly durationUs: number;
  readonly volume: string;
  readonly netBps: number | null;
}

export interface Comparison {
  readonly format: number;
  /** What was asked for, in words. */
  readonly filter: string;
  /** How many fit; where that is more than are here, the newest were taken. */
  readonly fitting: number;
  /** By the time on each session's clock. */
  readonly sessions: readonly ComparedSession[];
  /** The trend: one a day on the sessions' clock (UTC), market and currency. */
  readonly days: readonly ComparedGroup[];
  /** Profile versions (name and hash of the text) against results. */
  readonly versions: readonly ComparedGroup[];
  /** Sessions that could not be read, with why. */
  readonly unreadable: readonly { readonly sessionId: string; readonly message: string }[];
}

const COMPARISON_FORMAT = 1;
const ALL = 0;
const HORIZON_1S = 1;
const HORIZON_5S = 2;

/** The line of a session in a comparison. */
export function comparedSession(report: SessionReport): ComparedSession {
  const { session, result, fills, markouts, inventory, orders } = report;
  const after1s = markouts.rows[ALL]?.horizons[HORIZON_1S];
  const after5s = markouts.rows[ALL]?.horizons[HORIZON_5S];
  return {
    sessionId: session.sessionId,
    mode: session.mode,
    venue: session.venue,
    market: session.market,
    quoteCurrency: session.quoteCurrency,
    profile: session.profile,
    profileHash: session.profileHash,
    revisions: report.profiles.length,
    startedAtUs: session.startedAtUs,
    firstUs: session.firstUs,
    durationUs: session.durationUs,
    endedHow: session.endedHow,
    fills: fills.all.fills,
    volume: fills.all.volume,
    netBps: bpsOf(result.parts.net, fills.all.volume),
    ...result.parts,
    worstDrawdown: result.drawdown.worst,
    uptime: report.uptime,
    bothSides: orders.standing.both,
    fillRate: orders.fillRate,
    churn: report.churn,
    maxAbsPosition: inventory.maxAbs,
    markout1s: after1s?.meanBps ?? null,
    markout5s: after5s?.meanBps ?? null,
    markout5sInterval: after5s?.interval ?? null,
    adverseShare5s: after5s?.adverseShare ?? null,
    verdict: report.scorecard.verdict,
    severity: report.diagnosis.severity,
    findings: report.diagnosis.findings.map(({ kind }) => kind),
  };
}

/** Puts sessions side by side and adds up what belongs together. Sums are exact; nothing of different markets or currencies is added. */
export function compare(
  sessions: readonly ComparedSession[],
  { filter, fitting }: Pick<Comparison, "filter" | "fitting">,
  unreadable: Comparison["unreadable"],
): Comparison {
  const ordered = sessions.toSorted((a, b) => a.firstUs - b.firstUs || a.startedAtUs - b.startedAtUs);
  const inMarket = ({ market, quoteCurrency }: ComparedSession): string => `${market} in ${quoteCurrency}`;
  return {
    format: COMPARISON_FORMAT,
    filter,
    fitting,
    sessions: ordered,
    days: groups(ordered, (session) => `${dayOf(session.firstUs)} ${inMarket(session)}`),
    versions: groups(
      ordered,
      (session) => `${session.profile} ${session.profileHash.slice(0, 8)} ${inMarket(session)}`,
    ),
    unreadable,
  };
}

function groups(
  sessions: readonly ComparedSession[],
  nameOf: (session: ComparedSession) => string,
): readonly ComparedGroup[] {
  const byName = new Map<string, ComparedSession[]>();
  for (const session of sessions) {
    const name = nameOf(session);
    byName.set(name, [...(byName.get(name) ?? []), session]);
  }
  return [...byName].map(([name, members]) => group(name, members));
}

function group(name: string, members: readonly ComparedSession[]): ComparedGroup {
  let parts = NO_PARTS;
  let fills = 0;
  let durationUs = 0;
  let volume = new Decimal(0);
  for (const member of members) {
    parts = addParts(parts, {
      spreadCapture: parseMoney(member.spreadCapture),
      inventory: parseMoney(member.inventory),
      fees: parseMoney(member.fees),
      funding: parseMoney(member.funding),
      net: parseMoney(member.net),
    });
    fills += member.fills;
    durationUs += member.durationUs;
    volume = volume.add(member.volume);
  }
  const sums = partsText(parts);
  return {
    name,
    sessions: members.length,
    fills,
    durationUs,
    volume: volume.toFixed(),
    netBps: bpsOf(sums.net, volume.toFixed()),
    ...sums,
  };
}

function bpsOf(net: string, volume: string): number | null {
  const traded = Number(volume);
  return traded > 0 ? (Number(net) / traded) * 10_000 : null;
}

function dayOf(atUs: number): string {
  return new Date(atUs / 1000).toISOString().slice(0, 10);
}
