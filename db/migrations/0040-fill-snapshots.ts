import type { Migration } from "../migration.ts";

/** The market around each fill, as JSON; fills from before have none. */
export const migration0040: Migration = {
  version: 40,
  name: "fill-snapshots",
  up(db) {
    db.exec("ALTER TABLE fills ADD COLUMN snapshot TEXT CHECK (snapshot IS NULL OR json_valid(snapshot))");
  },
};
