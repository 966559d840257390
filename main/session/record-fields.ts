/** One value of a record by its path, such as `decision.buildUp.skewBps`. */
export interface FieldValue {
  readonly field: string;
  readonly value: string | number | boolean | null;
}

/** A field that two records do not share; null also where one of them does not have it. */
export interface FieldDifference {
  readonly field: string;
  readonly recorded: FieldValue["value"];
  readonly replayed: FieldValue["value"];
}

/** Doubles are equal up to this share of the larger: `Math.tanh` and its kin may differ in a last digit between builds of V8. */
const DOUBLE_TOLERANCE = 1e-9;

/** The values of a record in the order of its fields; money as exact atto units in decimal. Fields without a value are left out. */
export function fieldsOf(record: object): FieldValue[] {
  const fields: FieldValue[] = [];
  collect(record, "", fields);
  return fields;
}

/** Every field in which two records differ; empty = the same. */
export function differingFields(recorded: object, replayed: object): FieldDifference[] {
  if (isAlike(recorded, replayed)) return [];
  const here = new Map(fieldsOf(recorded).map(({ field, value }) => [field, value]));
  const there = new Map(fieldsOf(replayed).map(({ field, value }) => [field, value]));
  const differences: FieldDifference[] = [];
  for (const field of new Set([...here.keys(), ...there.keys()])) {
    const difference = { field, recorded: here.get(field) ?? null, replayed: there.get(field) ?? null };
    if (!isSame(difference.recorded, difference.replayed)) differences.push(difference);
  }
  return differences;
}

/** True only for records without a difference; most are such, and this makes no lists of their fields. */
function isAlike(recorded: object, replayed: object): boolean {
  const here = Object.entries(recorded);
  const there = replayed as Readonly<Record<string, unknown>>;
  if (here.length !== Object.keys(there).length) return false;
  return here.every(([name, value]) => {
    const other = there[name];
    if (value === other) return other !== undefined;
    if (typeof value === "number" && typeof other === "number") return isSame(value, other);
    const areObjects = typeof value === "object" && typeof other === "object";
    return areObjects && value !== null && other !== null && isAlike(value, other);
  });
}

function collect(value: unknown, path: string, fields: FieldValue[]): void {
  if (value === undefined) return;
  if (value !== null && typeof value === "object") {
    for (const [name, inner] of Object.entries(value)) collect(inner, path === "" ? name : `${path}.${name}`, fields);
    return;
  }
  fields.push({ field: path, value: leaf(value, path) });
}

function leaf(value: unknown, path: string): FieldValue["value"] {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (typeof value === "bigint") return value.toString();
  throw new TypeError(`${path} of a record must be a plain value, was a ${typeof value}`);
}

function isSame(one: FieldValue["value"], other: FieldValue["value"]): boolean {
  if (one === other) return true;
  if (typeof one !== "number" || typeof other !== "number") return false;
  if (Number.isInteger(one) && Number.isInteger(other)) return false;
  return Math.abs(one - other) <= DOUBLE_TOLERANCE * Math.max(Math.abs(one), Math.abs(other));
}
