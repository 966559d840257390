import { render, tag, type Content } from "./markup.ts";

/**
 * The look of a page: the console's dark colours, dense rows. Everything hangs on `.page`, so that the console can show the same page inside a
 * screen of its own; no element carries a style attribute, which the console's content policy forbids.
 */
const STYLE = `
html,body{margin:0;background:#090c11}
.page{--canvas:#090c11;--panel:#10151c;--raised:#182029;--line:#222c38;--edge:#34414f;--text:#e8edf3;--dim:#a2afbf;--faint:#8290a3;
--buy:#55aaff;--sell:#ff9a56;--good:#3fcf8e;--warn:#f3b94d;--bad:#ff7575;--accent:#8094ff;--violet:#c0a2fb;
color-scheme:dark;background:var(--canvas);color:var(--text);font:400 12.5px/1.4 "Inter Variable",Inter,system-ui,sans-serif;
font-variant-numeric:tabular-nums;padding:14px;min-height:100vh;box-sizing:border-box}
.page *{box-sizing:border-box}
.page h1,.page h2,.page p,.page dl,.page dd,.page ul{margin:0;padding:0}
.page .body{max-width:1560px;margin:0 auto;display:grid;grid-template-columns:repeat(12,minmax(0,1fr));gap:8px}
.page header{grid-column:1/-1;display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 18px;padding:2px 4px 6px}
.page h1{font-size:17px;font-weight:600;letter-spacing:.01em}
.page header .meta{color:var(--dim)}
.page header b{color:var(--text);font-weight:500}
.page .chip{display:inline-block;padding:1px 8px;border-radius:9px;font-weight:600;font-size:11.5px;background:var(--raised);color:var(--dim)}
.page .chip.green,.page .chip.ok{background:#0e3a29;color:var(--good)}
.page .chip.amber{background:#46330c;color:var(--warn)}
.page .chip.red{background:#531a1f;color:var(--bad)}
.page .remarks{grid-column:1/-1;background:#46330c;color:#ffe9bd;border-radius:4px;padding:7px 12px;list-style:none}
.page .tiles{grid-column:1/-1;display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:4px;overflow:hidden}
.page .tile{background:var(--panel);padding:8px 11px 9px;min-width:0}
.page .tile .name{color:var(--dim);font-size:11.5px}
.page .tile .value{font:500 15px/1.35 "JetBrains Mono Variable","JetBrains Mono",ui-monospace,monospace;overflow-wrap:anywhere}
.page .tile .money{font-size:inherit}
.page .tile .more{color:var(--faint);font-size:11px}
.page .tile.sum{background:var(--raised)}
.page .panel{background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:9px 12px 11px;min-width:0}
.page .w3{grid-column:span 3}.page .w4{grid-column:span 4}.page .w5{grid-column:span 5}.page .w6{grid-column:span 6}
.page .w7{grid-column:span 7}.page .w8{grid-column:span 8}.page .w12{grid-column:1/-1}
@media(max-width:1100px){.page .panel{grid-column:1/-1}}
.page h2{font-size:12px;font-weight:600;color:var(--dim);margin-bottom:7px;display:flex;justify-content:space-between;gap:12px}
.page h2 .note{font-weight:400;color:var(--faint);text-align:right}
.page h3{font-size:11.5px;font-weight:500;color:var(--faint);margin:10px 0 3px}
.page .scroll{overflow-x:auto}
.page table{border-collapse:collapse;width:100%}
.page th{font-weight:400;color:var(--faint);text-align:left;font-size:11.5px;padding:1px 10px 3px 0;border-bottom:1px solid var(--line);white-space:nowrap}
.page td{padding:2px 10px 2px 0;border-bottom:1px solid #1a222c;vertical-align:top}
.page tr:last-child td{border-bottom:0}
.page th.n,.page td.n{text-align:right;white-space:nowrap;padding:2px 0 2px 12px}
.page td.n,.page .money,.page dd{font-family:"JetBrains Mono Variable","JetBrains Mono",ui-monospace,monospace;font-size:11.5px}
.page td.n+td:not(.n),.page th.n+th:not(.n){padding-left:14px}
.page .at{white-space:nowrap}
.page tr.total td{border-top:1px solid var(--edge);color:var(--text);font-weight:600}
.page .pairs{display:grid;grid-template-columns:auto 1fr;gap:2px 14px}
.page dt{color:var(--dim)}
.page dd{text-align:right;overflow-wrap:anywhere}
.page .good{color:var(--good)}.page .bad{color:var(--bad)}.page .flat{color:var(--dim)}.page .warn{color:var(--warn)}
.page .buy{color:var(--buy)}.page .sell{color:var(--sell)}
.page .empty,.page .hint{color:var(--faint)}
.page .hint{font-size:11.5px;margin-top:7px}
.page .range{color:var(--faint)}
.page .proof{list-style:none;display:grid;gap:3px}
.page .proof li{display:flex;justify-content:space-between;gap:14px}
.page .proof li.sum{border-top:1px solid var(--edge);padding-top:3px;font-weight:600}
.page .proof .name{color:var(--dim)}
.page .finding{padding:4px 0;border-bottom:1px solid #1a222c}
.page .finding:last-of-type{border-bottom:0}
.page .finding b{margin-right:8px}
.page svg{display:block;width:100%;height:auto}
.page svg text{fill:var(--faint);font:11px "Inter Variable",Inter,system-ui,sans-serif}
.page svg .grid{stroke:#1c2530;stroke-width:1}
.page svg .zero{stroke:var(--edge);stroke-width:1}
.page svg .line{fill:none;stroke-width:1.6;stroke-linejoin:round}
.page svg .area{stroke:none;opacity:.62}
.page svg .c-net{stroke:#ffffff}.page svg .c-position{stroke:var(--violet)}.page svg .c-mid{stroke:var(--faint)}
.page svg .f-spread{fill:var(--good)}.page svg .f-inventory{fill:var(--accent)}.page svg .f-fees{fill:var(--bad)}.page svg .f-funding{fill:var(--warn)}
.page svg .f-drawdown{fill:var(--bad);opacity:.2}.page svg .f-position{fill:var(--violet);opacity:.25}.page svg .f-bar{fill:var(--accent)}.page svg .f-hold{fill:#4a5b70}.page svg .f-placed{fill:var(--good)}.page svg .f-skip{fill:var(--warn)}
.page svg .c0{stroke:#ffffff;fill:#ffffff}.page svg .c1{stroke:var(--buy);fill:var(--buy)}.page svg .c2{stroke:var(--sell);fill:var(--sell)}.page svg .c3{stroke:var(--good);fill:var(--good)}.page svg .c4{stroke:var(--violet);fill:var(--violet)}.page svg .c5{stroke:var(--warn);fill:var(--warn)}
.page svg .line.c0,.page svg .line.c1,.page svg .line.c2,.page svg .line.c3,.page svg .line.c4,.page svg .line.c5{fill:none}
.page svg .label{fill:var(--dim)}.page svg .value{fill:var(--text)}
.page .legend{display:flex;flex-wrap:wrap;gap:3px 14px;color:var(--dim);font-size:11.5px;margin-top:5px}
.page .legend svg{display:inline-block;width:10px;height:10px;margin-right:5px;vertical-align:-1px}
.page footer{grid-column:1/-1;color:var(--faint);font-size:11.5px;padding:6px 4px;overflow-wrap:anywhere}
@media print{.page{padding:0}.page .panel{break-inside:avoid}}
`;

/** Nothing may be loaded from anywhere; the page needs nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A whole, self-contained HTML document. */
export function pageDocument(title: string, ...body: readonly Content[]): string {
  const head = tag(
    "head",
    {},
    { markup: '<meta charset="utf-8">' },
    { markup: `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` },
    { markup: '<meta name="viewport" content="width=device-width, initial-scale=1">' },
    tag("title", {}, title),
    { markup: `<style>${STYLE}</style>` },
  );
  const page = tag("div", { class: "page" }, tag("div", { class: "body" }, ...body));
  return `<!doctype html>\n${render(tag("html", { lang: "en" }, head, tag("body", {}, page)))}\n`;
}
