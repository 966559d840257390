/** The Electron face from source, on the fake backend: what `main/index.ts` is with the real one. `fake-main.ts DATA RENDERER PRELOAD`. */
import { runElectronConsole } from "../../../main/shell/electron/electron-console.ts";
import { createFakeBackend } from "../fake-backend.ts";
import { tellTest } from "./electron.ts";

const [dataDir, rendererDir, preloadFile] = process.argv.slice(3);
if (dataDir === undefined || rendererDir === undefined || preloadFile === undefined)
  throw new Error("expected three folders and files, was fewer");

const backend = createFakeBackend({ face: "electron" });
const stop = backend.runByItself(50);

async function shutDown(reason: string): Promise<void> {
  tellTest({ kind: "cancel-all", ...{ reason } });
  stop();
  // A venue answers a cancel later than at once
  await new Promise((done) => setTimeout(done, Number(process.env["STAND_IN_SHUT_DOWN_MS"] ?? "30")));
  await backend.shutDown(reason);
  tellTest({ kind: "flushed", ...{ calls: backend.calls.map(([name]) => name) } });
}

runElectronConsole({
  dataDir,
  rendererDir,
  preloadFile,
  async createBackend() {
    const failure = process.env["STAND_IN_BACKEND_FAILURE"];
    if (failure !== undefined) throw new Error(failure);
    return { ...backend, shutDown };
  },
}).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
