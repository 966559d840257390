import type { ReactNode } from "react";
import type { TapeChoice } from "../../lib/hello.ts";
import { formatBytes, formatDuration, formatUtcDateTime } from "../../lib/format.ts";
import { embeddedMarkets, startText } from "./start-text.ts";
import styles from "./start.module.css";

interface CardProps {
  readonly group: string;
  readonly value: string;
  readonly chosen: string;
  readonly isDisabled?: boolean;
  readonly onChoose: (value: string) => void;
  readonly children: ReactNode;
}

/** One of several choices, as a card: a radio button to the keyboard and to a screen reader. */
export function Card({ group, value, chosen, isDisabled = false, onChoose, children }: CardProps) {
  return (
    <label className={styles.card} data-chosen={chosen === value} data-disabled={isDisabled}>
      <input
        type="radio"
        className={styles.radio}
        name={group}
        value={value}
        checked={chosen === value}
        disabled={isDisabled}
        onChange={() => onChoose(value)}
      />
      {children}
    </label>
  );
}

function Tape({ tape }: { readonly tape: TapeChoice }) {
  const lengthMs = (tape.lastUs - tape.firstUs) / 1000;
  return (
    <span className={styles.tape}>
      <span>
        <strong>{tape.market}</strong> <span className={styles.cardWords}>{tape.tapeId}</span>
      </span>
      <span className={styles.cardWords}>
        {tape.venue} · {formatUtcDateTime(tape.firstUs)} UTC · {formatDuration(lengthMs)} · {formatBytes(tape.bytes)}
      </span>
      {tape.problem !== null && <span className={styles.problem}>{tape.problem}</span>}
    </span>
  );
}

interface SourceChoiceProps {
  readonly tapes: readonly TapeChoice[];
  readonly source: string;
  readonly onChoose: (source: string) => void;
}

export function SourceChoice({ tapes, source, onChoose }: SourceChoiceProps) {
  return (
    <fieldset className={styles.group}>
      <legend>{startText.source}</legend>
      <div className={styles.markets}>
        {embeddedMarkets.map(({ market, name, words }) => (
          <Card key={market} group="source" value={market} chosen={source} onChoose={onChoose}>
            <span className={styles.tape}>
              <span>
                <strong>{name}</strong> <span className={styles.cardWords}>embedded</span>
              </span>
              <span className={styles.cardWords}>{words}</span>
            </span>
          </Card>
        ))}
      </div>
      <h3 className={styles.subhead}>{startText.tapes}</h3>
      {tapes.length === 0 && <p className={styles.hint}>{startText.noTapes}</p>}
      <div className={styles.tapes}>
        {tapes.map((tape) => (
          <Card
            key={tape.tapeId}
            group="source"
            value={`tape:${tape.tapeId}`}
            chosen={source}
            isDisabled={tape.problem !== null}
            onChoose={onChoose}
          >
            <Tape tape={tape} />
          </Card>
        ))}
      </div>
    </fieldset>
  );
}
