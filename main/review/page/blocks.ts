import { tag, type Content, type Markup } from "./markup.ts";

/** A column's head; numbers stand right. */
export interface Column {
  readonly head: string;
  readonly isText?: true;
}

export interface Row {
  readonly cells: readonly Content[];
  /** The row that the others add up to. */
  readonly isTotal?: boolean;
}

export function text(head: string): Column {
  return { head, isText: true };
}

export function number(head: string): Column {
  return { head };
}

export function table(columns: readonly Column[], rows: readonly Row[]): Markup {
  const kind = (index: number): string | null => (columns[index]?.isText === true ? null : "n");
  return tag(
    "div",
    { class: "scroll" },
    tag(
      "table",
      {},
      tag(
        "thead",
        {},
        tag(
          "tr",
          {},
          columns.map(({ head }, index) => tag("th", { class: kind(index) }, head)),
        ),
      ),
      tag(
        "tbody",
        {},
        rows.map(({ cells, isTotal }) =>
          tag(
            "tr",
            { class: isTotal === true ? "total" : null },
            cells.map((cell, index) => tag("td", { class: kind(index) }, cell)),
          ),
        ),
      ),
    ),
  );
}

/** Names with their values, one below the other. */
export function pairs(rows: readonly (readonly [string, Content])[]): Markup {
  return tag(
    "dl",
    { class: "pairs" },
    rows.map(([name, value]) => [tag("dt", {}, name), tag("dd", {}, value)]),
  );
}

/** A section of the page. @param width of twelve columns */
export function panel(
  title: string,
  width: 3 | 4 | 5 | 6 | 7 | 8 | 12,
  note: Content,
  ...content: readonly Content[]
): Markup {
  return tag(
    "section",
    { class: `panel w${width}` },
    tag("h2", {}, title, note === null ? null : tag("span", { class: "note" }, note)),
    content,
  );
}

export function empty(words: string): Markup {
  return tag("p", { class: "empty" }, words);
}

export function hint(words: Content): Markup {
  return tag("p", { class: "hint" }, words);
}
