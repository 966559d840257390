/** What was answered to each command id, so that the same command is carried out once however often it arrives. */

interface Remembered<A> {
  readonly fingerprint: string;
  readonly call: string;
  readonly answer: Promise<A>;
  isSettled: boolean;
}

export type Recollection<A> =
  | { readonly kind: "new" }
  | { readonly kind: "same"; readonly answer: Promise<A> }
  | { readonly kind: "other"; readonly call: string };

/** Invariants: at most `limit` settled answers are kept, oldest go first; a command that has not been answered yet is never forgotten. */
export class CommandMemory<A> {
  readonly #limit: number;
  readonly #byId = new Map<string, Remembered<A>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Says whether a command id was seen, and whether it was for the same call with the same input. */
  recall(commandId: string, call: string, input: unknown): Recollection<A> {
    const known = this.#byId.get(commandId);
    if (known === undefined) return { kind: "new" };
    if (known.call !== call || known.fingerprint !== JSON.stringify(input)) return { kind: "other", call: known.call };
    return { kind: "same", answer: known.answer };
  }

  remember(commandId: string, call: string, input: unknown, answer: Promise<A>): void {
    const entry: Remembered<A> = { fingerprint: JSON.stringify(input), call, answer, isSettled: false };
    this.#byId.set(commandId, entry);
    const settle = (): void => {
      entry.isSettled = true;
      this.#forgetOldest();
    };
    void answer.then(settle, settle);
  }

  #forgetOldest(): void {
    let excess = this.#byId.size - this.#limit;
    for (const [commandId, entry] of this.#byId) {
      if (excess <= 0) return;
      if (!entry.isSettled) continue;
      this.#byId.delete(commandId);
      excess -= 1;
    }
  }
}
