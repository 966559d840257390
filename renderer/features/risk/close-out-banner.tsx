import { useFeed, useScreen, useServices } from "../../lib/console-context.ts";
import { Button } from "../../ui/button.tsx";
import { describeCloseOut } from "./risk-format.ts";
import { closeOutText } from "./risk-text.ts";
import styles from "./risk.module.css";

/** How far a close-out has got, and how it ended until that was seen. */
export function CloseOutBanner() {
  const { screen } = useServices();
  const isIdle = useFeed((state) => (state.status?.mode ?? "idle") === "idle");
  const closeOut = useFeed((state) => state.risk?.closeOut ?? null);
  const position = useFeed((state) => state.result?.position ?? null);
  const seenUs = useScreen((state) => state.seenCloseOutUs);
  if (isIdle || closeOut === null || (closeOut.phase === "ended" && closeOut.beganUs <= seenUs)) return null;
  const words = describeCloseOut(closeOut, position ?? "");
  if (words === null) return null;
  return (
    <div className={styles.banner} role="alert" data-tone={words.tone} data-testid="close-out">
      <span className={styles.bannerWords}>
        <strong>{words.head}</strong> {words.more}
      </span>
      {closeOut.phase === "ended" && (
        <Button look="quiet" onClick={() => screen.setState({ seenCloseOutUs: closeOut.beganUs })}>
          {closeOutText.dismiss}
        </Button>
      )}
    </div>
  );
}
