import type { SessionManifest } from "../../db/journal-protocol.ts";
import { Kernel } from "../kernel/kernel.ts";
import type { KernelConfig } from "../kernel/kernel-config.ts";
import { carriedOf } from "./carried-risk.ts";
import { readProfileText, toSnapshot } from "../profiles/loader.ts";

/** What the kernel of a stored session was made from. */
export function kernelConfigOf(manifest: SessionManifest): KernelConfig {
  const loaded = readProfileText(manifest.profileName, manifest.profileText, {
    source: `profile of session ${manifest.sessionId}`,
    isShipped: false,
  });
  if (!loaded.ok) throw new Error(loaded.message);
  return {
    rules: manifest.rules,
    profile: toSnapshot(loaded.profile, 1),
    isLive: manifest.mode === "live",
    carried: carriedOf(manifest),
  };
}

/** The kernel of a stored session, as it was at the start: what a replay begins with. */
export function kernelOf(manifest: SessionManifest): Kernel {
  return new Kernel(kernelConfigOf(manifest));
}
