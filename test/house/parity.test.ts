import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CREDENTIAL_NAMES, SETTING_KEYS, settingRow } from "../../main/kernel/settings/settings-schema.ts";

const root = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(root, "docs", "parity.md"), "utf8");
const [behaviour = "", variables = ""] = page.split("## A. Variables");
const rowsOf = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| variable") && !line.startsWith("| reference"))
    .map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
const variableRows = new Map(rowsOf(variables).map((cells) => [cells[0] ?? "", cells]));

describe("docs/parity.md", () => {
  it("has one line for every variable, and for no other", () => {
    const names = [...CREDENTIAL_NAMES, ...SETTING_KEYS.map((key) => settingRow(key).name)];
    expect([...variableRows.keys()].toSorted()).toEqual(names.toSorted());
    expect(rowsOf(variables)).toHaveLength(names.length);
  });

  it.each(SETTING_KEYS.map((key) => ({ key, name: settingRow(key).name })))(
    "names files that speak of $name",
    ({ key, name }) => {
      const [, how = "", file = "", test = ""] = variableRows.get(name) ?? [];
      expect(speaksOf(file, key, name)).toBe(true);
      const isLater = how.startsWith("with the live connector") || how.startsWith("read and kept");
      expect(isLater || speaksOf(test, key, name)).toBe(true);
      expect(test).toMatch(/^test\/.+\.ts$/);
      expect(existsSync(join(root, test))).toBe(true);
    },
  );

  it("names files and tests that are there, for every section from 0 to H", () => {
    const rows = rowsOf(behaviour);
    expect(new Set(rows.map(([section]) => section))).toEqual(new Set(["0", "B", "C", "D", "E", "F", "G", "H"]));
    for (const cells of rows) {
      expect(cells).toHaveLength(4);
      for (const path of cells.join(" ").match(/(?:main|test)\/[\w./-]+\.ts/g) ?? [])
        expect([path, existsSync(join(root, path))]).toEqual([path, true]);
      expect(cells[3]).toMatch(/^test\//);
    }
  });
});

/** Oracle families name a setting as the vectors do: in lower case, without the prefix. */
function speaksOf(file: string, key: string, name: string): boolean {
  const text = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
  return [key, name, name.slice("MM_".length).toLowerCase()].some((word) => text.includes(word));
}
