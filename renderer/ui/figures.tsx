import type { ReactNode } from "react";
import styles from "./figures.module.css";

/** A list of named numbers: the name at the left, the number at the right edge of its column, a remark beyond. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.figures}>{children}</dl>;
}

interface FigureProps {
  readonly name: string;
  readonly remark?: ReactNode;
  readonly tone?: "good" | "warn" | "bad" | "total" | undefined;
  readonly children: ReactNode;
}

export function Figure({ name, remark, tone, children }: FigureProps) {
  return (
    <div className={styles.figure} data-tone={tone}>
      <dt>{name}</dt>
      <dd className={styles.value} data-number>
        {children}
      </dd>
      {remark !== undefined && <dd className={styles.remark}>{remark}</dd>}
    </div>
  );
}
