import type { CallHandlers } from "../../../preload/bridge.ts";
import type { SnapshotContents } from "./snapshot-file.ts";
import { MARK_KINDS, type Mark } from "./timeline.ts";

type TimelineView = Extract<Awaited<ReturnType<CallHandlers["replay"]["timeline"]>>, { readonly ok: true }>["value"];

/** Marks of one kind on the bar: more than that stand on the same pixel. */
const MOST_OF_A_KIND = 1000;
const MOST_REGIMES = 4000;
const MOST_PATH = 600;
/** Points are a second apart; a longer silence breaks the line. */
const BREAK_AFTER_US = 5_000_000;

/** The whole way of a session, as the seek bar draws it. */
export function timelineView(contents: SnapshotContents): TimelineView {
  const { timeline, startUs, endUs } = contents;
  const ofKind = MARK_KINDS.map((kind) => timeline.marks.filter((mark) => mark.kind === kind));
  return {
    startUs,
    endUs,
    marks: ofKind.flatMap((marks) => thinned(marks, startUs, endUs)),
    counts: Object.fromEntries(MARK_KINDS.map((kind, at) => [kind, ofKind[at]?.length ?? 0])) as TimelineView["counts"],
    regimes: regimesOf(contents),
    path: pathOf(contents),
    codes: codesOf(contents),
  };
}

/** At most one mark a thousandth of the way. */
function thinned(marks: readonly Mark[], startUs: number, endUs: number): Mark[] {
  if (marks.length <= MOST_OF_A_KIND) return [...marks];
  const stepUs = (endUs - startUs + 1) / MOST_OF_A_KIND;
  const byPlace = new Map(marks.map((mark) => [Math.floor((mark.atUs - startUs) / stepUs), mark]));
  return [...byPlace.values()];
}

function regimesOf({ timeline, endUs }: SnapshotContents): TimelineView["regimes"] {
  const bands: { fromUs: number; toUs: number; regime: TimelineView["regimes"][number]["regime"] }[] = [];
  for (const { row } of timeline.chart) {
    const last = bands.at(-1);
    if (last !== undefined) last.toUs = row.atUs;
    if (last?.regime !== row.regime && bands.length < MOST_REGIMES)
      bands.push({ fromUs: row.atUs, toUs: endUs, regime: row.regime });
  }
  return bands;
}

function pathOf({ timeline }: SnapshotContents): TimelineView["path"] {
  const every = Math.max(1, Math.ceil(timeline.chart.length / MOST_PATH));
  const path: { atUs: number; mid: number | null }[] = [];
  let lastUs: number | null = null;
  timeline.chart.forEach(({ row }, at) => {
    const isBroken = lastUs !== null && row.atUs - lastUs > BREAK_AFTER_US;
    if (isBroken) path.push({ atUs: row.atUs - 1, mid: null });
    if (at % every === 0 || isBroken) path.push({ atUs: row.atUs, mid: row.mid });
    lastUs = row.atUs;
  });
  return path.slice(0, 1000);
}

function codesOf({ entries, firstCodes }: SnapshotContents): TimelineView["codes"] {
  const counts = new Map<string, number>();
  for (const codes of [firstCodes, ...entries.map((entry) => entry.codes)])
    for (const [code, rows] of codes) counts.set(code, (counts.get(code) ?? 0) + rows);
  return [...counts].map(([code, rows]) => ({ code, rows })).toSorted((one, other) => (one.code < other.code ? -1 : 1));
}
