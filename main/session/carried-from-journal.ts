import { readCarriedRisk } from "../../db/carried-risk-reads.ts";
import type { CarriedRisk } from "../kernel/kernel-config.ts";
import { isLatchKind, NOTHING_CARRIED } from "./carried-risk.ts";
import type { SessionSpec } from "./session-spec.ts";

const DAY_US = 86_400_000_000;

export type CarriedOutcome =
  | { readonly ok: true; readonly carried: CarriedRisk }
  | { readonly ok: false; readonly message: string };

/** What a new session takes over from those before it. A backtest stands by itself, as does a session that keeps nothing. */
export function carriedRiskFor(
  { mode, dataDir }: Pick<SessionSpec, "mode" | "dataDir">,
  quoteCurrency: string,
  startUs: number,
): CarriedOutcome {
  if (mode === "backtest" || dataDir === null) return { ok: true, carried: NOTHING_CARRIED };
  const day = Math.floor(startUs / DAY_US);
  const read = readCarriedRisk(dataDir, { mode, quoteCurrency, dayStartUs: day * DAY_US });
  if (!read.ok) return { ok: false, message: read.message };
  const liftedAt = read.dayNetAtLift;
  return {
    ok: true,
    carried: {
      latches: read.latches.map(({ latch }) => latch).filter(isLatchKind),
      day: read.dayNet === 0n && liftedAt === null ? null : { day, net: read.dayNet, liftedAt },
    },
  };
}
