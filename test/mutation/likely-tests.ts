import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Where pricing, quoting, risk and signals are tested. Golden tapes are left out: a hash notices every change and proves no behaviour.
 * So are the tests of other folders, which only pass by.
 */
const TESTS = [
  "test/kernel/kernel-",
  "test/kernel/pricing/",
  "test/kernel/quoting/",
  "test/kernel/risk/",
  "test/kernel/signals/",
  "test/property/",
  "test/oracle/",
];
/** Properties of whole sessions take ten times as long as all other tests together: they are asked last, and only where that is wished. */
const OF_SESSIONS: ReadonlySet<string> = new Set(
  [
    "extreme-settings",
    "hostile-events",
    "kernel-memory",
    "kernel-mirror",
    "kernel-quotes",
    "kernel-sameness",
    "kernel-session",
    "restart-converges",
    "risk-station",
    "venue-accounting",
  ].map((name) => `test/property/${name}.test.ts`),
);

/** The tests that could notice a change of a source, the likeliest first. */
export class LikelyTests {
  readonly #tests: readonly string[];
  /** Sources that a test reaches by its imports. */
  readonly #reached: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(root: string, tracked: readonly string[], withSessions: boolean) {
    this.#tests = tracked.filter(
      (file) =>
        file.endsWith(".test.ts") &&
        (withSessions || !OF_SESSIONS.has(file)) &&
        TESTS.some((folder) => file.startsWith(folder)),
    );
    this.#reached = new Map(this.#tests.map((test) => [test, reachedFrom(root, test)]));
  }

  get all(): readonly string[] {
    return this.#tests;
  }

  /** Own tests first, then those of the folder, of the kernel, of the reference, and the properties, whole sessions last. */
  of(source: string): string[] {
    return this.#tests
      .filter((test) => this.#reached.get(test)?.has(source) ?? false)
      .map((test) => ({ test, rank: OF_SESSIONS.has(test) ? Infinity : rank(test, source) }))
      .toSorted((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank) || (a.test < b.test ? -1 : 1))
      .map(({ test }) => test);
  }
}

function rank(test: string, source: string): number {
  if (basename(test, ".test.ts").startsWith(basename(source, ".ts"))) return 0;
  if (dirname(test).endsWith(dirname(source).replace("main/", "test/"))) return 1;
  if (dirname(test) === "test/kernel") return 2;
  return ["test/kernel/", "test/oracle/", "test/property/"].findIndex((folder) => test.startsWith(folder)) + 3;
}

function reachedFrom(root: string, test: string): Set<string> {
  const reached = new Set<string>();
  const pending = [test];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const source = readFileSync(join(root, file), "utf8");
    for (const [, path] of source.matchAll(/(?:from|import) "(\.[^"]+\.tsx?)"/g))
      if (path !== undefined) pending.push(join(dirname(file), path));
  }
  return reached;
}
