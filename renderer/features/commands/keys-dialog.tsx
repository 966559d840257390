import { useServices } from "../../lib/console-context.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { keysText } from "./command-text.ts";
import styles from "./commands.module.css";

interface KeysText {
  readonly title: string;
  readonly close: string;
  readonly rows: readonly (readonly [key: string, words: string])[];
}

export function KeysDialog({ text = keysText }: { readonly text?: KeysText }) {
  const { screen } = useServices();
  const close = (): void => screen.setState({ dialog: null });
  return (
    <Dialog title={text.title} onClose={close}>
      <div className={styles.keys}>
        {text.rows.map(([key, words]) => (
          <div key={key} style={{ display: "contents" }}>
            <kbd>{key}</kbd>
            <span>{words}</span>
          </div>
        ))}
      </div>
      <div className={styles.buttons}>
        <Button autoFocus onClick={close}>
          {text.close}
        </Button>
      </div>
    </Dialog>
  );
}
