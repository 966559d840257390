import { parseSync, Visitor } from "vite";

/** One small change of a source file that a test should notice. */
export interface Mutant {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** The source line it is on, without the blanks around it. */
  readonly code: string;
  /** Place in the line, 0 = its first character that is no blank. */
  readonly column: number;
  readonly was: string;
  readonly becomes: string;
}

const BINARY: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
};
const LOGICAL: Readonly<Record<string, string>> = { "&&": "||", "||": "&&" };
const CALLS: Readonly<Record<string, string>> = { min: "max", max: "min", floor: "ceil", ceil: "floor" };

/** The source with the change in it. */
export function mutated(source: string, { start, end, becomes }: Mutant): string {
  return source.slice(0, start) + becomes + source.slice(end);
}

/** Every mutant of a TypeScript source. Types, imports and texts for people are left as they are. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const found: Mutant[] = [];
  const lines = source.split("\n");
  const add = (start: number, end: number, becomes: string): void => {
    const was = source.slice(start, end);
    const line = source.slice(0, start).split("\n").length;
    const text = lines[line - 1] ?? "";
    const column = start - (source.lastIndexOf("\n", start - 1) + 1) - (text.length - text.trimStart().length);
    found.push({ file, start, end, line, code: text.trim(), column, was, becomes });
  };
  /** The operator stands alone between its operands but for blanks. */
  const operatorAt = (operator: string, from: number, to: number): number =>
    from + source.slice(from, to).indexOf(operator);
  // A number in a type is no behaviour
  const types: { readonly start: number; readonly end: number }[] = [];
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]?.message}`);
  new Visitor({
    BinaryExpression({ operator, left, right }) {
      const at = operatorAt(operator, left.end, right.start);
      for (const other of BINARY[operator] ?? []) add(at, at + operator.length, other);
    },
    LogicalExpression({ operator, left, right, start, end }) {
      const other = LOGICAL[operator];
      const at = operatorAt(operator, left.end, right.start);
      if (other !== undefined) add(at, at + operator.length, other);
      else add(start, end, source.slice(left.start, left.end));
    },
    IfStatement({ test }) {
      add(test.start, test.end, "true");
      add(test.start, test.end, "false");
    },
    ConditionalExpression({ test }) {
      add(test.start, test.end, "true");
      add(test.start, test.end, "false");
    },
    UnaryExpression({ operator, argument, start, end }) {
      if (operator === "!" || operator === "-") add(start, end, source.slice(argument.start, argument.end));
    },
    AssignmentExpression({ operator, left, right }) {
      const other = operator === "+=" ? "-=" : operator === "-=" ? "+=" : null;
      const at = operatorAt(operator, left.end, right.start);
      if (other !== null) add(at, at + operator.length, other);
    },
    TSLiteralType({ start, end }) {
      types.push({ start, end });
    },
    Literal({ value, start, end }) {
      if (typeof value === "boolean") add(start, end, String(!value));
      if (typeof value === "number") add(start, end, value === 0 ? "1" : `(${source.slice(start, end)} + 1)`);
    },
    MemberExpression({ object, property }) {
      if (object.type !== "Identifier" || (object.name !== "Math" && object.name !== "Decimal")) return;
      const other = property.type === "Identifier" ? CALLS[property.name] : undefined;
      if (other !== undefined) add(property.start, property.end, other);
    },
    ExpressionStatement({ expression, start, end }) {
      // A call or an assignment that nobody would miss
      if (expression.type === "CallExpression" || expression.type === "AssignmentExpression") add(start, end, ";");
    },
  }).visit(program);
  return found.filter(
    (mutant) =>
      !types.some((type) => mutant.start >= type.start && mutant.end <= type.end) &&
      // What does not even parse would be noticed by no test's merit
      parseSync(file, mutated(source, mutant)).errors.length === 0,
  );
}
