import { writeFileSync } from "node:fs";
import { InvalidArgumentError, type Command } from "commander";
import { comparePage } from "../review/page/compare-page.ts";
import { reportPage } from "../review/page/report-page.ts";
import type { Comparison } from "../review/comparison.ts";
import type { SessionReport } from "../review/session-report.ts";
import { compareSessions, reviewSession, type ReviewFailure } from "../session/review/review-session.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output, table } from "./output.ts";

interface ReportOptions {
  readonly data: string;
  readonly session: string;
  readonly out?: string;
  readonly compareTape?: true;
  readonly json?: true;
}

interface CompareOptions {
  readonly data: string;
  readonly market?: string;
  readonly profile?: string;
  readonly since?: number;
  readonly until?: number;
  readonly out?: string;
  readonly json?: true;
}

/** `ballast report` and `ballast compare`. */
export function addReportCommands(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("report")
    .description("say what a session did, what it earned and why: as text, JSON and one HTML page")
    .requiredOption("--data <folder>", "data folder of the session")
    .requiredOption("--session <id>", "session")
    .option("--out <file>", "write the HTML page here; it needs nothing but a browser")
    .option("--compare-tape", "find the markouts from the tape as well and compare them with the journal's")
    .option("--json", "print one JSON object on the last line")
    .action((options: ReportOptions) => exit(report(options)));
  program
    .command("compare")
    .description("put sessions side by side: results, days, profile versions")
    .requiredOption("--data <folder>", "data folder of the sessions")
    .option("--market <market>", "sessions of this market only")
    .option("--profile <name>", "sessions that began with this profile only")
    .option("--since <time>", "sessions that started at or after this UTC day or time", moment)
    .option("--until <time>", "sessions that started before this UTC day or time", moment)
    .option("--out <file>", "write an HTML page with a chart here")
    .option("--json", "print one JSON object on the last line")
    .argument("[session...]", "these sessions only")
    .action((sessionIds: string[], options: CompareOptions) => exit(compareThem(sessionIds, options)));
}

function report(options: ReportOptions): ExitCode {
  const output = new Output(options.json === true);
  const reviewed = reviewSession(options.data, options.session, options.compareTape === true);
  if (!reviewed.ok) return fail(output, reviewed);
  const { value } = reviewed;
  if (!written(output, options.out, () => reportPage(value))) return EXIT.refused;
  output.result(value, reportLines(value));
  const { tape, agreement } = value.markouts;
  const isUncompared = options.compareTape === true && tape === "missing";
  const isWrong = !value.result.proof.isExact || (agreement?.different ?? 0) > 0 || isUncompared;
  return isWrong ? EXIT.wrong : EXIT.ok;
}

function compareThem(sessionIds: readonly string[], options: CompareOptions): ExitCode {
  const output = new Output(options.json === true);
  const reviewed = compareSessions(options.data, {
    sessionIds,
    market: options.market ?? null,
    profile: options.profile ?? null,
    sinceUs: options.since ?? null,
    untilUs: options.until ?? null,
  });
  if (!reviewed.ok) return fail(output, reviewed);
  const { value } = reviewed;
  if (!written(output, options.out, () => comparePage(value))) return EXIT.refused;
  output.result(value, compareLines(value));
  for (const { sessionId, message } of value.unreadable) output.complain(`${sessionId}: ${message}`);
  return value.unreadable.length === 0 ? EXIT.ok : EXIT.wrong;
}

function fail(output: Output, { code, message }: { readonly code: ReviewFailure; readonly message: string }): ExitCode {
  output.complain(message);
  return { journal: EXIT.journal, "unknown-session": EXIT.refused, damaged: EXIT.wrong }[code];
}

/** False when the page could not be written; the reason is told. */
function written(output: Output, file: string | undefined, page: () => string): boolean {
  if (file === undefined) return true;
  try {
    writeFileSync(file, page());
  } catch (error) {
    output.complain(error instanceof Error ? error.message : String(error));
    return false;
  }
  output.say(`Written: ${file}`);
  return true;
}

function reportLines(value: SessionReport): string[] {
  const { session, result, fills, markouts, diagnosis, scorecard, orders } = value;
  const { parts, drawdown, proof } = result;
  const percent = (share: number | null): string => (share === null ? "-" : `${(share * 100).toFixed(1)} %`);
  const all = markouts.rows[0]?.horizons ?? [];
  return [
    `Session ${session.sessionId}: ${session.market}, profile ${session.profile}, ${(session.durationUs / 1e6).toFixed(0)} s, ${session.endedHow}`,
    ...value.remarks.map((remark) => `  ${remark}`),
    ...table([
      ["spread capture", parts.spreadCapture],
      ["inventory", parts.inventory],
      ["fees", parts.fees],
      ["funding", parts.funding],
      ["net", parts.net],
      ["change in equity", proof.changeInEquity],
      ["worst drawdown", drawdown.worst],
      ["fills", String(fills.all.fills)],
      ["fill rate", percent(orders.fillRate)],
      ["uptime", percent(value.uptime)],
      ["largest position", value.inventory.maxAbs],
      ...markouts.horizons.map((name, index) => {
        const mean = all[index]?.meanBps ?? null;
        return [`markout after ${name}, bps`, mean === null ? "-" : mean.toFixed(3)] as const;
      }),
    ]),
    `  ${diagnosis.severity}, scorecard ${scorecard.verdict}`,
    ...diagnosis.findings.map(({ kind, evidence }) => `    ${kind}: ${evidence}`),
  ];
}

function compareLines({ sessions, days, versions, filter, fitting, unreadable }: Comparison): string[] {
  const taken = sessions.length + unreadable.length;
  if (sessions.length === 0) return [`No session fits: ${filter}.`];
  const short = (value: number | null, decimals: number): string => (value === null ? "-" : value.toFixed(decimals));
  return [
    `${"session".padEnd(22)}${"market".padEnd(16)}${"profile".padEnd(12)}${"fills".padStart(7)}${"net".padStart(16)}${"bps".padStart(9)}${"5 s bps".padStart(9)}${"uptime".padStart(8)}`,
    ...sessions.map(
      (of) =>
        `${of.sessionId.padEnd(22)}${of.market.padEnd(16)}${of.profile.padEnd(12)}${String(of.fills).padStart(7)}${of.net.padStart(16)}${short(of.netBps, 2).padStart(9)}${short(of.markout5s, 2).padStart(9)}${short(of.uptime === null ? null : of.uptime * 100, 1).padStart(8)}`,
    ),
    ...(taken < fitting ? [`The newest ${taken} of ${fitting} that fit: ${filter}.`] : []),
    "By day",
    ...groupLines(days),
    "By profile version",
    ...groupLines(versions),
  ];
}

function groupLines(groups: Comparison["days"]): string[] {
  const width = Math.max(...groups.map(({ name }) => name.length));
  return groups.map(({ name, sessions, fills, net, netBps }) => {
    const counts = `${String(sessions).padStart(5)} ${sessions === 1 ? "session " : "sessions"}${String(fills).padStart(7)} fills`;
    return `  ${name.padEnd(width)}${counts}  net ${net.padStart(16)}${(netBps?.toFixed(2) ?? "-").padStart(9)} bps`;
  });
}

/** A day or a time in UTC, as microseconds since the epoch. */
function moment(text: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const ms = isDay || /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError(`a time looks like 2026-01-31 or 2026-01-31T08:00:00Z, was "${text}"`);
  }
  return ms * 1000;
}
