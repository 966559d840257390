import type { Settings } from "./settings.ts";

/** A named, validated set of settings as it stood at one moment. `revision` grows by one with every change in a session. */
export interface ProfileSnapshot {
  readonly name: string;
  readonly revision: number;
  /** SHA-256 of the profile's text, hex. */
  readonly hash: string;
  readonly settings: Settings;
}
