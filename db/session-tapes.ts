import { closeSync, fsyncSync, openSync } from "node:fs";
import { tapeFile, type DataFolderPaths } from "./data-folder.ts";
import type { EncodedBlock, SessionManifest } from "./journal-protocol.ts";
import { TAPE_FORMAT, type TapeHeader } from "./tape-header.ts";
import { TapeWriter } from "./tape-writer.ts";

/** What the journal needs of a `TapeWriter`. */
export type SessionTape = Pick<TapeWriter, "append" | "sync" | "close" | "abandon">;
export type CreateTape = (path: string, header: TapeHeader) => SessionTape;

interface OpenTape {
  readonly path: string;
  readonly tape: SessionTape;
  isDirty: boolean;
}

/** The tapes of the sessions that run. Errors of the file system are thrown; `lastTouched` then names the file. */
export class SessionTapes {
  readonly #paths: DataFolderPaths;
  readonly #create: CreateTape;
  readonly #open = new Map<string, OpenTape>();
  #lastTouched: string;

  constructor(paths: DataFolderPaths, create: CreateTape = createOnDisk) {
    this.#paths = paths;
    this.#create = create;
    this.#lastTouched = paths.tapesDir;
  }

  get lastTouched(): string {
    return this.#lastTouched;
  }

  /** Creates the tape of a session; on return its header and its name in the folder are on the disk. */
  begin(manifest: SessionManifest): void {
    const path = tapeFile(this.#paths, manifest.sessionId);
    this.#lastTouched = path;
    const tape = this.#create(path, headerOf(manifest));
    this.#open.set(manifest.sessionId, { path, tape, isDirty: false });
    tape.sync();
    syncFolder(this.#paths.tapesDir);
  }

  append(sessionId: string, block: EncodedBlock): void {
    const open = this.#tapeOf(sessionId);
    open.tape.append(block);
    open.isDirty = true;
  }

  /** On return every block appended so far is on the disk. */
  sync(): void {
    for (const open of this.#open.values()) {
      if (!open.isDirty) continue;
      this.#lastTouched = open.path;
      open.tape.sync();
      open.isDirty = false;
    }
  }

  /** Finishes the tape of a session that ended; the hash that it ends with, hex. */
  end(sessionId: string): string {
    const lastHash = this.#tapeOf(sessionId).tape.close();
    this.#open.delete(sessionId);
    return lastHash;
  }

  /** Lets go of the tapes of sessions that have not ended; they read as incomplete. */
  abandon(): void {
    for (const { tape } of this.#open.values()) tape.abandon();
    this.#open.clear();
  }

  /** Throws for a session that never began: a broken invariant of the sender. */
  mustBeOpen(sessionId: string): void {
    this.#tapeOf(sessionId);
  }

  #tapeOf(sessionId: string): OpenTape {
    const open = this.#open.get(sessionId);
    if (open === undefined) throw new RangeError(`a session must begin before anything else of it, was ${sessionId}`);
    this.#lastTouched = open.path;
    return open;
  }
}

function createOnDisk(path: string, header: TapeHeader): SessionTape {
  return TapeWriter.create(path, header);
}

function headerOf(manifest: SessionManifest): TapeHeader {
  return {
    format: TAPE_FORMAT,
    kind: "session",
    rules: manifest.rules,
    createdBy: `ballast ${manifest.appVersion}`,
    clock: { offsetUs: 0, note: "clock of the session" },
    manifest,
    import: null,
  };
}

/** A new file survives a power cut only once its folder is flushed too. Windows cannot open folders and does not need it. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
