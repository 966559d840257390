import { Button } from "./button.tsx";
import styles from "./tabs.module.css";

interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly name: T; readonly title: string; readonly count?: number }[];
  readonly chosen: T;
  readonly onChoose: (name: T) => void;
}

/** Two or more panels in one place: their titles, the chosen one pressed. */
export function Tabs<T extends string>({ label, tabs, chosen, onChoose }: TabsProps<T>) {
  return (
    <div className={styles.tabs} role="group" aria-label={label}>
      {tabs.map(({ name, title, count = 0 }) => (
        <Button
          key={name}
          look="quiet"
          className={styles.tab}
          aria-pressed={name === chosen}
          onClick={() => onChoose(name)}
        >
          {title}
          {count > 0 && <span className={styles.count}>{count}</span>}
        </Button>
      ))}
    </div>
  );
}
