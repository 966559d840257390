/** Text for people goes to standard error while `--json` leaves standard output to the one object on its last line. */
export class Output {
  readonly #isJson: boolean;

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  /** A line for the person at the terminal. */
  say(line: string): void {
    (this.#isJson ? process.stderr : process.stdout).write(`${line}\n`);
  }

  /** What went wrong. */
  complain(line: string): void {
    process.stderr.write(`ballast: ${line}\n`);
  }

  /** The result: with `--json` one object on the last line of standard output, else the lines. */
  result(value: unknown, lines: readonly string[]): void {
    if (this.#isJson) process.stdout.write(`${JSON.stringify(value)}\n`);
    else for (const line of lines) this.say(line);
  }
}

/** Right-aligns the second column of label and value pairs. */
export function table(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([label]) => label.length));
  const right = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([label, value]) => `  ${label.padEnd(left)}  ${value.padStart(right)}`);
}
