import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CREDENTIAL_NAMES, SETTING_KEYS, settingRow } from "../../main/kernel/settings/settings-schema.ts";

const root = join(import.meta.dirname, "..", "..");
/** The cells of each table's rows, by the heading that it stands under. The records of the journal have a test of their own. */
const tables = new Map(
  readFileSync(join(root, "docs", "parity.md"), "utf8")
    .split("\n## ")
    .map((section) => [section.split("\n")[0] ?? "", rowsOf(section)] as const),
);
const behaviour = tables.get("Behaviour") ?? [];
const ours = tables.get("Decisions of our own") ?? [];
const controls = tables.get("Controls beyond the reference") ?? [];
const variables = tables.get("A. Variables") ?? [];
const variableRows = new Map(variables.map((cells) => [cells[0] ?? "", cells]));

/** Tests that only read and write a variable: they show nothing of what it does. */
const ONLY_READ = /\/(?:settings-schema|parse-settings|nearest-name|settings-diff|arbitrary-\w+|profile-check)\./;
/** What takes the place of a variable that acts on nothing yet. */
const IDLE = /^(?:with the live connectors?(?: of|;| \()|read and kept)/;
/** Variables that only say something, or only hold others to account. */
const ACTS_BY_BEING_READ = /^(?:immutable in a session|cross rule only|one mode)/;

describe("docs/parity.md", () => {
  it("has one line for every variable, and for no other", () => {
    const names = [...CREDENTIAL_NAMES, ...SETTING_KEYS.map((key) => settingRow(key).name)];
    expect([...variableRows.keys()].toSorted()).toEqual(names.toSorted());
    expect(variables).toHaveLength(names.length);
  });

  it.each(SETTING_KEYS.map((key) => ({ key, name: settingRow(key).name })))(
    "names a file that reads $name, and a test that speaks of it as more than a text where it acts",
    ({ key, name }) => {
      const [, how = "", file = "", test = ""] = variableRows.get(name) ?? [];
      expect(readsIn(file, key)).toBe(true);
      expect(existsSync(join(root, test))).toBe(true);
      if (IDLE.test(how)) return;
      expect(speaksOf(test, key, name)).toBe(true);
      expect(test).toMatch(/^test\/.+\.test\.ts$/);
      if (!ACTS_BY_BEING_READ.test(how)) expect(test).not.toMatch(ONLY_READ);
    },
  );

  it("says of no variable that it is live where only a live connector lets it act", () => {
    for (const name of ["MM_OWN_SIZE_FILTER", "MM_OPERATOR_PRESENCE_S"])
      expect(variableRows.get(name)?.[1]).toMatch(/^with the live connectors: /);
  });

  it("names files and tests that are there, for every section from 0 to H", () => {
    expect(new Set(behaviour.map(([section]) => section))).toEqual(new Set(["0", "B", "C", "D", "E", "F", "G", "H"]));
    expect(controls.length).toBeGreaterThan(0);
    for (const cells of [...behaviour, ...ours, ...controls]) {
      expect(cells).toHaveLength(4);
      for (const path of cells.join(" ").match(/(?:main|test)\/[\w./-]+\.ts/g) ?? [])
        expect([path, existsSync(join(root, path))]).toEqual([path, true]);
      expect(cells[3]).toMatch(/^test\//);
    }
  });

  it("tells the why of every reason that the oracle skips a case for, and of no other", () => {
    const folder = join(root, "test", "oracle", "families");
    const reasons = readdirSync(folder).flatMap((file) => skipReasons(readFileSync(join(folder, file), "utf8")));
    expect(reasons.length).toBeGreaterThan(15);
    const told = ours.flatMap(([, what = ""]) => [...what.matchAll(/"([^"]+)"/g)].map(([, reason = ""]) => reason));
    expect(told.toSorted()).toEqual([...new Set(reasons)].toSorted());
  });
});

function rowsOf(section: string): string[][] {
  const lines = section.split("\n").filter((line) => line.startsWith("| "));
  // The first is the table's head
  return lines.slice(1).map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}

/** As a property, or taken out of an object: a type that only lists the key reads nothing. A row of the schema stands for itself. */
function readsIn(file: string, key: string): boolean {
  const text = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
  const read = new RegExp(`\\.${key}\\b|\\{[^{}"|]*\\b${key}\\b[^{}"|]*\\}\\s*[=:]`);
  return read.test(text) || (file.includes("/settings/rows-") && text.includes(`${key}: `));
}

/** By its key or its whole name, as a word of its own. */
function speaksOf(file: string, key: string, name: string): boolean {
  const text = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
  return new RegExp(`\\b(?:${key}|${name})\\b`).test(text);
}

/** Every text that a family of the oracle gives as its reason. */
function skipReasons(source: string): string[] {
  const differing = /\nfunction decisionThatDiffers[\s\S]*?\n\}\n/.exec(source)?.[0] ?? "";
  const given = [...source.matchAll(/(?:reason: |skipped\()"([^"]+)"/g), ...differing.matchAll(/return "([^"]+)"/g)];
  return given.map(([, reason = ""]) => reason);
}
