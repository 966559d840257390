import type { Distribution } from "../distribution.ts";
import type { SessionReport } from "../session-report.ts";
import { empty, hint, number, pairs, panel, table, text, type Row } from "./blocks.ts";
import { decisionPicture } from "./decision-picture.ts";
import {
  codeText,
  durationFigure,
  figure,
  millisFigure,
  moneyFigure,
  NONE,
  numberFigure,
  numberText,
  shareFigure,
  signedText,
  timeCell,
  timeText,
} from "./figure-text.ts";
import { tag, type Content, type Markup } from "./markup.ts";

/** What Ballast did: decisions, orders, pauses, and what was said and asked. */
export function conductSections(report: SessionReport): readonly Markup[] {
  const { decisions, alerts, commands, riskEvents, profileChanges, lateFills } = report;
  return [
    panel(
      "Decisions",
      5,
      [numberFigure("decisions.looks", decisions.looks), " looks"],
      decisionPicture(decisions, 620),
    ),
    panel("Quotes and orders", 3, null, orderPairs(report)),
    panel("Reprice quality", 4, null, qualityPairs(report)),
    panel("Pauses", 7, "time of all slots without a quote, and what it cost", pauseTable(report)),
    panel("Latency and lifetimes", 5, null, timesTable(report)),
    panel("Decisions by reason", 6, null, decisionTable(report)),
    panel("Profiles", 6, "before and after each change; the rows add up", profileTable(report)),
    panel("Profile changes", 6, String(profileChanges.length), changeList(report)),
    panel("Alerts", 6, String(alerts.reduce((sum, { count }) => sum + count, 0)), alertTable(report)),
    panel("Operator commands", 6, String(commands.length), commandTable(report)),
    panel("Breakers, halts and latches", 6, String(riskEvents.length), riskTable(report)),
    ...(lateFills.length === 0
      ? []
      : [panel("Late fills", 12, "found after the crash, in no figure", lateTable(report))]),
  ];
}

function orderPairs({ orders, quoteToFill, churn }: SessionReport): Content {
  const rejections = orders.rejections.map(
    ({ reason, orders: count }) => [`rejected: ${codeText(reason)}`, numberText(count)] as const,
  );
  const cancels = orders.cancelReasons.map(
    ({ reason, orders: count }) => [`cancelled: ${codeText(reason)}`, numberText(count)] as const,
  );
  return pairs([
    ["placements", numberFigure("orders.placements", orders.placements)],
    ["accepted", numberFigure("orders.accepted", orders.accepted)],
    ["filled", numberFigure("orders.filledOrders", orders.filledOrders)],
    ["filled in part, then cancelled", numberFigure("orders.partlyFilledOrders", orders.partlyFilledOrders)],
    ["fill rate", shareFigure("orders.fillRate", orders.fillRate)],
    ["quotes a maker fill", numberFigure("quoteToFill", quoteToFill, 1)],
    ["cancelled", numberFigure("orders.cancelled", orders.cancelled)],
    ["cancel ratio", shareFigure("orders.cancelRatio", orders.cancelRatio)],
    ["churn", numberFigure("churn", churn, 1)],
    ["post-only rejections", numberFigure("orders.postOnlyRejections", orders.postOnlyRejections)],
    ["of placements", shareFigure("orders.postOnlyRejectionShare", orders.postOnlyRejectionShare, 2)],
    ...rejections,
    ...cancels,
    ["both sides rested", shareFigure("orders.standing.both", orders.standing.both)],
    ["bid only", shareFigure("orders.standing.bidOnly", orders.standing.bidOnly)],
    ["ask only", shareFigure("orders.standing.askOnly", orders.standing.askOnly)],
    ["nothing rested", shareFigure("orders.standing.none", orders.standing.none)],
  ]);
}

function qualityPairs({ decisions }: SessionReport): Content {
  const { quality } = decisions;
  const main = quality.mainBlocker;
  return [
    pairs([
      ["looks blocked, buy side", numberFigure("decisions.quality.blocks.buy", quality.blocks.buy)],
      ["looks blocked, sell side", numberFigure("decisions.quality.blocks.sell", quality.blocks.sell)],
      [
        "side bias",
        [numberFigure("decisions.quality.sideBias", quality.sideBias, 2), quality.isSideBiased ? " (above 3)" : ""],
      ],
      ["main blocker", main === null ? NONE : codeText(main.code)],
      [
        "its share of blocks",
        [
          shareFigure("decisions.quality.mainBlocker.share", main?.share ?? null),
          main?.isDominant === true ? " (dominant)" : "",
        ],
      ],
      ["blocks stacked within 0.1 s", numberFigure("decisions.quality.stackedBlocks", quality.stackedBlocks)],
      ["looks that replaced", shareFigure("decisions.quality.replaceShare", quality.replaceShare)],
    ]),
    quality.hints.map(hint),
  ];
}

function pauseTable({ pauses, session }: SessionReport): Content {
  if (pauses.length === 0) return empty("No slot was kept from quoting.");
  const rows = pauses.map((pause, index) => ({
    cells: [
      codeText(pause.reason),
      numberFigure(`pauses.${index}.pauses`, pause.pauses),
      durationFigure(`pauses.${index}.slotTimeUs`, pause.slotTimeUs),
      durationFigure(`pauses.${index}.longestUs`, pause.longestUs),
      moneyFigure(`pauses.${index}.inventoryMeanwhile`, pause.inventoryMeanwhile),
      figure(`pauses.${index}.forgoneEstimate`, pause.forgoneEstimate, signedText(pause.forgoneEstimate, 4)),
    ],
  }));
  return [
    table(
      [
        text("reason"),
        number("pauses"),
        number("slot time"),
        number("longest"),
        number("inventory meanwhile"),
        number("forgone"),
      ],
      rows,
    ),
    hint(
      `Inventory meanwhile is measured, in ${session.quoteCurrency}. Forgone is an estimate: the spread capture that the paused time would have brought at the rate of the quoting time; negative = it would have lost.`,
    ),
  ];
}

function timesTable({ fills, orders }: SessionReport): Content {
  const row = (name: string, place: string, of: Distribution): Row => ({
    cells: [
      name,
      numberFigure(`${place}.count`, of.count),
      ...(["p10", "p50", "p95", "p99", "greatest"] as const).map((key) => millisFigure(`${place}.${key}`, of[key])),
    ],
  });
  return table(
    [text(""), number("n"), number("10 %"), number("50 %"), number("95 %"), number("99 %"), number("most")],
    [
      row("placement accepted after", "orders.placementLatencyMs", orders.placementLatencyMs),
      row("cancel confirmed after", "orders.cancelLatencyMs", orders.cancelLatencyMs),
      row("life of an order", "orders.lifetimeMs", orders.lifetimeMs),
      row("life when filled", "fills.lifetimeMs", fills.lifetimeMs),
    ],
  );
}

function decisionTable({ decisions }: SessionReport): Content {
  return table(
    [text("reason"), text("detail"), number("looks"), number("buy"), number("sell"), number("share")],
    decisions.mix.map(({ code, detail, looks, buys, sells, share }, index) => ({
      cells: [
        codeText(code),
        detail === null ? "" : codeText(detail),
        numberFigure(`decisions.mix.${index}.looks`, looks),
        numberFigure(`decisions.mix.${index}.buys`, buys),
        numberFigure(`decisions.mix.${index}.sells`, sells),
        shareFigure(`decisions.mix.${index}.share`, share),
      ],
    })),
  );
}

function profileTable({ profiles, result }: SessionReport): Content {
  const rows: Row[] = profiles.map((of, index) => ({
    cells: [
      `${of.name} r${of.revision}`,
      of.hash.slice(0, 8),
      timeText(of.fromUs).slice(11),
      numberFigure(`profiles.${index}.fills`, of.fills),
      figure(`profiles.${index}.markout5sBps`, of.markout5sBps, signedText(of.markout5sBps, 2)),
      moneyFigure(`profiles.${index}.spreadCapture`, of.spreadCapture),
      moneyFigure(`profiles.${index}.inventory`, of.inventory),
      moneyFigure(`profiles.${index}.net`, of.net),
    ],
  }));
  const fills = profiles.reduce((sum, of) => sum + of.fills, 0);
  const { spreadCapture, inventory, net } = result.parts;
  rows.push({
    isTotal: true,
    cells: [
      "together",
      "",
      "",
      numberText(fills),
      "",
      moneyFigure("result.parts.spreadCapture", spreadCapture),
      moneyFigure("result.parts.inventory", inventory),
      moneyFigure("result.parts.net", net),
    ],
  });
  return table(
    [
      text("profile"),
      text("hash"),
      number("from"),
      number("fills"),
      number("5 s, bps"),
      number("spread capture"),
      number("inventory"),
      number("net"),
    ],
    rows,
  );
}

function changeList({ profileChanges }: SessionReport): Content {
  if (profileChanges.length === 0) return empty("The profile stayed as it was.");
  return profileChanges.map(({ atUs, by, before, after, changes }) => [
    tag("h3", {}, `${timeText(atUs)}: ${before} to ${after}, by ${by}`),
    table(
      [text("setting"), number("before"), number("after")],
      changes.map(({ variable, before: was, after: now }) => ({ cells: [variable, was, now] })),
    ),
  ]);
}

function alertTable({ alerts }: SessionReport): Content {
  if (alerts.length === 0) return empty("None.");
  const tone = { critical: "bad", warning: "warn", info: "flat" };
  return table(
    [text("alert"), number("times"), text("last"), text("in words")],
    alerts.map(({ kind, severity, count, lastUs, message }, index) => ({
      cells: [
        tag("span", { class: tone[severity] }, codeText(kind)),
        numberFigure(`alerts.${index}.count`, count),
        timeText(lastUs).slice(11),
        message,
      ],
    })),
  );
}

function commandTable({ commands }: SessionReport): Content {
  if (commands.length === 0) return empty("None.");
  return table(
    [text("at"), text("command"), text("by"), text("outcome")],
    commands.map(({ atUs, command, by, outcome }) => ({ cells: [timeCell(atUs), codeText(command), by, outcome] })),
  );
}

function riskTable({ riskEvents }: SessionReport): Content {
  if (riskEvents.length === 0) return empty("None.");
  return table(
    [text("at"), text("control"), text("happening"), text("detail")],
    riskEvents.map(({ atUs, control, happening, detail, by }) => ({
      cells: [timeCell(atUs), codeText(control), by === null ? happening : `${happening} by ${by}`, detail],
    })),
  );
}

function lateTable({ lateFills }: SessionReport): Content {
  return table(
    [text("at"), text("trade"), text("side"), number("price"), number("size"), number("fee"), text("found on")],
    lateFills.map(({ atUs, tradeId, side, price, size, fee, foundOn }) => ({
      cells: [timeCell(atUs), tradeId, side ?? NONE, price, size, fee, foundOn],
    })),
  );
}
