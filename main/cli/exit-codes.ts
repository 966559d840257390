/** What `ballast` exits with. The same table stands in `ballast --help` and in the README. */
export const EXIT = {
  /** Done, and the result is right. */
  ok: 0,
  /** Ran, but the result is not what it should be: a replay that differs, an import cut short, a session that ended badly. */
  wrong: 1,
  /** Refused: an unknown option, a profile that does not hold, a file that cannot be read. */
  refused: 2,
  /** The data folder or its journal cannot be used: in use, full, read-only, damaged, from a newer version. */
  journal: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `
Exit codes:
  0  done, and the result is right
  1  ran, but the result is wrong: a replay differs, an import was cut short, a session ended badly
  2  refused: unknown option, profile that does not hold, file that cannot be read
  3  the data folder or its journal cannot be used: in use, full, read-only, damaged, from a newer version`;
