import type { JournalClient } from "../../db/journal-client.ts";
import { isLatchKind } from "./carried-risk.ts";
import { wallUs } from "./journaled-session.ts";
import type { SimulatedSession } from "./simulated-session.ts";

/** Writes every latch that a session sets or a person clears in it to the journal at once, so that the next session finds it. */
export function keepLatches(
  session: Pick<SimulatedSession, "observe">,
  journal: Pick<JournalClient, "setLatch" | "clearLatch">,
  sessionId: string,
): void {
  session.observe((_event, effects) => {
    for (const effect of effects) {
      if (effect.type !== "record-risk-event" || !isLatchKind(effect.control)) continue;
      const { control, happening, detail, reading, bound, by } = effect;
      // A write that fails fails the journal, and with it the session
      if (happening === "tripped") {
        const numbers = reading === null || bound === null ? "" : ` (${reading} against ${bound})`;
        void journal.setLatch({ latch: control, reason: `${detail}${numbers}`, sessionId, setAtUs: wallUs() });
      } else if (happening === "cleared") {
        void journal.clearLatch(control, detail, by ?? "nobody", wallUs());
      }
    }
  });
}
