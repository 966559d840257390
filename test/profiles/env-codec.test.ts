import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editEnv, formatEnv, parseEnv, setVariable, type EnvLine } from "../../main/profiles/env-codec.ts";

const layout = fc.constantFrom(
  "",
  "   ",
  "# a comment",
  "#MM_A=3",
  "MM_A=1",
  "  MM_A = 2",
  "export MM_B=3  # note",
  "MM_B='x # y' # why",
  'MM_C="a \\"b\\" \\\\ c"',
  "MM_C= # nothing",
  "MM_D=#hash",
  "not an assignment",
  "MM_E='never closed",
  "MM_E='closed' and more",
  "\tMM_F\t=\t4\t",
);
const ending = fc.constantFrom("\n", "\r\n");
const someText = fc
  .tuple(fc.array(layout, { maxLength: 12 }), ending, fc.boolean(), fc.boolean())
  .map(
    ([lines, newline, isClosed, hasMark]) =>
      (hasMark ? "\uFEFF" : "") + lines.join(newline) + (isClosed ? newline : ""),
  );
const anyText = fc.oneof(
  someText,
  fc.string({ unit: fc.constantFrom("A", "=", " ", "#", "'", '"', "\\", "\r", "\n", "\t", "é") }),
);
const someName = fc.constantFrom("MM_A", "MM_B", "MM_C", "MM_D", "MM_F", "MM_NEW");
const someValue = fc.oneof(
  fc.constantFrom("", "7", "0.4/20", "#x", "a #b", " padded ", "it's", 'say "so"', "back\\slash", "'", '\\"', "a\\"),
  fc.string({ unit: fc.constantFrom("a", " ", "#", "'", '"', "\\", "=", "\t"), maxLength: 8 }),
);

/** Values that the lines of a text assign to a name, in order. */
function valuesOf(text: string, name: string): readonly string[] {
  return parseEnv(text).flatMap((line) => (line.kind === "assignment" && line.name === name ? [line.value] : []));
}

/** True when only the value of the named variable differs between a line and what became of it. */
function isKept(line: EnvLine, now: EnvLine | undefined, name: string, isPresent: boolean): boolean {
  if (now === undefined) return false;
  const [text, textNow] = [formatEnv([line]), formatEnv([now])];
  if (line.kind === "assignment" && line.name === name)
    return textNow.startsWith(line.prefix) && textNow.endsWith(line.suffix + line.ending);
  return isPresent ? textNow === text : textNow.startsWith(text);
}

describe("parsing an env file", () => {
  it.each([
    ["MM_A=1", "1"],
    ["  MM_A = 1  ", "1"],
    ["export MM_A=1 # why", "1"],
    ["MM_A=a#b", "a#b"],
    ["MM_A=#b", "#b"],
    ["MM_A= # b", ""],
    ["MM_A=", ""],
    ["MM_A='a # b' # c", "a # b"],
    ['MM_A="a \\"b\\" \\\\c\\n"', 'a "b" \\c\\n'],
    ["\uFEFFMM_A=1", "1"],
    ["MM_A=two words # and a comment", "two words"],
  ])("reads %j", (text, value) => {
    expect(valuesOf(text, "MM_A")).toEqual([value]);
  });

  it.each([
    ["hello", "must be NAME=value, a comment or a blank line"],
    ["MM-A=1", "must be NAME=value, a comment or a blank line"],
    ["=1", "must be NAME=value, a comment or a blank line"],
    ["MM_A='x", "must close its quote (') on the same line"],
    ['MM_A="x\\"', 'must close its quote (") on the same line'],
    ["MM_A='x'y", "must have nothing but a comment after the closing quote"],
    ["MM_A='x'#y", "must have nothing but a comment after the closing quote"],
  ])("says what is wrong with %j", (text, reason) => {
    expect(parseEnv(text)).toMatchObject([{ kind: "unreadable", reason }]);
  });

  it("numbers lines as an editor does, whatever ends them", () => {
    expect(parseEnv("a=1\r\n\nb=2\rc=3").map(({ kind }) => kind)).toEqual([
      "assignment",
      "blank",
      "assignment",
      "assignment",
    ]);
    expect(parseEnv("")).toEqual([]);
  });

  it("gives any text back byte for byte", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(formatEnv(parseEnv(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it("reads a long run of spaces at once", () => {
    const value = `a${" ".repeat(100_000)}b`;
    expect(valuesOf(`MM_A=${value}`, "MM_A")).toEqual([value]);
  });
});

describe("editing an env file", () => {
  it("changes the value where it stands, quotes, spacing and comments kept", () => {
    const text = "# head\n  MM_A = 1 # one\nexport MM_B='2'  # two\n\nMM_C=\"3\"\n";
    const updates = new Map([
      ["MM_C", "6"],
      ["MM_B", "5"],
      ["MM_A", "4"],
    ]);
    expect(editEnv(text, updates)).toBe("# head\n  MM_A = 4 # one\nexport MM_B='5'  # two\n\nMM_C=\"6\"\n");
  });

  it("appends what is missing by name, in the file's own line endings, after closing the last line", () => {
    const updates = new Map([
      ["MM_Z", "1"],
      ["MM_B", "two words"],
    ]);
    expect(editEnv("MM_A=1\r\n# end", updates)).toBe("MM_A=1\r\n# end\r\nMM_B=two words\r\nMM_Z=1\r\n");
  });

  it("keeps the comment behind an empty value a comment", () => {
    expect(valuesOf(setVariable("MM_A= # why", "MM_A", "3"), "MM_A")).toEqual(["3"]);
  });

  it("refuses what no line can hold", () => {
    expect(() => setVariable("", "MM_A", "1\n2")).toThrow('MM_A must be one line, was "1\\n2"');
    expect(() => setVariable("", "MM A", "1")).toThrow(/name must be letters/);
  });

  it("sets exactly the variable, on every line that has it, and touches no other byte", () => {
    fc.assert(
      fc.property(anyText, someName, someValue, (text, name, value) => {
        const before = parseEnv(text);
        const edited = setVariable(text, name, value);
        const after = parseEnv(edited);
        const isPresent = valuesOf(text, name).length > 0;
        expect(new Set(valuesOf(edited, name))).toEqual(new Set([value]));
        expect(after).toHaveLength(before.length + (isPresent ? 0 : 1));
        // A line that was left open is closed when one is appended.
        expect(isPresent || edited.startsWith(text)).toBe(true);
        expect(before.filter((line, index) => !isKept(line, after[index], name, isPresent))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("changes nothing when the value is already there", () => {
    fc.assert(
      fc.property(anyText, someName, someValue, (text, name, value) => {
        const edited = setVariable(text, name, value);
        expect(setVariable(edited, name, value)).toBe(edited);
      }),
    );
  });
});
