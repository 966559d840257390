import { useServices } from "../../lib/console-context.ts";
import type { SessionRow } from "../../lib/session-choice.ts";
import { Button } from "../../ui/button.tsx";
import { whatIfText } from "../../what-if/what-if-text.ts";
import { reviewText } from "../review/review-text.ts";
import { startText } from "./start-text.ts";
import styles from "./start.module.css";

/** What can be done with a session that is over; each opens a screen of its own. */
export function SessionActions({ row }: { readonly row: SessionRow }) {
  const { screen } = useServices();
  const isOver = row.endedHow !== "running";
  return (
    <span className={styles.actions}>
      <Button
        look="quiet"
        disabled={!isOver}
        title={startText.replayHint}
        onClick={() => screen.setState({ view: { kind: "replay", sessionId: row.sessionId } })}
      >
        {startText.replay}
      </Button>
      <Button
        look="quiet"
        disabled={!isOver}
        title={reviewText.reportHint}
        onClick={() => screen.setState({ view: { kind: "review", of: { kind: "report", sessionId: row.sessionId } } })}
      >
        {reviewText.report}
      </Button>
      <Button
        look="quiet"
        disabled={!isOver}
        title={whatIfText.openHint}
        onClick={() =>
          screen.setState({ view: { kind: "what-if", source: { kind: "session", sessionId: row.sessionId } } })
        }
      >
        {whatIfText.open}
      </Button>
    </span>
  );
}
