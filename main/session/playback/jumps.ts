import type { SessionCursor } from "./session-cursor.ts";
import { countThrough, type Mark, type MarkKind } from "./timeline.ts";

export type Direction = 1 | -1;

/** The next mark of a kind behind, or the last one before, the event `seq`; null when there is none. */
export function markFrom(marks: readonly Mark[], kind: MarkKind, seq: number, direction: Direction): Mark | null {
  if (direction === 1) {
    for (let at = countThrough(marks, seq); at < marks.length; at += 1) {
      const mark = marks[at];
      if (mark?.kind === kind) return mark;
    }
    return null;
  }
  for (let at = countThrough(marks, seq - 1) - 1; at >= 0; at -= 1) {
    const mark = marks[at];
    if (mark?.kind === kind) return mark;
  }
  return null;
}

/**
 * Goes to the next event, or the last one before, at which a slot's answer changes, to the code asked for or (null) to any.
 * False when there is none: then the cursor is where it was. Stretches between snapshots without the code are not run through.
 */
export function goToDecision(cursor: SessionCursor, code: string | null, direction: Direction): boolean {
  const from = cursor.seq;
  const isFound = direction === 1 ? forwards(cursor, code) : backwards(cursor, code);
  if (!isFound) cursor.seekSeq(from);
  return isFound;
}

function forwards(cursor: SessionCursor, code: string | null): boolean {
  const { entries } = cursor.source.snapshots.contents;
  for (let stretch = stretchOf(cursor, cursor.seq); stretch < entries.length; stretch += 1) {
    const endSeq = entries[stretch + 1]?.seq ?? Infinity;
    const beginSeq = entries[stretch]?.seq ?? 0;
    if (!hasCode(cursor, stretch, code)) continue;
    if (cursor.seq < beginSeq) cursor.seekSeq(beginSeq);
    while (cursor.seq < endSeq) {
      let isFound = false;
      const isThere = cursor.step((begun) => {
        isFound ||= code === null || begun === code;
      });
      if (isFound) return true;
      if (!isThere) return false;
    }
  }
  return false;
}

function backwards(cursor: SessionCursor, code: string | null): boolean {
  const { entries } = cursor.source.snapshots.contents;
  let endSeq = cursor.seq - 1;
  for (let stretch = stretchOf(cursor, endSeq); stretch >= -1; stretch -= 1) {
    const beginSeq = entries[stretch]?.seq ?? 0;
    if (endSeq > beginSeq && hasCode(cursor, stretch, code)) {
      const found = lastIn(cursor, beginSeq, endSeq, code);
      if (found !== null) {
        cursor.seekSeq(found);
        return true;
      }
    }
    endSeq = beginSeq;
  }
  return false;
}

function lastIn(cursor: SessionCursor, beginSeq: number, endSeq: number, code: string | null): number | null {
  cursor.seekSeq(beginSeq);
  let last: number | null = null;
  let isFound = false;
  const look = (begun: string): void => {
    isFound ||= code === null || begun === code;
  };
  while (cursor.seq < endSeq && cursor.step(look)) {
    if (isFound && cursor.seq <= endSeq) last = cursor.seq;
    isFound = false;
  }
  return last;
}

/** Number of the snapshot whose stretch the event after `seq` lies in; -1 = before the first. */
function stretchOf(cursor: SessionCursor, seq: number): number {
  return countThrough(cursor.source.snapshots.contents.entries, seq) - 1;
}

function hasCode(cursor: SessionCursor, stretch: number, code: string | null): boolean {
  const { entries, firstCodes } = cursor.source.snapshots.contents;
  const codes = entries[stretch]?.codes ?? firstCodes;
  return code === null ? codes.size > 0 : codes.has(code);
}
