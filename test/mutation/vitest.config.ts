import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files in the order that `mutation.ts` asks for, so that the first failure comes soon. */
class LikeliestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = (process.env["BALLAST_TEST_ORDER"] ?? "").split(" ");
    const place = ({ moduleId }: TestSpecification): number => order.findIndex((test) => moduleId.endsWith(test));
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

/** One mutant's run: one worker, the first failure ends it, and no counterexample is made smaller. */
export default defineConfig({
  test: {
    root: process.cwd(),
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/property-seed.ts", "test/mutation/first-failure.ts"],
    sequence: { sequencer: LikeliestFirst },
    // Nothing of the kernel lives in a module, so files may share one process
    isolate: false,
    maxWorkers: 1,
    bail: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["dot"],
  },
});
