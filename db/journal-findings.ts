/** What is wrong with a data folder, and where. */
export interface JournalFinding {
  readonly kind: "altered" | "removed" | "added" | "file" | "schema" | "tape";
  /** Null = it is no session's. */
  readonly sessionId: string | null;
  readonly table: string | null;
  /** Primary key of the row, by column. */
  readonly key: Readonly<Record<string, string | number>> | null;
  readonly column: string | null;
  readonly message: string;
}

const MOST_KEPT = 1_000;

/** Collects findings; each place is named once, and only the first thousand are kept. */
export class Findings {
  readonly #places = new Set<string>();
  readonly #kept: JournalFinding[] = [];
  readonly #sessions = new Set<string>();
  #count = 0;

  /** All that were found; more than `kept` holds where there are very many. */
  get count(): number {
    return this.#count;
  }

  get kept(): readonly JournalFinding[] {
    return this.#kept;
  }

  hasSession(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  add(finding: JournalFinding): void {
    if (finding.sessionId !== null) this.#sessions.add(finding.sessionId);
    if (this.#kept.length >= MOST_KEPT) {
      this.#count += 1;
      return;
    }
    const { kind, table, key, column } = finding;
    const place = table === null ? finding.message : JSON.stringify([kind, table, key, column]);
    if (this.#places.has(place)) return;
    this.#places.add(place);
    this.#kept.push(finding);
    this.#count += 1;
  }
}
