import type { ComparedGroup, ComparedSession, Comparison } from "../comparison.ts";
import { at, drawing, frame, legend, line, spanOf, upwards, valueAxis } from "./axes.ts";
import { empty, hint, number, panel, table, text } from "./blocks.ts";
import {
  durationFigure,
  figure,
  moneyFigure,
  numberFigure,
  shareFigure,
  signedText,
  timeCell,
  timeText,
} from "./figure-text.ts";
import { tag, type Content, type Markup } from "./markup.ts";
import { pageDocument } from "./page-shell.ts";

/** Sessions side by side as one HTML page that needs nothing else. */
export function comparePage(comparison: Comparison): string {
  const { sessions, filter, days, versions, unreadable } = comparison;
  const first = sessions[0];
  const last = sessions.at(-1);
  return pageDocument(
    `${sessions.length} sessions · Ballast`,
    tag(
      "header",
      {},
      tag("h1", {}, `${sessions.length} ${sessions.length === 1 ? "session" : "sessions"}`),
      tag("span", { class: "meta" }, filter),
      first === undefined || last === undefined
        ? null
        : tag("span", { class: "meta" }, timeText(first.firstUs), " to ", timeText(last.firstUs), " UTC"),
    ),
    unreadable.length === 0
      ? null
      : tag(
          "ul",
          { class: "remarks" },
          unreadable.map(({ sessionId, message }) => tag("li", {}, `${sessionId}: ${message}`)),
        ),
    panel("Net and its parts, a session a bar", 12, "each market in its own currency", picture(sessions)),
    panel("Sessions", 12, "by the session's clock", sessionTable(sessions)),
    panel("By day", 6, "UTC", groupTable("days", days)),
    panel("By profile version", 6, "name and hash of the profile's text", groupTable("versions", versions)),
  );
}

const PARTS = [
  ["spreadCapture", "f-spread", "spread capture"],
  ["inventory", "f-inventory", "inventory"],
  ["fees", "f-fees", "fees"],
  ["funding", "f-funding", "funding"],
] as const;
const MOST_LABELS = 24;

/** Parts stacked up and down from zero, and the net of each session as a line through the bars. */
function picture(sessions: readonly ComparedSession[]): Content {
  if (sessions.length === 0) return empty("No session fits.");
  const of = frame(1500, 270);
  const values = spanOf(
    sessions.flatMap((session) => {
      const parts = PARTS.map(([name]) => Number(session[name]));
      const sum = (keep: (value: number) => boolean): number => parts.filter(keep).reduce((a, b) => a + b, 0);
      return [sum((value) => value > 0), sum((value) => value < 0), Number(session.net)];
    }),
  );
  const y = upwards(of, values);
  const slot = (of.right - of.left) / sessions.length;
  const width = Math.min(60, slot * 0.7);
  const middle = (index: number): number => of.left + slot * (index + 0.5);
  const labelEvery = Math.ceil(sessions.length / MOST_LABELS);
  return [
    drawing(
      of,
      "Net and its parts of each session",
      valueAxis(of, values, 5),
      sessions.flatMap((session, index) => [
        ...bar(session, middle(index) - width / 2, width, y),
        ...(index % labelEvery === 0
          ? [
              tag(
                "text",
                { x: at(middle(index)), y: of.bottom + 15, "text-anchor": "middle" },
                timeText(session.firstUs).slice(5, 16),
              ),
            ]
          : []),
      ]),
      line(
        "c-net",
        sessions.map(({ net }, index) => [middle(index), y(Number(net))]),
      ),
      sessions.map(({ net }, index) =>
        tag("circle", { class: "c0", cx: at(middle(index)), cy: at(y(Number(net))), r: 3 }),
      ),
    ),
    legend([...PARTS.map(([, kind, words]) => [kind, words] as const), ["c0", "net"]]),
  ];
}

function bar(session: ComparedSession, x: number, width: number, y: (value: number) => number): readonly Markup[] {
  let up = 0;
  let down = 0;
  return PARTS.map(([name, kind]) => {
    const value = Number(session[name]);
    const from = value > 0 ? up : down;
    if (value > 0) up += value;
    else down += value;
    const top = y(Math.max(from, from + value));
    const height = Math.abs(y(from + value) - y(from));
    return tag("rect", { class: kind, x: at(x), y: at(top), width: at(width), height: at(height), opacity: 0.75 });
  });
}

function sessionTable(sessions: readonly ComparedSession[]): Content {
  if (sessions.length === 0) return empty("No session fits.");
  const columns = [
    ...["from", "session", "market", "profile", "version"].map(text),
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
    text("judged"),
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
    timeCell(of.firstUs),
    tag("span", { class: "at" }, of.sessionId),
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
    tag(
      "span",
      { class: "at" },
      tag("span", { class: `chip ${of.verdict}` }, of.verdict),
      ` ${of.endedHow === "ended" ? "" : of.endedHow}`,
    ),
  ];
}

function groupTable(place: string, groups: readonly ComparedGroup[]): Content {
  return table(
    [
      text(""),
      ...["sessions", "time", "fills", "spread capture", "inventory", "fees", "funding", "net", "bps"].map(number),
    ],
    groups.map((of, index) => ({
      cells: [
        of.name,
        numberFigure(`${place}.${index}.sessions`, of.sessions),
        durationFigure(`${place}.${index}.durationUs`, of.durationUs),
        numberFigure(`${place}.${index}.fills`, of.fills),
        moneyFigure(`${place}.${index}.spreadCapture`, of.spreadCapture),
        moneyFigure(`${place}.${index}.inventory`, of.inventory),
        moneyFigure(`${place}.${index}.fees`, of.fees),
        moneyFigure(`${place}.${index}.funding`, of.funding),
        moneyFigure(`${place}.${index}.net`, of.net),
        figure(`${place}.${index}.netBps`, of.netBps, signedText(of.netBps, 2)),
      ],
    })),
  );
}
