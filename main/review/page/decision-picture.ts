import type { DecisionFigures } from "../decision-figures.ts";
import { at, drawing, legend } from "./axes.ts";
import { empty } from "./blocks.ts";
import { codeText, shareText } from "./figure-text.ts";
import { tag, type Content } from "./markup.ts";

const ROW = 21;
const MOST_ROWS = 14;
const LABEL = 205;

/** How often each answer was given, as bars from the most frequent down. */
export function decisionPicture({ mix }: DecisionFigures, width: number): Content {
  const shown = mix.slice(0, MOST_ROWS);
  const most = shown[0]?.share ?? 0;
  if (most === 0) return empty("No slot was looked at.");
  const height = shown.length * ROW + 4;
  const of = { width, height, left: LABEL, right: width - 62, top: 2, bottom: height - 2 };
  return [
    drawing(
      of,
      "Decisions by reason",
      shown.flatMap(({ code, detail, share }, index) => {
        const y = of.top + index * ROW;
        const length = Math.max(1, (share / most) * (of.right - of.left));
        const words = `${codeText(code)}${detail === null ? "" : ` · ${codeText(detail)}`}`;
        const short = words.length > 34 ? `${words.slice(0, 33)}…` : words;
        return [
          tag("text", { class: "label", x: of.left - 8, y: y + 14, "text-anchor": "end" }, short),
          tag("rect", { class: kindOf(code), x: of.left, y: y + 3, width: at(length), height: ROW - 7, rx: 1 }),
          tag("text", { class: "value", x: at(of.left + length + 6), y: y + 14 }, shareText(share)),
        ];
      }),
    ),
    legend([
      ["f-placed", "placed or replaced"],
      ["f-hold", "held"],
      ["f-skip", "skipped"],
    ]),
  ];
}

function kindOf(code: string): string {
  if (code.startsWith("hold")) return "f-hold";
  return code.startsWith("skip") || code.startsWith("cancel") ? "f-skip" : "f-placed";
}
