import type { DataFolderPaths } from "./data-folder.ts";
import type { SessionRecovery } from "./journal-protocol.ts";
import type { JournalWriter, UnendedSession } from "./journal-writer.ts";
import { readAhead, type LateFill, type TapeAhead } from "./late-fills.ts";

/**
 * Ends every session that has no end as crashed, takes note of how its tape lies, enters the fills that its tape holds and its journal lacks as late, and says what
 * differs. To be called before any session begins.
 */
export function reconcileCrashed(
  writer: JournalWriter,
  paths: DataFolderPaths,
  nowUs: number,
): readonly SessionRecovery[] {
  return writer.unended().map((session) => {
    const ahead = readAhead(paths, session.sessionId, session.durableSeq);
    const lateFills = ahead.fills.filter(({ tradeId }) => !writer.hasFill(session.sessionId, tradeId));
    writer.endCrashed(session, lateFills, ahead.left, nowUs);
    return {
      sessionId: session.sessionId,
      durableSeq: session.durableSeq,
      tapeSeq: ahead.tapeSeq,
      lateFills: lateFills.length,
      differences: differences(session, ahead, lateFills),
    };
  });
}

function differences(session: UnendedSession, ahead: TapeAhead, lateFills: readonly LateFill[]): readonly string[] {
  const found: string[] = [];
  const { tapeSeq, problem } = ahead;
  if (problem !== null) found.push(`its tape cannot be read to the end: ${problem}`);
  if (tapeSeq !== null && tapeSeq < session.durableSeq)
    found.push(`its tape ends at event ${tapeSeq}, its journal goes to ${session.durableSeq}`);
  if (tapeSeq !== null && tapeSeq > session.durableSeq)
    found.push(`its tape goes on to event ${tapeSeq}, its journal ends at ${session.durableSeq}`);
  for (const { tradeId, orderId, sizeLots, priceTicks, seq } of lateFills)
    found.push(
      `fill ${tradeId} of order ${orderId}, ${sizeLots} lots at tick ${priceTicks}, event ${seq}: on the tape only, entered as late`,
    );
  return found;
}
