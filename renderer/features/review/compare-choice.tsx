import { useScreen, useServices } from "../../lib/console-context.ts";
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

/** Opens the comparison of the chosen sessions, of all where none is chosen. */
export function CompareButton() {
  const { screen } = useServices();
  const toCompare = useScreen((state) => state.toCompare);
  return (
    <span className={styles.compare}>
      {toCompare.length > 0 && `${toCompare.length} ${reviewText.chosen}`}
      <Button
        look="quiet"
        title={reviewText.compareHint}
        onClick={() => screen.setState({ view: { kind: "review", of: { kind: "compare", sessionIds: toCompare } } })}
      >
        {toCompare.length === 0 ? reviewText.compareAll : reviewText.compare}
      </Button>
    </span>
  );
}
