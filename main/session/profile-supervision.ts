import type { MarketScale } from "../kernel/values/market-rules.ts";
import type { ProfileSnapshot } from "../kernel/settings/profile.ts";
import { RollbackWatchdog, ROLLBACK_BY } from "./rollback-watchdog.ts";
import { SessionProfile, type ProfileTarget, type SessionProfileOptions } from "./session-profile.ts";
import type { SessionObserver } from "./simulated-session.ts";

/** What supervision needs of a session's runner. */
export interface SupervisedRun extends ProfileTarget {
  readonly session: {
    readonly kernel: { readonly profile: ProfileSnapshot; readonly scale: MarketScale; readonly nowUs: number };
    observe(observer: SessionObserver): void;
  };
}

/** Watches the file of a session's profile, and what becomes of each change when the profile in force asks for it. Close it with the session. */
export function superviseProfile(
  runner: SupervisedRun,
  options: Omit<SessionProfileOptions, "target">,
): SessionProfile {
  const profile = new SessionProfile({ ...options, target: runner });
  const { kernel } = runner.session;
  const watchdog = new RollbackWatchdog(kernel.scale);
  runner.session.observe((event, effects) => {
    const rollback = watchdog.observe(kernel.nowUs, effects, kernel.profile);
    if (rollback === null) return;
    // Not within the event that decided it: other observers have not seen that one yet
    queueMicrotask(() => profile.restore(`rollback-${event.seq}`, rollback.to, ROLLBACK_BY, rollback.why));
  });
  return profile;
}
