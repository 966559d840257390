import { useScreen } from "../../lib/console-context.ts";
import { Notices } from "./notices.tsx";
import { PastSessions } from "./past-sessions.tsx";
import { StartForm } from "./start-form.tsx";
import { startText } from "./start-text.ts";
import styles from "./start.module.css";

/** What stands where the market would be while nothing runs. */
export function StartScreen() {
  const { value: hello, problem } = useScreen((state) => state.hello);
  return (
    <main className={styles.screen}>
      <Notices />
      {hello === null ? (
        <p className={styles.loading} role="status">
          {problem ?? startText.loading}
        </p>
      ) : (
        <div className={styles.columns}>
          <StartForm hello={hello} />
          <PastSessions />
        </div>
      )}
      <p className={styles.foot}>
        {hello !== null && (
          <span>
            {startText.data} <code>{hello.dataDir}</code>
          </span>
        )}
        <span>{startText.chartCredit}</span>
      </p>
    </main>
  );
}
