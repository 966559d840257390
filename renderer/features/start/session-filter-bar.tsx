import { useServices } from "../../lib/console-context.ts";
import { choosePastSessions } from "../../lib/past-sessions.ts";
import { NO_CHOICE, type PastSessions, type SessionChoice } from "../../lib/session-choice.ts";
import { Button } from "../../ui/button.tsx";
import { startText } from "./start-text.ts";
import styles from "./start.module.css";

interface NameFieldProps {
  readonly label: string;
  readonly every: string;
  readonly value: string;
  readonly names: readonly string[];
  readonly onChange: (name: string) => void;
}

/** One of the names that there are, or every one. A chosen name stays to be read when its last session is gone. */
function NameField({ label, every, value, names, onChange }: NameFieldProps) {
  const known = value === "" || names.includes(value) ? names : [value, ...names];
  return (
    <select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{every}</option>
      {known.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

interface DayFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
}

function DayField({ label, value, onChange }: DayFieldProps) {
  return (
    <label title={startText.dayHint}>
      {label} <input type="date" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

/** Narrows the list, and with it what is compared. Every change takes effect at once. */
export function SessionFilterBar({ past }: { readonly past: PastSessions }) {
  const { bridge, screen } = useServices();
  const { choice, markets, profiles } = past;
  const choose = (next: SessionChoice): void => void choosePastSessions(bridge, screen, next);
  const change = (part: Partial<SessionChoice>): void => choose({ ...choice, ...part });
  const isChosen = Object.values(choice).some((value) => value !== "");
  return (
    <div className={styles.filter} role="group" aria-label={startText.which}>
      <NameField
        label={startText.market}
        every={startText.everyMarket}
        value={choice.market}
        names={markets}
        onChange={(market) => change({ market })}
      />
      <NameField
        label={startText.profileOf}
        every={startText.everyProfile}
        value={choice.profile}
        names={profiles}
        onChange={(profile) => change({ profile })}
      />
      <DayField label={startText.from} value={choice.from} onChange={(from) => change({ from })} />
      <DayField label={startText.to} value={choice.to} onChange={(to) => change({ to })} />
      {isChosen && (
        <Button look="quiet" onClick={() => choose(NO_CHOICE)}>
          {startText.clearFilter}
        </Button>
      )}
    </div>
  );
}
