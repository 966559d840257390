import { Decimal } from "../kernel/values/decimal.ts";
import type { PnlParts } from "../kernel/effects.ts";
import { addParts, NO_PARTS, partsText, type PartsText } from "./result-parts.ts";
import type { Split } from "./result-splits.ts";
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
  /** Where it stands in time: its clock's first moment; of a generated market, whose clock always begins alike, the wall clock of the start. */
  readonly fromUs: number;
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
  /** What it came to on each day of its clock (UTC); the first day of a generated market is that of the start. */
  readonly days: readonly Split[];
  /** What it came to under each version of the profile, by name and hash. */
  readonly versions: readonly Split[];
}

/** Sessions, or parts of them, that belong together, added up. */
export interface ComparedGroup extends PartsText {
  readonly name: string;
  /** Sessions that have a part in it. */
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
  /** By `fromUs`. */
  readonly sessions: readonly ComparedSession[];
  /** The trend: one a day on the sessions' clock (UTC), market and currency. */
  readonly days: readonly ComparedGroup[];
  /** Profile versions (name and hash of the text) against results: each with what was earned while it was in force. */
  readonly versions: readonly ComparedGroup[];
  /** Sessions that could not be read, with why. */
  readonly unreadable: readonly { readonly sessionId: string; readonly message: string }[];
}

const COMPARISON_FORMAT = 2;
const DAY_US = 86_400_000_000;
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
    fromUs: isGenerated(session) ? session.startedAtUs : session.firstUs,
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
    days: daysOf(report),
    versions: together(report.profiles, ({ name, hash }) => `${name} ${hash.slice(0, 8)}`),
  };
}

/** Puts sessions side by side and adds up what belongs together. Sums are exact; nothing of different markets or currencies is added. */
export function compare(
  sessions: readonly ComparedSession[],
  { filter, fitting }: Pick<Comparison, "filter" | "fitting">,
  unreadable: Comparison["unreadable"],
): Comparison {
  const ordered = sessions.toSorted((a, b) => a.fromUs - b.fromUs || a.startedAtUs - b.startedAtUs);
  return {
    format: COMPARISON_FORMAT,
    filter,
    fitting,
    sessions: ordered,
    days: groups(ordered, ({ days }) => days).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    versions: groups(ordered, ({ versions }) => versions),
    unreadable,
  };
}

function isGenerated({ source }: SessionReport["session"]): boolean {
  return source["kind"] === "generated";
}

/** The hours of a session by day; a session in which nothing was recorded lies on the day of its start. */
function daysOf({ session, result }: SessionReport): readonly Split[] {
  const { firstUs, startedAtUs } = session;
  const ahead = isGenerated(session) ? Math.floor(startedAtUs / DAY_US) - Math.floor(firstUs / DAY_US) : 0;
  const dayOf = (ms: number): string => new Date(ms + (ahead * DAY_US) / 1000).toISOString().slice(0, 10);
  const days = together(result.byHour, ({ name }) => dayOf(Date.parse(name.slice(0, 10))));
  if (days.length > 0) return days;
  const name = dayOf(firstUs / 1000);
  return [{ name, ...partsText(NO_PARTS), fills: 0, volume: "0", durationUs: 0 }];
}

/** Splits that fall under one name, added up. */
function together<S extends Split>(splits: readonly S[], nameOf: (split: S) => string): readonly Split[] {
  return [...Map.groupBy(splits, nameOf)].map(([name, members]) => ({ name, ...sumOf(members) }));
}

function groups(
  sessions: readonly ComparedSession[],
  splitsOf: (session: ComparedSession) => readonly Split[],
): readonly ComparedGroup[] {
  // Each session has a name once, so the splits of a group are of as many sessions
  const splits = sessions.flatMap((session) =>
    splitsOf(session).map((split) => ({
      ...split,
      name: `${split.name} ${session.market} in ${session.quoteCurrency}`,
    })),
  );
  return [...Map.groupBy(splits, ({ name }) => name)].map(([name, members]) => {
    const sum = sumOf(members);
    return { name, sessions: members.length, ...sum, netBps: bpsOf(sum.net, sum.volume) };
  });
}

function sumOf(members: readonly Split[]): Omit<Split, "name"> {
  let parts = NO_PARTS;
  let fills = 0;
  let durationUs = 0;
  let volume = new Decimal(0);
  for (const member of members) {
    parts = addParts(parts, parsedParts(member));
    fills += member.fills;
    durationUs += member.durationUs;
    volume = volume.add(member.volume);
  }
  return { ...partsText(parts), fills, volume: volume.toFixed(), durationUs };
}

function parsedParts({ spreadCapture, inventory, fees, funding, net }: PartsText): PnlParts {
  return {
    spreadCapture: parseMoney(spreadCapture),
    inventory: parseMoney(inventory),
    fees: parseMoney(fees),
    funding: parseMoney(funding),
    net: parseMoney(net),
  };
}

function bpsOf(net: string, volume: string): number | null {
  const traded = Number(volume);
  return traded > 0 ? (Number(net) / traded) * 10_000 : null;
}
