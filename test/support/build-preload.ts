import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";

/** Builds the preload as the release build does, one CommonJS file with only `electron` outside, into a folder of its own. */
export async function buildPreload(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), "ballast-preload-"));
  await build({
    configFile: false,
    logLevel: "silent",
    build: {
      outDir,
      minify: false,
      lib: {
        entry: join(import.meta.dirname, "../../preload/index.ts"),
        formats: ["cjs"],
        fileName: () => "index.cjs",
      },
      rolldownOptions: { external: ["electron"] },
    },
  });
  return join(outDir, "index.cjs");
}
