import type { ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./panel.module.css";

interface PanelProps {
  readonly title: string;
  /** Stands in the head instead of the title: tabs. */
  readonly heading?: ReactNode;
  /** What stands at the right of the head: the scope of the numbers below. */
  readonly note?: ReactNode;
  readonly className?: string | undefined;
  readonly isFlashing?: boolean;
  readonly testId?: string;
  readonly children: ReactNode;
}

/** A framed part of the screen with a head. */
export function Panel({ title, heading, note, className, isFlashing = false, testId, children }: PanelProps) {
  return (
    <section
      className={classNames(styles.panel, className)}
      aria-label={title}
      data-flash={isFlashing}
      data-testid={testId}
    >
      <header className={styles.head}>
        {heading ?? <h2 className={styles.title}>{title}</h2>}
        <div className={styles.note}>{note}</div>
      </header>
      <div className={styles.body}>{children}</div>
    </section>
  );
}
