import { differingFields, fieldsOf, type FieldValue } from "../session/record-fields.ts";
import type { RecordSide } from "../session/journal-comparison.ts";
import type { ReplayDifference } from "../session/replay.ts";

/** Records of this many fields are shown whole; of larger ones (a change of the profile) only what differs. */
const MOST_FIELDS_SHOWN = 48;

/** The first difference as lines for people: what and where, then both records side by side, a `!` before each field that differs. */
export function differenceLines(difference: ReplayDifference): string[] {
  const { eventType, atUs, recorded, replayed, decisions } = difference;
  const event = eventType === null || atUs === null ? "" : ` (${eventType}, ${new Date(atUs / 1000).toISOString()})`;
  const head = `  first difference: ${difference.message}${event}`;
  if (recorded === null && replayed === null) return [head];
  const records = sideBySide(fieldsOfSide(recorded), fieldsOfSide(replayed));
  const isOfDecision = (recorded ?? replayed)?.record.type === "record-decision";
  if (decisions === null || isOfDecision) return [head, ...records];
  const answers = sideBySide(fieldsOfSide(decisions.recorded), fieldsOfSide(decisions.replayed));
  return [head, ...records, "  the decisions there:", ...answers];
}

/** The difference for `--json`: money as text, records as the journal keeps them. */
export function differenceJson(difference: ReplayDifference): unknown {
  return JSON.parse(
    JSON.stringify(difference, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value)),
  );
}

function fieldsOfSide(side: RecordSide | null): FieldValue[] {
  if (side === null) return [];
  const { seq, record, count, lastAtUs } = side;
  const run = record.type === "record-decision" ? { looks: count, lastLookUs: lastAtUs } : {};
  return fieldsOf({ event: seq, ...run, ...record }).map(({ field, value }) => ({
    field: field.replace(/^decision\./, ""),
    value,
  }));
}

function sideBySide(recorded: readonly FieldValue[], replayed: readonly FieldValue[]): string[] {
  const here = new Map(recorded.map(({ field, value }) => [field, value]));
  const there = new Map(replayed.map(({ field, value }) => [field, value]));
  const names = [...new Set([...here.keys(), ...there.keys()])];
  const isPair = recorded.length > 0 && replayed.length > 0;
  const differing = new Set(
    isPair ? differingFields(Object.fromEntries(here), Object.fromEntries(there)).map(({ field }) => field) : [],
  );
  const shown = isPair && names.length > MOST_FIELDS_SHOWN ? names.filter((name) => differing.has(name)) : names;
  const rows = shown.map((name) => [`${differing.has(name) ? "!" : " "} ${name}`, text(here, name), text(there, name)]);
  const all = [["", "journal", "replay"], ...rows];
  const [nameWidth = 0, hereWidth = 0] = [0, 1].map((column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  return all.map(([name = "", left = "", right = ""]) =>
    `    ${name.padEnd(nameWidth)}  ${left.padEnd(hereWidth)}  ${right}`.trimEnd(),
  );
}

function text(fields: ReadonlyMap<string, FieldValue["value"]>, name: string): string {
  const value = fields.get(name);
  if (value === undefined) return "-";
  return value === null ? "none" : String(value);
}
