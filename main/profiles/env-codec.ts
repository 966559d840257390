/** A line of an env file, cut so that its parts put together again are the line, byte for byte. */
export type EnvLine =
  | { readonly kind: "blank" | "comment"; readonly text: string; readonly ending: string }
  | {
      readonly kind: "assignment";
      /** Everything before the value or its opening quote: spacing, `export`, name, `=`. */
      readonly prefix: string;
      readonly name: string;
      readonly quote: Quote;
      /** The value as it stands between the quotes. */
      readonly rawValue: string;
      readonly value: string;
      /** Everything after the value or its closing quote: spacing and comment. */
      readonly suffix: string;
      readonly ending: string;
    }
  | { readonly kind: "unreadable"; readonly text: string; readonly ending: string; readonly reason: string };

export type EnvAssignment = Extract<EnvLine, { readonly kind: "assignment" }>;
type Quote = "" | "'" | '"';

const START = /^(\uFEFF?[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*)(.*)$/s;
const BLANK = /^\uFEFF?[ \t]*$/;
const COMMENT = /^\uFEFF?[ \t]*#/;
const REST = /^(?:[ \t]*|[ \t]+#.*)$/s;

/**
 * Cuts an env file into lines; line n of the file is element n - 1. A value may stand bare (a ` #` after it starts a comment),
 * in single quotes (literally) or in double quotes (`\"` and `\\` are escapes). Never fails: what is no line of an env
 * file comes back as `unreadable` with the reason.
 */
export function parseEnv(text: string): readonly EnvLine[] {
  const lines: EnvLine[] = [];
  for (const [, content = "", ending = ""] of text.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)) {
    if (content !== "" || ending !== "") lines.push(parseLine(content, ending));
  }
  return lines;
}

/** The text that `parseEnv` cut, unchanged. */
export function formatEnv(lines: readonly EnvLine[]): string {
  return lines.map(formatLine).join("");
}

/**
 * Sets one variable: changes nothing but its value, on every line that assigns it, or appends a line when none does.
 * Throws on a name or a value that no env file can hold (a line break in the value).
 */
export function setVariable(text: string, name: string, value: string): string {
  return editEnv(text, new Map([[name, value]]));
}

/** Sets several variables as `setVariable` does; those that are missing are appended in the order of their names. */
export function editEnv(text: string, updates: ReadonlyMap<string, string>): string {
  const lines = parseEnv(text);
  const present = new Set<string>();
  const edited = lines.map((line) => {
    const value = line.kind === "assignment" ? updates.get(line.name) : undefined;
    if (line.kind !== "assignment" || value === undefined) return line;
    present.add(line.name);
    return withValue(line, value);
  });
  const missing = [...updates.keys()].filter((name) => !present.has(name)).toSorted(compareNames);
  if (missing.length === 0) return formatEnv(edited);
  const newline = lines[0]?.ending || "\n";
  const last = lines.at(-1);
  const isOpen = last !== undefined && last.ending === "";
  const appended = missing.map((name) => formatLine(assignmentLine(name, updates.get(name) ?? "", newline)));
  return formatEnv(edited) + (isOpen ? newline : "") + appended.join("");
}

/** A new assignment, quoted where its value needs it. */
function assignmentLine(name: string, value: string, ending: string): EnvAssignment {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new RangeError(`a variable's name must be letters, digits and _, was ${JSON.stringify(name)}`);
  const bare = { kind: "assignment", prefix: `${name}=`, name, suffix: "", ending } as const;
  return withValue({ ...bare, quote: "", rawValue: "", value: "" }, value);
}

function withValue(line: EnvAssignment, value: string): EnvAssignment {
  if (value === line.value) return line;
  if (/[\r\n]/.test(value)) throw new RangeError(`${line.name} must be one line, was ${JSON.stringify(value)}`);
  const isBareSafe = !/^['"#]|^[ \t]|[ \t]$|[ \t]#/.test(value);
  // An empty value may have its comment right behind it, which would become part of the new value.
  const suffix = line.suffix.startsWith("#") ? ` ${line.suffix}` : line.suffix;
  if (line.quote === "" && isBareSafe) return { ...line, rawValue: value, value, suffix };
  if (line.quote === "'" && !value.includes("'")) return { ...line, rawValue: value, value };
  return { ...line, quote: '"', rawValue: value.replaceAll(/[\\"]/g, String.raw`\$&`), value, suffix };
}

function formatLine(line: EnvLine): string {
  return line.kind === "assignment"
    ? line.prefix + line.quote + line.rawValue + line.quote + line.suffix + line.ending
    : line.text + line.ending;
}

function parseLine(text: string, ending: string): EnvLine {
  if (BLANK.test(text)) return { kind: "blank", text, ending };
  if (COMMENT.test(text)) return { kind: "comment", text, ending };
  const start = START.exec(text);
  if (start === null)
    return { kind: "unreadable", text, ending, reason: "must be NAME=value, a comment or a blank line" };
  const [, prefix = "", name = "", rest = ""] = start;
  const value = rest.startsWith("'") || rest.startsWith('"') ? quotedValue(rest) : bareValue(prefix, rest);
  return typeof value === "string"
    ? { kind: "unreadable", text, ending, reason: value }
    : { kind: "assignment", prefix, name, ...value, ending };
}

type ValueParts = Pick<EnvAssignment, "quote" | "rawValue" | "value" | "suffix">;

function bareValue(prefix: string, rest: string): ValueParts {
  // `NAME= # why` has no value; `NAME=#x` has the value "#x".
  const isOnlyComment = rest.startsWith("#") && !prefix.endsWith("=");
  const end = isOnlyComment ? 0 : rest.search(/(?<![ \t])[ \t]+(?:#|$)/);
  const value = end === -1 ? rest : rest.slice(0, end);
  return { quote: "", rawValue: value, value, suffix: rest.slice(value.length) };
}

/** Parts of a quoted value, or why it is none. */
function quotedValue(rest: string): ValueParts | string {
  const quote = rest.startsWith("'") ? "'" : '"';
  const body = quote === "'" ? /^'([^']*)'(.*)$/s.exec(rest) : /^"((?:[^"\\]|\\.)*)"(.*)$/s.exec(rest);
  if (body === null) return `must close its quote (${quote}) on the same line`;
  const [, rawValue = "", suffix = ""] = body;
  if (!REST.test(suffix)) return "must have nothing but a comment after the closing quote";
  const value = quote === "'" ? rawValue : rawValue.replaceAll(/\\(["\\])/g, "$1");
  return { quote, rawValue, value, suffix };
}

function compareNames(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
