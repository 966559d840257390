/** Entry of the Electron face: wiring only. `--data=FOLDER` moves the data folder; Chromium's own files lie in `browser` inside it. */
import { join, resolve } from "node:path";
import { app } from "electron";
import { createConsoleBackend } from "./session/console-backend.ts";
import { ensureDataFolder } from "./session/ensure-data-folder.ts";
import { runElectronConsole } from "./shell/electron/electron-console.ts";

const chosen = process.argv.find((argument) => argument.startsWith("--data="))?.slice("--data=".length);
const dataDir = chosen === undefined || chosen === "" ? app.getPath("userData") : resolve(chosen);
// Electron takes only folders that are there
ensureDataFolder(join(dataDir, "browser"));
app.setPath("userData", dataDir);
app.setPath("sessionData", join(dataDir, "browser"));

// The built entry lies in `out/main`, next to `out/preload` and `out/renderer`
const built = join(import.meta.dirname, "..");
// Not awaited: Electron becomes ready only after this module has loaded, and the console waits for that
runElectronConsole({
  dataDir,
  rendererDir: join(built, "renderer"),
  preloadFile: join(built, "preload", "index.cjs"),
  createBackend: createConsoleBackend,
}).catch((error: unknown) => {
  process.stderr.write(
    `ballast: the console could not start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  app.exit(1);
});
