import type { ReactNode } from "react";
import styles from "./panel.module.css";

/** What a panel says when it has nothing to show. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className={styles.empty}>{children}</p>;
}
