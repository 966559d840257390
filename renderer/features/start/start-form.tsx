import { type FormEvent, useState } from "react";
import { useCommands, useFeed, useServices } from "../../lib/console-context.ts";
import type { Hello, ProfileChoice } from "../../lib/hello.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { whatIfText } from "../../what-if/what-if-text.ts";
import { OutcomeLine } from "../commands/outcome-line.tsx";
import { Card, SourceChoice } from "./source-choice.tsx";
import { checkChoice, firstChoice, type StartChoice } from "./start-choice.ts";
import { startText } from "./start-text.ts";
import styles from "./start.module.css";

const speedPresets = ["0.1", "1", "10", "100"] as const;

interface PartProps {
  readonly choice: StartChoice;
  readonly onChange: (part: Partial<StartChoice>) => void;
}

function ProfileCards({ profiles, choice, onChange }: PartProps & { readonly profiles: readonly ProfileChoice[] }) {
  return (
    <fieldset className={styles.group}>
      <legend>{startText.profile}</legend>
      <div className={styles.profiles}>
        {profiles.map((profile) => (
          <Card
            key={profile.name}
            group="profile"
            value={profile.name}
            chosen={choice.profile}
            isDisabled={profile.problem !== null}
            onChoose={(name) => onChange({ profile: name })}
          >
            <span className={styles.tape}>
              <strong>{profile.name}</strong>
              <span className={styles.cardWords}>
                {profile.isShipped ? "shipped" : `own · ${profile.marketProfile}`}
              </span>
              {profile.problem !== null && <span className={styles.problem}>{profile.problem}</span>}
            </span>
          </Card>
        ))}
      </div>
    </fieldset>
  );
}

function Numbers({ choice, onChange }: PartProps) {
  const isTape = choice.source.startsWith("tape:");
  const newSeed = (): void => onChange({ seed: String(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) });
  return (
    <div className={styles.numbers}>
      <label className={styles.number}>
        <span>
          {startText.speed} <small className={styles.hint}>{startText.speedHint}</small>
        </span>
        <span className={styles.inputs}>
          <input
            inputMode="decimal"
            value={choice.speed}
            onChange={(event) => onChange({ speed: event.target.value })}
            name="speed"
          />
          {speedPresets.map((speed) => (
            <Button key={speed} look="quiet" aria-pressed={choice.speed === speed} onClick={() => onChange({ speed })}>
              {speed}×
            </Button>
          ))}
        </span>
      </label>
      {!isTape && (
        <label className={styles.number}>
          <span>
            {startText.seed} <small className={styles.hint}>{startText.seedHint}</small>
          </span>
          <span className={styles.inputs}>
            <input
              inputMode="numeric"
              value={choice.seed}
              onChange={(event) => onChange({ seed: event.target.value })}
              name="seed"
            />
            <Button look="quiet" onClick={newSeed}>
              {startText.newSeed}
            </Button>
          </span>
        </label>
      )}
    </div>
  );
}

/** A recorded market can be asked without a session on it. */
function TapeWhatIf({ source }: { readonly source: string }) {
  const { screen } = useServices();
  const tapeId = source.startsWith("tape:") ? source.slice("tape:".length) : null;
  if (tapeId === null) return null;
  return (
    <Button
      title={whatIfText.openHint}
      onClick={() => screen.setState({ view: { kind: "what-if", source: { kind: "tape", tapeId } } })}
    >
      {whatIfText.open}
    </Button>
  );
}

/** Chooses a market, a profile and a speed, and starts. */
export function StartForm({ hello }: { readonly hello: Hello }) {
  const { commands } = useServices();
  const [choice, setChoice] = useState(() => firstChoice(hello));
  const isLatched = useFeed((state) => state.status?.killLatch != null);
  const isConnected = useFeed((state) => state.connection === "connected");
  const outcome = useCommands((state) => state.outcomes.start);
  const checked = checkChoice(choice);
  const isPending = outcome?.phase === "pending";
  const onChange = (part: Partial<StartChoice>): void => setChoice((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (checked.ok && !isPending) void commands.start(checked.input);
  };
  return (
    <Panel title={startText.title} testId="start">
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.choices}>
          <p className={styles.lead}>{startText.lead}</p>
          <SourceChoice tapes={hello.tapes} source={choice.source} onChoose={(source) => onChange({ source })} />
          <ProfileCards profiles={hello.profiles} choice={choice} onChange={onChange} />
        </div>
        <Numbers choice={choice} onChange={onChange} />
        <div className={styles.go}>
          <Button
            type="submit"
            look="primary"
            className={styles.goButton}
            disabled={!checked.ok || isLatched || !isConnected || isPending || choice.profile === ""}
          >
            {isPending ? startText.starting : startText.start}
          </Button>
          <TapeWhatIf source={choice.source} />
          <span className={styles.goWords}>
            {!checked.ok && <span className={styles.problem}>{checked.message}</span>}
            {outcome !== undefined && outcome.phase !== "done" && <OutcomeLine kind="start" outcome={outcome} />}
          </span>
        </div>
      </form>
    </Panel>
  );
}
