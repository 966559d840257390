import type { WritableDb } from "./open.ts";

/** One step of the schema. Versions are multiples of ten and only grow; a released migration is never edited. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Runs inside the migration's own transaction. */
  up(db: WritableDb): void;
}
