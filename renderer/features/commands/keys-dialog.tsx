import { useServices } from "../../lib/console-context.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { keysText } from "./command-text.ts";
import styles from "./commands.module.css";

export function KeysDialog() {
  const { screen } = useServices();
  const close = (): void => screen.setState({ dialog: null });
  return (
    <Dialog title={keysText.title} onClose={close}>
      <div className={styles.keys}>
        {keysText.rows.map(([key, words]) => (
          <div key={key} style={{ display: "contents" }}>
            <kbd>{key}</kbd>
            <span>{words}</span>
          </div>
        ))}
      </div>
      <div className={styles.buttons}>
        <Button autoFocus onClick={close}>
          {keysText.close}
        </Button>
      </div>
    </Dialog>
  );
}
