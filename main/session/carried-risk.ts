import type { SessionManifest } from "../../db/journal-protocol.ts";
import type { LatchKind } from "../kernel/events.ts";
import type { CarriedRisk } from "../kernel/kernel-config.ts";
import { money } from "../kernel/values/units.ts";

/** Latches of the kernel's own; the kill latch is the house's and lets no session start. */
export const LATCH_KINDS: readonly LatchKind[] = ["repeated-execution", "drawdown", "session-loss", "day-loss"];

export const NOTHING_CARRIED: CarriedRisk = { latches: [], day: null };

export function isLatchKind(name: string): name is LatchKind {
  return (LATCH_KINDS as readonly string[]).includes(name);
}

/** What stands in the manifest, so that a replay makes the same kernel; null = nothing. */
export function carriedText(carried: CarriedRisk): string | null {
  if (carried.latches.length === 0 && carried.day === null) return null;
  return JSON.stringify(carried, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

interface StoredCarried {
  readonly latches: readonly string[];
  readonly day: { readonly day: number; readonly net: string; readonly liftedAt: string | null } | null;
}

/** What a stored session had taken over. Throws on a manifest that no session has written. */
export function carriedOf({ source }: Pick<SessionManifest, "source">): CarriedRisk {
  const text = source["carried"];
  if (typeof text !== "string") return NOTHING_CARRIED;
  const { latches, day } = JSON.parse(text) as StoredCarried;
  return {
    latches: latches.filter(isLatchKind),
    day: day && {
      day: day.day,
      net: money(BigInt(day.net)),
      liftedAt: day.liftedAt === null ? null : money(BigInt(day.liftedAt)),
    },
  };
}
