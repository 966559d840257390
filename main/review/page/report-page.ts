import type { SessionReport } from "../session-report.ts";
import {
  durationText,
  figure,
  moneyFigure,
  NONE,
  numberFigure,
  shareFigure,
  signedText,
  timeText,
} from "./figure-text.ts";
import { tag, type Content, type Markup } from "./markup.ts";
import { conductSections } from "./conduct-sections.ts";
import { marketSections } from "./market-sections.ts";
import { pageDocument } from "./page-shell.ts";
import { resultSections } from "./result-sections.ts";

/** The report of a session as one HTML page that needs nothing else; every figure is one of the JSON's, and says which. */
export function reportPage(report: SessionReport): string {
  const { session } = report;
  return pageDocument(
    `${session.market} ${session.sessionId} · Ballast`,
    header(report),
    remarks(report.remarks),
    tiles(report),
    resultSections(report),
    marketSections(report),
    conductSections(report),
    footer(report),
  );
}

function header({ session, scorecard, diagnosis }: SessionReport): Markup {
  const severity = { SEV1: "red", SEV2: "amber", SEV3: "green" }[diagnosis.severity];
  return tag(
    "header",
    {},
    tag("h1", {}, `${session.market} · ${session.profile}`),
    tag("span", { class: "meta" }, tag("b", {}, session.mode), ` on ${session.venue}`),
    tag("span", { class: "meta" }, timeText(session.firstUs), " to ", timeText(session.lastUs), " UTC"),
    tag("span", { class: "meta" }, tag("b", {}, durationText(session.durationUs))),
    tag("span", { class: "meta" }, `session ${session.sessionId}, `, tag("b", {}, session.endedHow)),
    tag(
      "span",
      { class: `chip ${scorecard.verdict}` },
      figure("scorecard.verdict", scorecard.verdict, scorecard.verdict),
    ),
    tag("span", { class: `chip ${severity}` }, figure("diagnosis.severity", diagnosis.severity, diagnosis.severity)),
  );
}

function remarks(sentences: readonly string[]): Content {
  if (sentences.length === 0) return null;
  return tag(
    "ul",
    { class: "remarks" },
    sentences.map((sentence) => tag("li", {}, sentence)),
  );
}

function tiles(report: SessionReport): Markup {
  const { session, result, fills, markouts, inventory, orders, uptime } = report;
  const { parts, drawdown } = result;
  const markout = markouts.rows[0]?.horizons[2];
  const around = markout?.interval ?? null;
  return tag(
    "div",
    { class: "tiles" },
    tile("net", moneyFigure("result.parts.net", parts.net), session.quoteCurrency, true),
    tile("spread capture", moneyFigure("result.parts.spreadCapture", parts.spreadCapture), "edge at each fill"),
    tile("inventory", moneyFigure("result.parts.inventory", parts.inventory), "as the mid moved"),
    tile("fees", moneyFigure("result.parts.fees", parts.fees), "negative = paid"),
    tile("funding", moneyFigure("result.parts.funding", parts.funding), "negative = paid"),
    tile("fills", numberFigure("fills.all.fills", fills.all.fills), [
      shareFigure("fills.makerShare", fills.makerShare),
      " maker",
    ]),
    tile(
      "markout after 5 s",
      [
        figure("markouts.rows.0.horizons.2.meanBps", markout?.meanBps ?? null, signedText(markout?.meanBps ?? null, 2)),
        " bps",
      ],
      around === null
        ? "too few fills for an interval"
        : `${signedText(around.low, 2)} to ${signedText(around.high, 2)}`,
    ),
    tile(
      "worst drawdown",
      figure("result.drawdown.worst", drawdown.worst, drawdown.worst),
      durationText(drawdown.durationUs),
    ),
    tile("uptime", uptime === null ? NONE : shareFigure("uptime", uptime), [
      shareFigure("orders.standing.both", orders.standing.both),
      " both sides rest",
    ]),
    tile("largest position", figure("inventory.maxAbs", inventory.maxAbs, inventory.maxAbs), [
      session.baseCurrency,
      ", ",
      shareFigure("inventory.peakUtilization", inventory.peakUtilization, 2),
      " of the limit",
    ]),
  );
}

function tile(name: string, value: Content, more: Content, isSum = false): Markup {
  return tag(
    "div",
    { class: isSum ? "tile sum" : "tile" },
    tag("div", { class: "name" }, name),
    tag("div", { class: "value" }, value),
    tag("div", { class: "more" }, more),
  );
}

function footer({ session }: SessionReport): Markup {
  return tag(
    "footer",
    {},
    `Made by Ballast ${session.appVersion} (${session.buildHash}) from session ${session.sessionId}. Profile ${session.profile}, ${session.profileHash.slice(0, 12)}`,
    session.overrides.length === 0 ? "" : `, with ${session.overrides.join(" ")}`,
    session.effectHash === null ? "." : `. Effect hash ${session.effectHash}.`,
    " Money is exact; times are UTC on the session's own clock.",
  );
}
