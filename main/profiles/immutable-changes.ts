import type { SettingRemark } from "../kernel/settings/parse-settings.ts";
import { diffSettings } from "../kernel/settings/settings-diff.ts";
import type { Settings } from "../kernel/settings/settings.ts";
import { parseEnv } from "./env-codec.ts";
import type { LoadedProfile } from "./loader.ts";

/** What a running session cannot take over from a changed profile: the environment and the market. Empty = nothing of that kind differs. */
export function immutableChanges(present: Settings, next: LoadedProfile): readonly SettingRemark[] {
  const lines = parseEnv(next.text);
  return diffSettings(present, next.settings)
    .filter(({ takesEffect }) => takesEffect === "immutable")
    .map(({ variable, before, after }) => {
      const at = lines.findIndex((line) => line.kind === "assignment" && line.name === variable);
      const bound = `must stay ${before} while a session runs`;
      const place = at < 0 ? "" : `line ${at + 1}: `;
      const message = `${place}${variable} ${bound}, was "${after}"`;
      return { variable, value: after, bound, line: at < 0 ? null : at + 1, message };
    });
}
