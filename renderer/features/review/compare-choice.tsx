import { useScreen, useServices } from "../../lib/console-context.ts";
import { filterOf, NO_CHOICE } from "../../lib/session-choice.ts";
import { Button } from "../../ui/button.tsx";
import { reviewText } from "./review-text.ts";
import styles from "./review.module.css";

/** Whether a past session is among those to compare. */
export function ChooseToCompare({ sessionId }: { readonly sessionId: string }) {
  const { screen } = useServices();
  const isChosen = useScreen((state) => state.toCompare.includes(sessionId));
  const toggle = (): void =>
    screen.setState(({ toCompare }) => ({
      toCompare: isChosen ? toCompare.filter((id) => id !== sessionId) : [...toCompare, sessionId],
    }));
  return (
    <input
      type="checkbox"
      checked={isChosen}
      onChange={toggle}
      aria-label={`${reviewText.choose} ${sessionId}`}
      title={reviewText.choose}
    />
  );
}

/** Opens the comparison of the chosen sessions; where none is chosen, of all that fit. */
export function CompareButton() {
  const { screen } = useServices();
  const toCompare = useScreen((state) => state.toCompare);
  const { sessions, listed, fitting, all } = useScreen((state) => state.pastSessions);
  const isAny = toCompare.length > 0;
  const hidden = toCompare.filter((id) => sessions?.every(({ sessionId }) => sessionId !== id) === true).length;
  const open = (): void => {
    const filter = filterOf(isAny ? NO_CHOICE : listed);
    screen.setState({ view: { kind: "review", of: { kind: "compare", sessionIds: toCompare, filter } } });
  };
  const everything = fitting === all ? reviewText.compareAll : `${reviewText.compare} ${fitting}`;
  return (
    <span className={styles.compare}>
      {isAny && (
        <>
          {toCompare.length} {reviewText.chosen}
          {hidden > 0 && `, ${hidden} ${reviewText.notListed}`}
          <Button look="quiet" onClick={() => screen.setState({ toCompare: [] })}>
            {reviewText.clearChoice}
          </Button>
        </>
      )}
      <Button look="quiet" title={reviewText.compareHint} disabled={!isAny && fitting === 0} onClick={open}>
        {isAny ? reviewText.compare : everything}
      </Button>
    </span>
  );
}
