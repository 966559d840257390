import type { Distribution } from "../distribution.ts";
import type { MarkoutSummary } from "../markout-summary.ts";
import type { SessionReport } from "../session-report.ts";
import { hint, number, pairs, panel, table, text } from "./blocks.ts";
import {
  durationFigure,
  figure,
  millisFigure,
  moneyFigure,
  NONE,
  numberFigure,
  shareFigure,
  shareText,
  signedText,
} from "./figure-text.ts";
import { tag, type Content, type Markup } from "./markup.ts";
import { markoutPicture } from "./markout-picture.ts";
import { positionHistogram, positionPicture } from "./result-pictures.ts";

/** What the market did with the quotes: fills, markouts, adverse selection, inventory. */
export function marketSections(report: SessionReport): readonly Markup[] {
  const { markouts, inventory, picture, session } = report;
  const source = { journal: "from the journal", tape: "found from the tape", none: "not known" }[markouts.source];
  const agreement =
    markouts.agreement === null
      ? ""
      : `, ${markouts.agreement.same} of ${markouts.agreement.same + markouts.agreement.different} as on the tape`;
  return [
    panel(
      "Markouts",
      5,
      `bps, mean and interval; ${source}${agreement}`,
      markoutPicture(markouts.horizons, markouts.rows, 620),
    ),
    panel("Markouts by kind of fill", 7, "bps; adverse = share below zero", markoutTable(report)),
    panel("Fills", 7, null, fillTable(report)),
    panel("Adverse selection", 5, "what the mid took back of the edge; positive = a cost", adverseTable(report)),
    panel("Position", 5, session.baseCurrency, positionPicture(picture, 620)),
    panel("Where the position lay", 3, "% of records", positionHistogram(inventory, 380)),
    panel("Inventory", 4, session.baseCurrency, inventoryPairs(report)),
  ];
}

function markoutTable({ markouts }: SessionReport): Content {
  const cell = (
    place: string,
    { meanBps, medianBps, interval, adverseShare, count, missing }: MarkoutSummary,
  ): Content => {
    if (count === 0) return missing === 0 ? NONE : `${NONE} (${missing} missing)`;
    return [
      figure(`${place}.meanBps`, meanBps, signedText(meanBps, 2)),
      tag(
        "div",
        { class: "range" },
        interval === null ? "no interval" : `${signedText(interval.low, 1)} to ${signedText(interval.high, 1)}`,
      ),
      tag("div", { class: "range" }, "median ", figure(`${place}.medianBps`, medianBps, signedText(medianBps, 2))),
      tag(
        "div",
        { class: "range" },
        figure(`${place}.adverseShare`, adverseShare, shareText(adverseShare, 0)),
        " adverse",
      ),
      tag(
        "div",
        { class: "range" },
        figure(`${place}.count`, count, `n ${count}`),
        missing === 0 ? "" : `, ${missing} missing`,
      ),
    ];
  };
  const rows = markouts.rows.flatMap((row, index) => {
    const isEmpty = row.horizons.every(({ count, missing }) => count + missing === 0);
    if (isEmpty) return [];
    const cells = row.horizons.map((summary, horizon) => cell(`markouts.rows.${index}.horizons.${horizon}`, summary));
    return [{ cells: [row.name, ...cells] }];
  });
  return [
    table([text("fills"), ...markouts.horizons.map((name) => number(`after ${name}`))], rows),
    hint(
      `${markouts.intervals}. Side × (mid at the horizon − fill price) / fill price, by the last mid at or before the horizon.`,
    ),
  ];
}

function fillTable({ fills, session }: SessionReport): Content {
  const rows = [fills.all, ...fills.kinds].map((kind, index) => {
    const place = index === 0 ? "fills.all" : `fills.kinds.${index - 1}`;
    return {
      cells: [
        kind.name,
        numberFigure(`${place}.fills`, kind.fills),
        figure(`${place}.size`, kind.size, kind.size),
        figure(`${place}.volume`, kind.volume, kind.volume),
        moneyFigure(`${place}.fees`, kind.fees),
        figure(`${place}.meanEdgeBps`, kind.meanEdgeBps, signedText(kind.meanEdgeBps, 2)),
      ],
    };
  });
  return [
    table(
      [
        text(""),
        number("fills"),
        number(session.baseCurrency),
        number(session.quoteCurrency),
        number("fees"),
        number("mean edge, bps"),
      ],
      rows,
    ),
    hint([
      numberFigure("fills.perHour", fills.perHour, 1),
      " an hour; a fill is ",
      numberFigure("fills.meanSize", fills.meanSize, 6),
      ` ${session.baseCurrency} on average; `,
      shareFigure("fills.negativeEdgeShare", fills.negativeEdgeShare),
      " at a price worse than the mid; quotes had stood for ",
      millisFigure("fills.lifetimeMs.p10", fills.lifetimeMs.p10),
      " / ",
      millisFigure("fills.lifetimeMs.p50", fills.lifetimeMs.p50),
      " / ",
      millisFigure("fills.lifetimeMs.p90", fills.lifetimeMs.p90),
      " when they were filled (10, 50, 90 %).",
    ]),
  ];
}

function adverseTable({ markouts, session }: SessionReport): Content {
  return table(
    [text("after"), number("fills"), number(`total, ${session.quoteCurrency}`), number("a fill"), number("bps")],
    markouts.adverseSelection.map(({ horizon, fills, total, meanPerFill, meanBps }, index) => {
      const place = `markouts.adverseSelection.${index}`;
      return {
        cells: [
          horizon,
          numberFigure(`${place}.fills`, fills),
          figure(`${place}.total`, total, total),
          figure(`${place}.meanPerFill`, meanPerFill, signedText(meanPerFill, 5)),
          figure(`${place}.meanBps`, meanBps, signedText(meanBps, 2)),
        ],
      };
    }),
  );
}

function inventoryPairs({ inventory }: SessionReport): Content {
  const of = inventory.distribution;
  const size = (key: keyof Distribution): Markup => {
    const value = of[key];
    return figure(`inventory.distribution.${key}`, value, value === null ? NONE : String(Number(value.toPrecision(6))));
  };
  return pairs([
    ["mean", size("mean")],
    ["variance", size("variance")],
    ["5, 50 %", [size("p5"), ", ", size("p50")]],
    ["95, 99 %", [size("p95"), ", ", size("p99")]],
    ["at the end", figure("inventory.final", inventory.final, inventory.final)],
    ["95 % held no more than", figure("inventory.p95Abs", inventory.p95Abs, inventory.p95Abs)],
    ["share of the limit at most", shareFigure("inventory.peakUtilization", inventory.peakUtilization, 2)],
    ["time with a position", shareFigure("inventory.nonflatShare", inventory.nonflatShare)],
    ["longest on one side", durationFigure("inventory.longestSameSideUs", inventory.longestSameSideUs)],
    ["above warn", durationFigure("inventory.aboveWarnUs", inventory.aboveWarnUs)],
    ["above critical", durationFigure("inventory.aboveCriticalUs", inventory.aboveCriticalUs)],
    ["above hard", durationFigure("inventory.aboveHardUs", inventory.aboveHardUs)],
  ]);
}
