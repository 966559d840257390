/** Builds the installers of this platform from `out/`; arguments are passed on (`npm run package -- --dir` leaves the unpacked folder). */
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const program = path.join(root, "node_modules", "electron-builder", "cli.js");
const given = ["--config", "build/electron-builder.config.ts", "--publish", "never", ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [program, ...given], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
