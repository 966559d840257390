/** Questions and notes between a test and the stand-in's process, both ways over the same line. */

export type Note = { readonly kind: string } & Readonly<Record<string, unknown>>;
export type Handler = (args: readonly unknown[]) => unknown;

type Frame =
  | { readonly type: "ask"; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly type: "answer"; readonly id: number; readonly value?: unknown; readonly error?: string }
  | { readonly type: "note"; readonly note: Note };

export interface Line {
  send(frame: unknown): void;
  onFrame(listener: (frame: unknown) => void): void;
}

export class Link {
  readonly #line: Line;
  readonly #open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #handlers: Readonly<Record<string, Handler>>;
  #nextId = 1;

  constructor(line: Line, handlers: Readonly<Record<string, Handler>>, onNote: (note: Note) => void) {
    this.#line = line;
    this.#handlers = handlers;
    line.onFrame((raw) => {
      const frame = raw as Frame;
      if (frame.type === "note") onNote(frame.note);
      else if (frame.type === "ask") void this.#answer(frame.id, frame.name, frame.args);
      else this.#settle(frame.id, frame.value, frame.error);
    });
  }

  note(note: Note): void {
    this.#line.send({ type: "note", note });
  }

  ask(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#line.send({ type: "ask", id, name, args });
    });
  }

  /** The other side is gone: what it was asked is never answered. */
  end(): void {
    for (const { reject } of this.#open.values()) reject(new Error("the other side has ended"));
    this.#open.clear();
  }

  #settle(id: number, value: unknown, error: string | undefined): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    if (error === undefined) open?.resolve(value);
    else open?.reject(new Error(error));
  }

  async #answer(id: number, name: string, args: readonly unknown[]): Promise<void> {
    try {
      const handler = this.#handlers[name];
      if (handler === undefined) throw new Error(`nobody answers "${name}"`);
      this.#line.send({ type: "answer", id, value: await handler(args) });
    } catch (error) {
      this.#line.send({ type: "answer", id, error: error instanceof Error ? error.message : String(error) });
    }
  }
}
