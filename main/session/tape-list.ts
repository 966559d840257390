import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openTape } from "../../db/tape-reader.ts";

/** One tape of the data folder that a session may run on. */
export interface ListedTape {
  readonly tapeId: string;
  readonly market: string;
  readonly venue: string;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly bytes: number;
  /** Why it cannot be used; null when it can. */
  readonly problem: string | null;
}

/** Newest by name first; a folder with thousands of tapes is not read whole for a menu. */
const MOST_LISTED = 100;

/** Tapes in a folder, by name; a file that is no whole tape is listed with what is wrong with it. */
export function listTapes(tapesDir: string): ListedTape[] {
  const names = readdirSync(tapesDir)
    .filter((name) => /^[\w.-]+\.tape$/.test(name))
    .toSorted()
    .toReversed();
  return names.slice(0, MOST_LISTED).map((tapeId) => listed(tapesDir, tapeId));
}

function listed(tapesDir: string, tapeId: string): ListedTape {
  const opened = openTape(join(tapesDir, tapeId));
  if (!opened.ok) {
    return { tapeId, market: "", venue: "", firstUs: 0, lastUs: 0, bytes: 0, problem: opened.message };
  }
  const { tape } = opened;
  const { rules } = tape.header;
  const view = {
    tapeId,
    market: rules.market,
    venue: rules.venue,
    firstUs: tape.firstTsUs,
    lastUs: tape.lastTsUs,
    bytes: tape.byteLength,
    problem: tape.tornTail,
  };
  tape.close();
  return view;
}
