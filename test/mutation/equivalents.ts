import type { Mutant } from "./mutants.ts";

/** Changes of one line that alter no behaviour, so that no test could notice them. */
interface Equivalent {
  readonly file: string;
  /** The line's text, without the blanks around it. */
  readonly code: string;
  /** What is replaced; left out, every change of the line is meant. */
  readonly was?: string;
  readonly becomes?: string;
  readonly why: string;
}

const EQUIVALENTS: readonly Equivalent[] = [];

/** True for a change that alters no behaviour. */
export function isEquivalent(mutant: Mutant): boolean {
  return EQUIVALENTS.some((entry) => isLike(entry, mutant));
}

/** Entries for these files that no mutant is like any more, each as text. */
export function staleEntries(files: readonly string[], mutants: readonly Mutant[]): string[] {
  return EQUIVALENTS.filter(
    (entry) => files.includes(entry.file) && !mutants.some((mutant) => isLike(entry, mutant)),
  ).map(({ file, code }) => `${file}: ${code}`);
}

function isLike({ file, code, was, becomes }: Equivalent, mutant: Mutant): boolean {
  return (
    file === mutant.file &&
    code === mutant.code &&
    (was === undefined || was === mutant.was) &&
    (becomes === undefined || becomes === mutant.becomes)
  );
}
