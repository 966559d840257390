import { limitsAtZero, loosenedLimits } from "./loosened-limits.ts";
import type { ProfileSnapshot } from "./profile.ts";
import { diffSettings, type SettingChange } from "./settings-diff.ts";
import { settingRow } from "./settings-schema.ts";

/** Changes that a notice names one by one; the rest is counted. All of them are in the journal. */
const MOST_NAMED = 4;

/** What an alert says of a profile that changed: a warning that names every limit that holds back less than before, else for information. */
interface ProfileChangeNotice {
  readonly severity: "info" | "warning";
  readonly message: string;
}

export function profileChangeNotice(before: ProfileSnapshot, after: ProfileSnapshot, by: string): ProfileChangeNotice {
  const changes = diffSettings(before.settings, after.settings);
  const loosened = loosenedLimits(before.settings, after.settings);
  const off = limitsAtZero(after.settings).map((key) => settingRow(key).name);
  const more = changes.length > MOST_NAMED ? ` and ${changes.length - MOST_NAMED} more` : "";
  const what = changes.length === 0 ? "no setting differs" : changes.slice(0, MOST_NAMED).map(changeText).join(", ");
  const parts = [
    `profile changed by ${by}, ${before.name} r${before.revision} to ${after.name} r${after.revision}: ${what}${more}`,
    loosened.length === 0 ? "" : `loosens ${loosened.map(changeText).join(", ")}`,
    off.length === 0 ? "" : `no limit, because 0: ${off.join(", ")}`,
  ];
  const message = parts.filter((part) => part !== "").join("; ");
  return { severity: loosened.length === 0 ? "info" : "warning", message };
}

function changeText({ variable, before, after }: SettingChange): string {
  return `${variable} ${before} \u2192 ${after}`;
}
