import { realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/**
 * What tells a profile's file from others of its name: its real path, below the data folder from there on, so that the folder may be moved. A file that
 * is gone has the key that it had.
 */
export function fileKey(path: string, dataDir: string): string {
  const real = realPath(path);
  const below = relative(realPath(dataDir), real);
  return below.startsWith("..") || isAbsolute(below) ? real : below.split(sep).join("/");
}

function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    // Not there: the folder that is tells as much
    const folder = dirname(absolute);
    return folder === absolute ? absolute : join(realPath(folder), basename(absolute));
  }
}
