import { Component, type ReactNode } from "react";
import { classNames } from "../lib/class-names.ts";
import styles from "./panel.module.css";
import { Button } from "./button.tsx";

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | null;
}

/** Keeps the failure of one panel from taking the others, and the commands, with it. */
export class PanelErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <section className={classNames(styles.panel, styles.failure)} role="alert" aria-label={this.props.title}>
        <strong>{this.props.title} cannot be drawn. Quoting and the commands are not touched by this.</strong>
        <span className={styles.failureMessage}>{error.message}</span>
        <Button onClick={() => this.setState({ error: null })}>Try again</Button>
      </section>
    );
  }
}
