const WIDTH = 30;
const REDRAW_MS = 100;

/** A bar on standard error while long work goes on; silent where no terminal is attached. */
export class ProgressBar {
  readonly #label: string;
  readonly #isShown = process.stderr.isTTY;
  #drawnAtMs = 0;

  constructor(label: string) {
    this.#label = label;
  }

  /** Share done, 0 to 1; null = there is no end to measure against. */
  update(share: number | null, detail: string): void {
    const nowMs = performance.now();
    if (!this.#isShown || nowMs - this.#drawnAtMs < REDRAW_MS) return;
    this.#drawnAtMs = nowMs;
    const done = share === null ? 0 : Math.round(Math.min(1, Math.max(0, share)) * WIDTH);
    const bar = share === null ? "" : `[${"=".repeat(done)}${" ".repeat(WIDTH - done)}] `;
    process.stderr.write(`\r\u001B[K${this.#label} ${bar}${detail}`);
  }

  clear(): void {
    if (this.#isShown) process.stderr.write("\r\u001B[K");
  }
}
