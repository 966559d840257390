import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";

/**
 * Three builds. Main: ES modules with the two threads as entries of their own, packages stay outside. Preload: one CommonJS file with nothing
 * but `electron` outside, because a sandboxed preload can load nothing else. Renderer: files under a strict CSP, so nothing inline.
 */
export default defineConfig({
  main: {
    build: {
      outDir: "out/main",
      externalizeDeps: true,
      rollupOptions: {
        input: {
          index: "main/index.ts",
          "engine-thread": "main/session/engine-thread.ts",
          "journal-thread": "db/journal-thread.ts",
        },
        output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
      },
    },
  },
  preload: {
    build: {
      outDir: "out/preload",
      externalizeDeps: false,
      rollupOptions: {
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
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: "renderer/index.html" },
    },
  },
});
