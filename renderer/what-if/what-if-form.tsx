import { type FormEvent, useState } from "react";
import type { Hello } from "../lib/hello.ts";
import { Button } from "../ui/button.tsx";
import { Panel } from "../ui/panel.tsx";
import type { WhatIfInput, WhatIfState } from "./what-if-runner.ts";
import { whatIfText } from "./what-if-text.ts";
import styles from "./what-if.module.css";

interface FormProps {
  readonly hello: Hello;
  readonly source: WhatIfInput["source"];
  /** Profile that the session began with; null = not known. */
  readonly profile: string | null;
  readonly state: WhatIfState;
  readonly onRun: (input: WhatIfInput) => void;
  readonly onCancel: () => void;
}

interface Choice {
  readonly baseline: string;
  readonly alternative: string;
  readonly overrides: string;
  readonly keepCommands: boolean;
}

/** The other one of the two shipped profiles: the question that is asked most. */
function otherProfile(profile: string | null): string {
  return profile === "crypto" ? "legacy" : "crypto";
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function Overrides({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  return (
    <label className={styles.field}>
      <span>
        {whatIfText.overrides} <small className={styles.hint}>{whatIfText.overridesHint}</small>
      </span>
      <textarea rows={3} spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

function ProfileSelect(props: {
  readonly label: string;
  readonly none: string | null;
  readonly value: string;
  readonly profiles: Hello["profiles"];
  readonly onChange: (name: string) => void;
}) {
  const { label, none, value, profiles, onChange } = props;
  return (
    <label className={styles.field}>
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {none !== null && <option value="">{none}</option>}
        {profiles.map(({ name, problem }) => (
          <option key={name} value={name} disabled={problem !== null}>
            {problem === null ? name : `${name} (cannot be used)`}
          </option>
        ))}
      </select>
    </label>
  );
}

function inputOf(source: WhatIfInput["source"], choice: Choice): WhatIfInput {
  return {
    source,
    baseline: choice.baseline === "" ? null : choice.baseline,
    alternative: choice.alternative === "" ? null : choice.alternative,
    overrides: linesOf(choice.overrides),
    fillModels: [],
    latenciesMs: [],
    keepCommands: choice.keepCommands,
  };
}

/** Chooses both runs. */
export function WhatIfForm({ hello, source, profile, state, onRun, onCancel }: FormProps) {
  const isSession = source.kind === "session";
  const [choice, setChoice] = useState<Choice>({
    baseline: isSession ? "" : "legacy",
    alternative: otherProfile(isSession ? profile : "legacy"),
    overrides: "",
    keepCommands: false,
  });
  const change = (part: Partial<Choice>): void => setChoice((before) => ({ ...before, ...part }));
  const isRunning = state.phase === "running";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isRunning) onRun(inputOf(source, choice));
  };
  const began = profile === null ? whatIfText.asItBegan : `${whatIfText.asItBegan}: ${profile}`;
  return (
    <Panel title={whatIfText.title} testId="what-if-form">
      <form className={styles.form} onSubmit={submit}>
        <p className={styles.lead}>{whatIfText.lead}</p>
        <ProfileSelect
          label={whatIfText.baseline}
          none={isSession ? began : null}
          value={choice.baseline}
          profiles={hello.profiles}
          onChange={(baseline) => change({ baseline })}
        />
        <ProfileSelect
          label={whatIfText.alternative}
          none={whatIfText.sameProfile}
          value={choice.alternative}
          profiles={hello.profiles}
          onChange={(alternative) => change({ alternative })}
        />
        <Overrides value={choice.overrides} onChange={(overrides) => change({ overrides })} />
        {isSession && (
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={choice.keepCommands}
              onChange={(event) => change({ keepCommands: event.target.checked })}
            />
            {whatIfText.keepCommands}
          </label>
        )}
        <div className={styles.go}>
          <Button type="submit" look="primary" disabled={isRunning}>
            {whatIfText.run}
          </Button>
          {isRunning && <Button onClick={onCancel}>{whatIfText.cancel}</Button>}
        </div>
        <Progress state={state} />
      </form>
    </Panel>
  );
}

function Progress({ state }: { readonly state: WhatIfState }) {
  if (state.phase === "running") {
    const words = state.words === "" ? "" : `${state.words} · `;
    return (
      <div className={styles.progress} role="status" data-testid="what-if-progress">
        <progress max={1} value={state.share} aria-label={whatIfText.title} />
        <span>
          {words}
          {Math.floor(state.share * 100)} %
        </span>
      </div>
    );
  }
  if (state.phase === "over") {
    return (
      <p className={styles.problem} role="alert">
        {state.message}
      </p>
    );
  }
  return null;
}
