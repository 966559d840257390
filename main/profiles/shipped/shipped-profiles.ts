import type { MarketProfile } from "../../kernel/settings/setting-row.ts";
import { cryptoProfileText } from "./crypto-profile.ts";
import { legacyProfileText } from "./legacy-profile.ts";

/** Texts of the profiles that come with the program, by name. They are modules, so that no file has to be found at run time. */
export const SHIPPED_PROFILES: ReadonlyMap<string, string> = new Map<MarketProfile, string>([
  ["legacy", legacyProfileText],
  ["crypto", cryptoProfileText],
]);
