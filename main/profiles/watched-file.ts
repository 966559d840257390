import { statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { readProfileFile } from "./loader.ts";

/** A file at one moment. */
export type FileReading =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  /** There, but no text that may be read: no permission, no file, too large, no UTF-8. */
  | { readonly kind: "unreadable"; readonly message: string };

/** All that a watcher needs of the world: one file, the system's word of changes, a clock. */
export interface WatchedFile {
  read(): FileReading;
  /**
   * Calls `onHint` when something may have happened to the file, and `onEnd` when no more will be heard. Returns how to stop, or null when the folder
   * cannot be listened to, for instance because it is not there.
   */
  listen(onHint: () => void, onEnd: () => void): (() => void) | null;
  /** Monotonic time, ms. */
  nowMs(): number;
  /** Calls once after a time; returns how to call it off. Must not keep the process alive. */
  after(waitMs: number, call: () => void): () => void;
}

/** The file at a path. The folder is listened to, not the file, so that replacing the file by another is heard. */
export function realWatchedFile(path: string): WatchedFile {
  return {
    read: () => readWatched(path),
    listen: (onHint, onEnd) => listenToFolder(path, onHint, onEnd),
    nowMs: () => performance.now(),
    after(waitMs, call) {
      const timer = setTimeout(call, waitMs).unref();
      return () => clearTimeout(timer);
    },
  };
}

function readWatched(path: string): FileReading {
  try {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return { kind: "absent" };
  } catch (error) {
    // A part of the path is no folder, or may not be entered
    return { kind: "unreadable", message: `${path}: ${String(error)}` };
  }
  const file = readProfileFile(path);
  return file.ok ? { kind: "text", text: file.text } : { kind: "unreadable", message: file.message };
}

function listenToFolder(path: string, onHint: () => void, onEnd: () => void): (() => void) | null {
  const name = basename(path);
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, changed) => {
      // Some systems do not say which file it was
      if (changed === null || changed === name) onHint();
    });
    watcher.on("error", onEnd);
    return () => watcher.close();
  } catch {
    // Said by polling instead: a folder that is not there, or a system out of watches
    return null;
  }
}
