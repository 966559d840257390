import type { ComparedGroup, ComparedSession, Comparison } from "../comparison.ts";
import { barsPicture } from "./bars-picture.ts";
import { empty, hint, number, panel, table, text } from "./blocks.ts";
import { durationFigure, figure, moneyFigure, numberFigure, shareFigure, signedText, timeText } from "./figure-text.ts";
import { tag, type Content } from "./markup.ts";
import { pageDocument } from "./page-shell.ts";

/** Sessions side by side as one HTML page that needs nothing else. */
export function comparePage(comparison: Comparison): string {
  const { sessions, filter, fitting, days, versions, unreadable } = comparison;
  const taken = sessions.length + unreadable.length;
  const first = sessions[0];
  const last = sessions.at(-1);
  return pageDocument(
    `${countText(sessions.length)} · Ballast`,
    tag(
      "header",
      {},
      tag("h1", {}, countText(sessions.length)),
      tag("span", { class: "meta" }, filter),
      taken < fitting ? tag("span", { class: "chip amber" }, `the newest ${taken} of ${fitting} that fit`) : null,
      first === undefined || last === undefined
        ? null
        : tag("span", { class: "meta" }, minuteText(first.fromUs), " to ", minuteText(last.fromUs), " UTC"),
    ),
    unreadable.length === 0
      ? null
      : tag(
          "ul",
          { class: "remarks" },
          unreadable.map(({ sessionId, message }) => tag("li", {}, `${sessionId}: ${message}`)),
        ),
    panel("Net and its parts, a session a bar", 12, "each market in its own currency", sessionBars(sessions)),
    panel(
      "Sessions",
      12,
      "by the market's clock, UTC; a generated market by the clock of its start",
      sessionTable(sessions),
    ),
    panel("By day", 6, "UTC", groupBars(days, "Net and its parts of each day", true), groupTable("days", days)),
    panel(
      "By profile version",
      6,
      "name and hash; a session counts under each of its versions, with what was earned under it",
      groupBars(versions, "Net and its parts of each profile version", false),
      groupTable("versions", versions),
    ),
  );
}

/** "1 session", "40 sessions". */
export function countText(sessions: number): string {
  return `${sessions} ${sessions === 1 ? "session" : "sessions"}`;
}

/** "2026-01-31 08:15". */
function minuteText(us: number): string {
  return timeText(us).slice(0, 16);
}

function sessionBars(sessions: readonly ComparedSession[]): Content {
  // Sessions of several markets stand in one order of time, so that lines within each would only cross
  const isOneMarket = new Set(sessions.map(({ market, quoteCurrency }) => `${market} ${quoteCurrency}`)).size === 1;
  const bars = sessions.map((session) => ({
    parts: session,
    name: session.profile,
    more: minuteText(session.fromUs).slice(5),
    series: isOneMarket ? session.market : null,
  }));
  return barsPicture(bars, 1500, "Net and its parts of each session");
}

/** A single bar says nothing that its row does not. */
function groupBars(groups: readonly ComparedGroup[], label: string, isTrend: boolean): Content {
  if (groups.length < 2) return null;
  const bars = groups.map((group) => {
    const [name = "", ...more] = group.name.split(" ");
    return { parts: group, name, more: more[0] ?? "", series: isTrend ? more.join(" ") : null };
  });
  // Each market's trend stands by itself
  if (isTrend) bars.sort((a, b) => (a.series === b.series ? 0 : (a.series ?? "") < (b.series ?? "") ? -1 : 1));
  return barsPicture(bars, 740, label);
}

function sessionTable(sessions: readonly ComparedSession[]): Content {
  if (sessions.length === 0) return empty("No session fits.");
  const columns = [
    ...["from", "session", "judged", "market", "profile", "version"].map(text),
    ...[
      "length",
      "fills",
      "volume",
      "spread capture",
      "inventory",
      "fees",
      "funding",
      "net",
      "bps",
      "drawdown",
      "1 s",
      "5 s, bps",
      "adverse 5 s",
      "uptime",
      "fill rate",
      "churn",
      "most held",
    ].map(number),
  ];
  return [
    table(
      columns,
      sessions.map((session, index) => ({ cells: sessionCells(session, `sessions.${index}`) })),
    ),
    hint(
      "Net in bps of the volume. Markouts are means; the interval of the 5 s one is 95 % Student t. The hash is that of the profile at the start; rN = it was changed N − 1 times in the session.",
    ),
  ];
}

function sessionCells(of: ComparedSession, place: string): readonly Content[] {
  const range = of.markout5sInterval;
  return [
    tag("span", { class: "at" }, minuteText(of.fromUs)),
    tag("span", { class: "at" }, of.sessionId),
    tag(
      "span",
      { class: "at" },
      tag("span", { class: `chip ${of.verdict}` }, of.verdict),
      of.endedHow === "ended" ? "" : ` ${of.endedHow}`,
    ),
    tag("span", { class: "at" }, of.market),
    of.profile,
    `${of.profileHash.slice(0, 8)}${of.revisions > 1 ? ` r${of.revisions}` : ""}`,
    durationFigure(`${place}.durationUs`, of.durationUs),
    numberFigure(`${place}.fills`, of.fills),
    figure(`${place}.volume`, of.volume, of.volume),
    moneyFigure(`${place}.spreadCapture`, of.spreadCapture),
    moneyFigure(`${place}.inventory`, of.inventory),
    moneyFigure(`${place}.fees`, of.fees),
    moneyFigure(`${place}.funding`, of.funding),
    moneyFigure(`${place}.net`, of.net),
    figure(`${place}.netBps`, of.netBps, signedText(of.netBps, 2)),
    figure(`${place}.worstDrawdown`, of.worstDrawdown, of.worstDrawdown),
    figure(`${place}.markout1s`, of.markout1s, signedText(of.markout1s, 2)),
    [
      figure(`${place}.markout5s`, of.markout5s, signedText(of.markout5s, 2)),
      range === null
        ? null
        : tag("span", { class: "range" }, ` ${signedText(range.low, 1)} to ${signedText(range.high, 1)}`),
    ],
    shareFigure(`${place}.adverseShare5s`, of.adverseShare5s, 0),
    shareFigure(`${place}.uptime`, of.uptime),
    shareFigure(`${place}.fillRate`, of.fillRate),
    numberFigure(`${place}.churn`, of.churn, 1),
    figure(`${place}.maxAbsPosition`, of.maxAbsPosition, of.maxAbsPosition),
  ];
}

function groupTable(place: string, groups: readonly ComparedGroup[]): Content {
  return table(
    [
      text(""),
      ...["net", "bps", "sessions", "time", "fills", "spread capture", "inventory", "fees", "funding"].map(number),
    ],
    groups.map((of, index) => ({
      cells: [
        tag("span", { class: "at" }, of.name),
        moneyFigure(`${place}.${index}.net`, of.net),
        figure(`${place}.${index}.netBps`, of.netBps, signedText(of.netBps, 2)),
        numberFigure(`${place}.${index}.sessions`, of.sessions),
        durationFigure(`${place}.${index}.durationUs`, of.durationUs),
        numberFigure(`${place}.${index}.fills`, of.fills),
        moneyFigure(`${place}.${index}.spreadCapture`, of.spreadCapture),
        moneyFigure(`${place}.${index}.inventory`, of.inventory),
        moneyFigure(`${place}.${index}.fees`, of.fees),
        moneyFigure(`${place}.${index}.funding`, of.funding),
      ],
    })),
  );
}
