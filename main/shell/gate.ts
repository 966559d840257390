/** The one door into the console for both faces: every call is parsed here before a handler sees it, every answer is data, every stream is paced. */
import type { z } from "zod";
import type { ConsoleBackend, StreamMessage, StreamName } from "../../preload/bridge.ts";
import { commonErrorCodes, contract } from "../../preload/contract.ts";
import { CommandMemory } from "./command-memory.ts";
import { describeInputProblem } from "./input-problem.ts";
import { StreamPump, type StreamSink } from "./stream-pump.ts";

const REMEMBERED_COMMANDS = 1024;

export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface GateOptions {
  readonly backend: ConsoleBackend;
  /** True in development and tests: a handler's answer that breaks the contract becomes an `internal` error. */
  readonly checksOutputs: boolean;
  /** Told of every failure that the caller only sees as `internal`. */
  readonly onFault: (fault: { correlationId: string; call: string; error: unknown }) => void;
  readonly newCorrelationId?: () => string;
}

interface Door {
  readonly name: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly codes: ReadonlySet<string>;
  readonly handler: (input: unknown) => Promise<Answer>;
}

export interface OpenStream {
  close(): void;
}

function refuse(code: string, message: string): Answer {
  return { ok: false, code, message };
}

function doorsOf(backend: ConsoleBackend): Map<string, Door> {
  const doors = new Map<string, Door>();
  const { feed: _feed, ...groups } = contract;
  for (const [group, calls] of Object.entries(groups)) {
    // The handlers' own types hold the shape; here they are all seen as functions of what the contract parsed
    const handlers = backend.handlers[group as keyof typeof groups] as Record<string, Door["handler"]>;
    for (const [call, shape] of Object.entries(calls)) {
      const name = `${group}.${call}`;
      const handler = handlers[call];
      if (handler === undefined) throw new Error(`backend has no handler for ${name}`);
      const codes = new Set<string>([...commonErrorCodes, ...shape.errors]);
      doors.set(name, { name, input: shape.input, output: shape.output, codes, handler: handler.bind(handlers) });
    }
  }
  return doors;
}

/**
 * Invariants: no handler sees input that the contract refuses; a command id reaches a handler once; a handler that throws never rejects
 * the caller's promise; a stack never leaves through an answer.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #doors: Map<string, Door>;
  readonly #commands = new CommandMemory<Answer>(REMEMBERED_COMMANDS);

  constructor(options: GateOptions) {
    this.#options = options;
    this.#doors = doorsOf(options.backend);
  }

  /** Answers a call of the contract; never rejects. Codes: the call's own, `invalid-input`, `internal`. */
  async call(group: string, name: string, rawInput: unknown): Promise<Answer> {
    const door = this.#doors.get(`${group}.${name}`);
    if (door === undefined) return refuse("invalid-input", `no call is named ${quoted(`${group}.${name}`)}`);
    const parsed = door.input.safeParse(rawInput);
    if (!parsed.success) return refuse("invalid-input", describeInputProblem(door.name, parsed.error, rawInput));
    const commandId = commandIdOf(parsed.data);
    if (commandId === null) return this.#answer(door, parsed.data);
    const known = this.#commands.recall(commandId, door.name, parsed.data);
    if (known.kind === "same") return known.answer;
    if (known.kind === "other") {
      return refuse("invalid-input", `${door.name}: commandId was already used, by ${known.call} with other input`);
    }
    const answer = this.#answer(door, parsed.data);
    this.#commands.remember(commandId, door.name, parsed.data, answer);
    return answer;
  }

  /** Opens a stream of the contract for one subscriber, or answers null where there is none of that name. */
  openStream(name: string, sink: StreamSink): OpenStream | null {
    if (!Object.hasOwn(contract.feed, name)) return null;
    const streamName = name as StreamName;
    return new StreamPump({
      shape: contract.feed[streamName].shape,
      subscribe: (listener: (message: StreamMessage<StreamName>) => void) =>
        this.#options.backend.subscribe(streamName, listener),
      sink,
    });
  }

  async #answer(door: Door, input: unknown): Promise<Answer> {
    try {
      const answer = await door.handler(input);
      return this.#options.checksOutputs ? checked(door, answer) : answer;
    } catch (error) {
      const correlationId = (this.#options.newCorrelationId ?? (() => crypto.randomUUID()))();
      this.#options.onFault({ correlationId, call: door.name, error });
      return refuse("internal", `${door.name} failed inside the console; the log has it under ${correlationId}`);
    }
  }
}

function checked(door: Door, answer: Answer): Answer {
  if (!answer.ok) {
    if (!door.codes.has(answer.code)) throw new Error(`${door.name} answered an undeclared code, was "${answer.code}"`);
    return answer;
  }
  const parsed = door.output.safeParse(answer.value);
  if (!parsed.success) throw new Error(`${door.name} answered what its contract refuses: ${parsed.error.message}`);
  return answer;
}

function commandIdOf(input: unknown): string | null {
  if (typeof input !== "object" || input === null || !("commandId" in input)) return null;
  return typeof input.commandId === "string" ? input.commandId : null;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
