import { defineConfig } from "vitest/config";

/**
 * Three groups: quick tests side by side, tests of the house (they start compilers and linters) and tests in a browser one after the other,
 * so that none of them starves another on two cores.
 */
const slow = ["test/house/**/*.test.ts", "test/e2e/**/*.test.{ts,tsx}"];
const inSequence = { fileParallelism: false, testTimeout: 240_000, hookTimeout: 240_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: ["test/support/announce-seed.ts"],
    setupFiles: ["test/support/property-seed.ts"],
    reporters: process.env["CI"] === undefined ? ["default"] : ["default", "json"],
    outputFile: { json: "test-results/report.json" },
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: slow,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: "house", include: ["test/house/**/*.test.ts"], ...inSequence, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: "e2e", include: ["test/e2e/**/*.test.{ts,tsx}"], ...inSequence, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
