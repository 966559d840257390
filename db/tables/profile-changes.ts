import type { RecordProfileChange } from "../../main/kernel/effects.ts";
import type { ProfileSnapshot } from "../../main/kernel/settings/profile.ts";
import type { Settings } from "../../main/kernel/settings/settings.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { jsonObject, keyOf, type KeyColumns, type RecordTable } from "./record-table.ts";

interface ProfileChangeRow extends KeyColumns {
  readonly at_us: number;
  readonly command_id: string;
  readonly by: string;
  readonly before_name: string;
  readonly before_revision: number;
  readonly before_hash: string;
  readonly after_name: string;
  readonly after_revision: number;
  readonly after_hash: string;
  readonly settings: string;
  readonly diff: string;
}

/** `{setting: {before, after}}` of the settings that differ; a side without the setting lacks the key. */
type SettingsDiff = Readonly<Record<string, { readonly before?: unknown; readonly after?: unknown }>>;

export const profileChangesTable: RecordTable<RecordProfileChange, ProfileChangeRow> = {
  type: "record-profile-change",
  insert: `INSERT INTO profile_changes (session_id, seq, idx, at_us, command_id, by, before_name, before_revision, before_hash,
    after_name, after_revision, after_hash, settings, diff)
    VALUES (@session_id, @seq, @idx, @at_us, @command_id, @by, @before_name, @before_revision, @before_hash,
    @after_name, @after_revision, @after_hash, @settings, @diff)`,
  after: `SELECT * FROM profile_changes WHERE session_id = @sessionId AND (seq, idx) > (@seq, @idx) ORDER BY seq, idx LIMIT @limit`,
  toRow: (sessionId, entry, record) => {
    const { before, after } = record;
    return {
      ...keyOf(sessionId, entry),
      at_us: record.atUs,
      command_id: record.commandId,
      by: record.by,
      before_name: before.name,
      before_revision: before.revision,
      before_hash: before.hash,
      after_name: after.name,
      after_revision: after.revision,
      after_hash: after.hash,
      settings: JSON.stringify(after.settings),
      diff: JSON.stringify(settingsDiff(before.settings, after.settings)),
    };
  },
  fromRow: (row) => {
    const after = jsonObject(row.settings, row) as Settings;
    const before = undo(after, jsonObject(row.diff, row) as SettingsDiff);
    return {
      seq: row.seq,
      index: row.idx,
      count: 1,
      lastAtUs: row.at_us,
      record: {
        type: "record-profile-change",
        atUs: micros(row.at_us),
        commandId: row.command_id,
        by: row.by,
        before: snapshot(row.before_name, row.before_revision, row.before_hash, before),
        after: snapshot(row.after_name, row.after_revision, row.after_hash, after),
      },
    };
  },
};

function snapshot(name: string, revision: number, hash: string, settings: Settings): ProfileSnapshot {
  return { name, revision, hash, settings };
}

function settingsDiff(before: Settings, after: Settings): SettingsDiff {
  const old = new Map<string, unknown>(Object.entries(before));
  const now = new Map<string, unknown>(Object.entries(after));
  const diff = new Map<string, { before?: unknown; after?: unknown }>();
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    // Settings are JSON by nature; a cadence is a small object
    if (JSON.stringify(old.get(name)) === JSON.stringify(now.get(name))) continue;
    diff.set(name, { before: old.get(name), after: now.get(name) });
  }
  return Object.fromEntries(diff);
}

function undo(after: Settings, diff: SettingsDiff): Settings {
  const settings = new Map<string, unknown>(Object.entries(after));
  for (const [name, change] of Object.entries(diff)) {
    if ("before" in change) settings.set(name, change.before);
    else settings.delete(name);
  }
  return Object.fromEntries(settings) as unknown as Settings;
}
