import type { PartsText } from "../result-parts.ts";
import type { Split } from "../result-splits.ts";
import type { SessionReport } from "../session-report.ts";
import { hint, number, pairs, panel, table, text, type Row } from "./blocks.ts";
import {
  codeText,
  durationFigure,
  durationText,
  figure,
  moneyFigure,
  numberFigure,
  numberText,
  timeText,
} from "./figure-text.ts";
import { tag, type Content, type Markup } from "./markup.ts";
import { equityPicture, partsPicture } from "./result-pictures.ts";

/** What was earned: over time, by part, by hour, by session, by regime, and the proof that it adds up. */
export function resultSections(report: SessionReport): readonly Markup[] {
  const { result, picture, session } = report;
  const { drawdown } = result;
  return [
    panel("Result", 6, session.quoteCurrency, equityPicture(picture, 760)),
    panel("Parts of the result", 6, session.quoteCurrency, partsPicture(picture, 760)),
    panel("Diagnosis", 4, report.diagnosis.severity, findings(report)),
    panel("Proof", 4, result.proof.isExact ? "exact to the last digit" : "does not add up", proof(report)),
    panel(
      "Drawdown",
      4,
      null,
      pairs([
        ["worst", figure("result.drawdown.worst", drawdown.worst, drawdown.worst)],
        ["from the peak at", timeText(drawdown.peakAtUs)],
        ["to the trough at", timeText(drawdown.troughAtUs)],
        ["recovered at", drawdown.recoveredAtUs === null ? "not until the end" : timeText(drawdown.recoveredAtUs)],
        ["duration", durationFigure("result.drawdown.durationUs", drawdown.durationUs)],
        ["longest time below a peak", durationFigure("result.drawdown.longestUs", drawdown.longestUs)],
        ["below the peak at the end", figure("result.drawdown.atEnd", drawdown.atEnd, drawdown.atEnd)],
      ]),
    ),
    panel(
      "By session",
      6,
      "rows share no time and add up",
      splitTable("result.byOpenSessions", result.byOpenSessions, result.parts),
      overlaps(report),
    ),
    panel(
      "By regime",
      6,
      `${report.regimeChanges} changes`,
      splitTable("result.byRegime", result.byRegime, result.parts),
    ),
    panel("By hour", 12, "UTC", splitTable("result.byHour", result.byHour, result.parts)),
  ];
}

const PART_NAMES = ["spreadCapture", "inventory", "fees", "funding", "net"] as const;

function splitTable(place: string, splits: readonly Split[], total: PartsText | null): Markup {
  const rows: Row[] = splits.map((split, index) => ({
    cells: [
      split.name,
      durationFigure(`${place}.${index}.durationUs`, split.durationUs),
      numberFigure(`${place}.${index}.fills`, split.fills),
      ...PART_NAMES.map((name) => moneyFigure(`${place}.${index}.${name}`, split[name])),
    ],
  }));
  if (total !== null) {
    const fills = splits.reduce((sum, split) => sum + split.fills, 0);
    const durationUs = splits.reduce((sum, split) => sum + split.durationUs, 0);
    rows.push({
      isTotal: true,
      cells: [
        "together",
        durationText(durationUs),
        numberText(fills),
        ...PART_NAMES.map((name) => moneyFigure(`result.parts.${name}`, total[name])),
      ],
    });
  }
  return table(
    [
      text(""),
      number("time"),
      number("fills"),
      number("spread capture"),
      number("inventory"),
      number("fees"),
      number("funding"),
      number("net"),
    ],
    rows,
  );
}

/** The world's sessions on their own; they overlap, so there is no sum. */
function overlaps({ result }: SessionReport): Content {
  if (result.byWorldSession.length === 0) return null;
  return [
    tag("h3", {}, "While each was open (they overlap)"),
    splitTable("result.byWorldSession", result.byWorldSession, null),
  ];
}

function findings({ diagnosis, scorecard }: SessionReport): Content {
  const found = diagnosis.findings.map(({ kind, evidence }) =>
    tag("p", { class: "finding" }, tag("b", { class: kind === "toxic" ? "bad" : "warn" }, codeText(kind)), evidence),
  );
  const marks = scorecard.marks.map(({ name, verdict, evidence }) =>
    tag("p", { class: "finding" }, tag("b", { class: verdict === "red" ? "bad" : "warn" }, name), evidence),
  );
  return [
    found.length === 0 ? tag("p", { class: "finding" }, tag("b", { class: "good" }, "nothing found")) : found,
    tag("h3", {}, `Scorecard: ${scorecard.verdict}`),
    marks.length === 0 ? tag("p", { class: "finding" }, "every reading is green") : marks,
    hint("Adverse fills are judged after 30 s."),
  ];
}

function proof({ result, session }: SessionReport): Content {
  const { proof: of, parts } = result;
  const step = (name: string, value: Markup, isSum = false): Markup =>
    tag("li", { class: isSum ? "sum" : null }, tag("span", { class: "name" }, name), value);
  const money = (key: keyof typeof of, value: string): Markup => moneyFigure(`result.proof.${key}`, value);
  return [
    tag(
      "ul",
      { class: "proof" },
      step("cash that the fills moved", money("cash", of.cash)),
      step(`${of.position} ${session.baseCurrency} at ${of.mid ?? "no mid"}`, money("positionValue", of.positionValue)),
      step("fees of the fills", money("fees", of.fees)),
      step("funding", money("funding", of.funding)),
      step("change in equity", money("changeInEquity", of.changeInEquity), true),
    ),
    tag("h3", {}, "The journaled parts"),
    tag(
      "ul",
      { class: "proof" },
      ...(["spreadCapture", "inventory", "fees", "funding"] as const).map((name) =>
        step(codeText(name.replace("C", " c")), moneyFigure(`result.parts.${name}`, parts[name])),
      ),
      step("their sum", money("sumOfParts", of.sumOfParts), true),
      step("difference", money("residual", of.residual)),
    ),
    hint([
      "Found anew from the rows of fills and mids: spread capture ",
      money("attributedSpreadCapture", of.attributedSpreadCapture),
      ", inventory ",
      money("attributedInventory", of.attributedInventory),
      ".",
    ]),
  ];
}
