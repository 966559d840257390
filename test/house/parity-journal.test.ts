import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const [, section = ""] = readFileSync(join(root, "docs", "parity.md"), "utf8").split("## K. Journal records");
const rows = section
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| record"))
  .map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
const tables = new Set(
  [...readFileSync(join(root, "db", "schema.sql"), "utf8").matchAll(/^CREATE TABLE (\w+)/gm)].map(([, name]) => name),
);
const reference = join(root, "..", "shared", "spec", "reference.md");

/** Record types of the reference's journal. */
const RECORDS = [
  "config_rollback",
  "deadman_disarmed",
  "deadman_heartbeat",
  "drawdown_stop",
  "error",
  "exchange_maintenance",
  "fill",
  "heartbeat",
  "margin_guard_breach",
  "margin_guard_cleared",
  "margin_guard_shutdown",
  "order_cancelled",
  "order_placed",
  "pnl_attribution",
  "qtr_snapshot",
  "quote_halt",
  "quote_halt_cleared",
  "rejection",
  "reprice_decision",
  "run_config_change",
  "run_end",
  "run_start",
  "snapshot",
  "stream_desync",
  "stream_health_cancel",
  "taker_leakage_warning",
];

/** Names in backticks. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "");
}

describe("docs/parity.md, journal records", () => {
  it("has every record type of the reference once", () => {
    expect(rows.flatMap(([record = ""]) => namesIn(record)).toSorted()).toEqual(RECORDS);
  });

  it.each(rows.map(([record = "", ours = "", test = ""]) => ({ record, ours, test })))(
    "names a table that is there, and a test that speaks of it, for $record",
    ({ ours, test }) => {
      const names = namesIn(ours);
      expect(ours.startsWith("with the live connectors") || names.some((name) => tables.has(name))).toBe(true);
      expect(test).toMatch(/^test\/.+\.test\.ts$/);
      const text = existsSync(join(root, test)) ? readFileSync(join(root, test), "utf8") : "";
      const kinds = names.filter((name) => !tables.has(name));
      expect(kinds.filter((kind) => new RegExp(`(?<![\\w-])${kind}(?![\\w-])`).test(text))).not.toEqual([]);
    },
  );
});

describe.skipIf(!existsSync(reference))(
  "the record types of this test, where the reference's description lies beside the checkout",
  () => {
    it("are those of its section K", () => {
      const [, described = ""] = readFileSync(reference, "utf8").split("## K. Journal");
      const [table = ""] = described.split("## L.");
      const found = [...table.matchAll(/^\| ([a-z_ /]+) \|/gm)]
        .flatMap(([, cell = ""]) => cell.split(" / "))
        .map((name) => name.trim())
        .filter((name) => name !== "type")
        .map((name) => (name.startsWith("_") ? `margin_guard${name}` : name));
      expect(found.toSorted()).toEqual(RECORDS);
    });
  },
);
