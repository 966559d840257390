import type { z } from "zod";

const MAX_SHOWN_CHARACTERS = 40;

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function shown(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > MAX_SHOWN_CHARACTERS ? `${value.slice(0, MAX_SHOWN_CHARACTERS)}…` : value);
  }
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === undefined) return "missing";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

/** Says in one line which field of a call's input was refused, what was expected and what it was. */
export function describeInputProblem(call: string, error: z.ZodError, input: unknown): string {
  const issue = error.issues[0];
  if (issue === undefined) return `${call}: input was refused`;
  const field = issue.path.map(String).join(".");
  const where = field === "" ? call : `${call}: ${field}`;
  if (issue.code === "unrecognized_keys") {
    const names = issue.keys.slice(0, 5).map((key) => shown(key));
    return `${where}: unknown field ${names.join(", ")}`;
  }
  return `${where}: ${issue.message}, was ${shown(valueAt(input, issue.path))}`;
}
