/** Entry of the stand-in's process: `start-main.ts MAIN [ARGUMENTS]` loads a main module with `electron` standing in. */
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const standIn = new URL("./electron.ts", import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "electron" ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

const main = process.argv[2];
if (main === undefined) throw new Error("expected the main module's path, was missing");
const { mainHasLoaded } = await import("./electron.ts");
await import(pathToFileURL(resolve(main)).href);
mainHasLoaded();
