import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and what is missing above it. Throws the file system's error.
 *
 * Node's own recursive mkdir never returns where the system answers "no such file" below a folder that is there, as `/proc` does.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) {
    // A file in its place: let the system say so; a folder is what was wanted
    mkdirSync(path, { recursive: true });
    return;
  }
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  mkdirSync(path);
}
