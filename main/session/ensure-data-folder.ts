import { makeFolder } from "../../db/make-folder.ts";

/** Makes the data folder, or one in it, where it is missing, for those who write there before the journal does. Throws the file system's error. */
export function ensureDataFolder(dataDir: string): void {
  makeFolder(dataDir);
}
