import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";
import type { Plugin } from "vite";

const mainEntries = {
  index: "main/index.ts",
  "engine-thread": "main/session/engine-thread.ts",
  "what-if-thread": "main/session/what-if/what-if-thread.ts",
  "replay-thread": "main/session/playback/replay-thread.ts",
  "review-thread": "main/session/review/review-thread.ts",
  "journal-thread": "db/journal-thread.ts",
  "journal-reads-thread": "db/journal-reads-thread.ts",
};

/** Sources name a thread by the URL of its `.ts` file; in the build every entry and chunk lies in one folder, next to the thread's `.js`. */
function threadUrls(): Plugin {
  const threadUrl = /new URL\(\s*(["'])\.{1,2}\/(?:[\w.-]+\/)*([\w-]+-thread)\.ts\1,\s*import\.meta\.url,?\s*\)/g;
  return {
    name: "thread-urls",
    transform(code, id) {
      if (!code.includes("-thread.ts")) return null;
      return code.replaceAll(threadUrl, (_match, _quote, name: string) => {
        if (!Object.hasOwn(mainEntries, name))
          throw new Error(`${id}: expected a thread among the entries, was ${name}`);
        return `new URL("./${name}.js", import.meta.url)`;
      });
    },
  };
}

/**
 * Three builds. Main: ES modules with the threads as entries of their own, packages stay outside. Preload: one CommonJS file with nothing
 * but `electron` outside, because a sandboxed preload can load nothing else. Renderer: files under a strict CSP, so nothing inline.
 */
export default defineConfig({
  main: {
    plugins: [threadUrls()],
    build: {
      outDir: "out/main",
      externalizeDeps: true,
      rolldownOptions: {
        input: mainEntries,
        output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  },
  preload: {
    build: {
      outDir: "out/preload",
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: "preload/index.ts" },
        external: ["electron"],
        output: { format: "cjs", entryFileNames: "[name].cjs", codeSplitting: false },
      },
    },
  },
  renderer: {
    root: "renderer",
    base: "./",
    plugins: [react()],
    build: {
      outDir: "out/renderer",
      emptyOutDir: true,
      minify: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: "renderer/index.html" },
    },
  },
});
