/** How the console ends, for both faces: cancel all, flush, then exit; and who may hurry it. */

export interface CloseSequenceOptions {
  /** Cancels all own orders, ends the session, flushes the journal. */
  readonly shutDown: (reason: string) => Promise<void>;
  /** Lets go of what is left (log, server, window) and ends the process. */
  readonly exit: (code: number) => void;
  /** One line for the person who waits. */
  readonly say: (line: string) => void;
}

const ABANDONING_REQUEST = 3;

/**
 * Invariants: `shutDown` runs once; the first request starts it, a second changes nothing, a third abandons it and exits with 1, as `abandon` does at
 * once; `exit` is called once, with 0 after a clean end, else 1.
 */
export class CloseSequence {
  readonly #options: CloseSequenceOptions;
  #requests = 0;
  #hasExited = false;

  constructor(options: CloseSequenceOptions) {
    this.#options = options;
  }

  get isClosing(): boolean {
    return this.#requests > 0;
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** Asks politely for the end. `reason` goes to the journal and to the person. */
  request(reason: string): void {
    if (this.#hasExited) return;
    this.#requests += 1;
    if (this.#requests === 1) void this.#close(reason);
    else if (this.#requests < ABANDONING_REQUEST)
      this.#options.say("Still cancelling orders and writing the journal; ask once more to abandon that");
    else this.abandon(reason);
  }

  /** Ends now, whatever is left undone. */
  abandon(reason: string): void {
    if (this.#hasExited) return;
    this.#options.say(`Abandoned (${reason}): orders may still rest at the venue`);
    this.#exit(1);
  }

  async #close(reason: string): Promise<void> {
    this.#options.say(`Closing (${reason}): cancelling all orders, then writing the journal`);
    try {
      await this.#options.shutDown(reason);
    } catch (error) {
      this.#options.say(`Closing failed: ${error instanceof Error ? error.message : String(error)}`);
      this.#exit(1);
      return;
    }
    if (!this.#hasExited) this.#options.say("Closed: no own orders are left, the journal is written");
    this.#exit(0);
  }

  #exit(code: number): void {
    if (this.#hasExited) return;
    this.#hasExited = true;
    this.#options.exit(code);
  }
}
