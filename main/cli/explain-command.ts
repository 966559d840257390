import { InvalidArgumentError, type Command } from "commander";
import { dataFolderPaths, tapeFile } from "../../db/data-folder.ts";
import { JournalReader } from "../../db/journal-reader.ts";
import type { StoredSession } from "../../db/stored-session.ts";
import { openTape, TapeDamagedError } from "../../db/tape-reader.ts";
import { slotName, type Slot } from "../kernel/decision.ts";
import { explainAt, type ExplainedSlot, type Explanation } from "../session/explain.ts";
import { kernelOf } from "../session/stored-kernel.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { Output, table } from "./output.ts";
import { sessionMoment, type SessionMoment } from "./session-moment.ts";

interface ExplainOptions {
  readonly data: string;
  readonly session: string;
  readonly at: SessionMoment;
  readonly slot?: Slot;
  readonly json?: true;
}

/** `ballast explain`. */
export function addExplainCommand(program: Command, exit: (code: ExitCode) => void): void {
  program
    .command("explain")
    .description("say why the quotes of a session stood where they stood at one moment")
    .requiredOption("--data <folder>", "data folder of the session")
    .requiredOption("--session <id>", "session")
    .requiredOption(
      "--at <time>",
      "UTC time such as 2026-01-01T00:00:30.5Z (the Z may be left out), or +30.5 = seconds since its start",
      sessionMoment,
    )
    .option("--slot <side:level>", "one slot, such as BUY:0", slotOption)
    .option("--json", "print one JSON object on the last line")
    .action((options: ExplainOptions) => exit(explain(options)));
}

function explain(options: ExplainOptions): ExitCode {
  const output = new Output(options.json === true);
  const paths = dataFolderPaths(options.data);
  const opened = JournalReader.open(paths.journalFile);
  if (!opened.ok) {
    output.complain(opened.message);
    return EXIT.journal;
  }
  const stored = opened.reader.session(options.session);
  opened.reader.close();
  if (stored === null) {
    output.complain(`${paths.dataDir}: there is no session ${options.session}; \`ballast sessions\` lists them`);
    return EXIT.refused;
  }
  const tape = openTape(tapeFile(paths, options.session));
  if (!tape.ok) {
    output.complain(tape.message);
    return EXIT.wrong;
  }
  try {
    const found = explainAt(kernelOf(stored.manifest), tape.tape, untilUs(options.at, stored), options.slot ?? null);
    return print(found, stored, options, output);
  } catch (error) {
    if (!(error instanceof TapeDamagedError)) throw error;
    output.complain(error.message);
    return EXIT.wrong;
  } finally {
    tape.tape.close();
  }
}

function print(found: Explanation | null, stored: StoredSession, options: ExplainOptions, output: Output): ExitCode {
  if (found === null || found.slots.length === 0) {
    const what = found === null ? "the session had not begun by then" : "the session has no such slot";
    output.complain(`${options.session}: ${what}; it began at ${isoTime(stored.manifest.sessionStartUs)}`);
    return EXIT.refused;
  }
  output.result({ sessionId: options.session, ...found }, [
    `${isoTime(found.atUs)}, event ${found.seq}, ${found.tradingState}, profile ${found.profile} r${found.profileRevision}`,
    ...found.slots.flatMap(slotLines),
  ]);
  return EXIT.ok;
}

function slotLines(slot: ExplainedSlot): string[] {
  const name = slotName(slot);
  const resting = slot.price === null ? "empty" : `${slot.size} at ${slot.price}, ${slot.status}`;
  const bounds =
    slot.reading === null || slot.bound === null ? "" : ` (${short(slot.reading)} against ${short(slot.bound)})`;
  const head = `${name}: ${resting}. ${slot.code ?? "not looked at yet"}${slot.detail === null ? "" : ` ${slot.detail}`}${bounds}`;
  const { buildUp } = slot;
  if (buildUp === null) return [head];
  const rows = buildUp.parts.map(
    ({ name: part, bps, price }) => [part, `${signed(bps, 2)} bps`, signed(price, 4)] as const,
  );
  return [
    head,
    ...table([
      ["anchor", buildUp.anchor],
      ...rows.map(([part, bps, price]) => [part, `${bps}  ${price}`] as const),
      ["target", buildUp.target],
      ["final", buildUp.final ?? "none"],
    ]),
  ];
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

function signed(value: number, decimals: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(decimals)}`;
}

function isoTime(us: number): string {
  return new Date(us / 1000).toISOString();
}

function untilUs(at: SessionMoment, stored: StoredSession): number {
  return at.kind === "clock" ? at.us : stored.manifest.sessionStartUs + at.us;
}

function slotOption(text: string): Slot {
  const match = /^(BUY|SELL):(\d{1,2})$/i.exec(text);
  if (match === null) throw new InvalidArgumentError(`a slot looks like BUY:0 or SELL:1, was "${text}"`);
  return { side: match[1]?.toUpperCase() === "BUY" ? "buy" : "sell", level: Number(match[2]) };
}
