import { useServices } from "../../lib/console-context.ts";
import { formatDuration, formatNumber, formatUtcDateTime, formatUtcTime } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { reasonOf } from "../decisions/reason-text.ts";
import { useReplay, useReplayControls } from "./replay-context.ts";
import { type MarkKind, slotOfFill, SPEEDS } from "./replay-store.ts";
import { markKinds, markWords, replayText } from "./replay-text.ts";
import styles from "./replay.module.css";
import { SeekBar } from "./seek-bar.tsx";

const count = (value: number): string => formatNumber(value, { decimals: 0 });

function Steps() {
  const controls = useReplayControls();
  const isPlaying = useReplay((state) => state.transport?.isPlaying ?? false);
  return (
    <div className={styles.group}>
      <Button onClick={() => controls.step("decision", -1)} title={`${replayText.decisionBack} (Shift ←)`}>
        « {replayText.decision}
      </Button>
      <Button onClick={() => controls.step("event", -1)} title={`${replayText.eventBack} (←)`}>
        ‹ {replayText.event}
      </Button>
      <Button className={styles.play} onClick={() => controls.playOrPause()} title="Space" data-testid="replay-play">
        {isPlaying ? replayText.pause : replayText.play}
      </Button>
      <Button onClick={() => controls.step("event", 1)} title={`${replayText.eventOn} (→)`}>
        {replayText.event} ›
      </Button>
      <Button onClick={() => controls.step("decision", 1)} title={`${replayText.decisionOn} (Shift →)`}>
        {replayText.decision} »
      </Button>
    </div>
  );
}

function Speed() {
  const controls = useReplayControls();
  const chosen = useReplay((state) => state.speed);
  return (
    <div className={styles.group} role="group" aria-label={replayText.speed}>
      {SPEEDS.map((speed) => (
        <Button key={speed} look="quiet" aria-pressed={chosen === speed} onClick={() => controls.setSpeed(speed)}>
          {speed}×
        </Button>
      ))}
    </div>
  );
}

function MarkJump({ kind }: { readonly kind: MarkKind }) {
  const controls = useReplayControls();
  const many = useReplay((state) => state.timeline?.counts[kind] ?? 0);
  const { one, many: plural, key } = markWords[kind];
  return (
    <span className={styles.jump} data-kind={kind} data-testid={`jump-${kind}`}>
      <Button
        look="quiet"
        disabled={many === 0}
        aria-label={`The ${one} before`}
        title={`The ${one} before (Shift ${key})`}
        onClick={() => controls.jumpToMark(kind, -1)}
      >
        ‹
      </Button>
      <i className={styles.swatch} aria-hidden="true" />
      <span className={styles.jumpWords}>
        <b>{count(many)}</b> {many === 1 ? one : plural}
      </span>
      <Button
        look="quiet"
        disabled={many === 0}
        aria-label={`Next ${one}`}
        title={`Next ${one} (${key})`}
        onClick={() => controls.jumpToMark(kind, 1)}
      >
        ›
      </Button>
    </span>
  );
}

function DecisionJump() {
  const controls = useReplayControls();
  const codes = useReplay((state) => state.timeline?.codes ?? null);
  const chosen = useReplay((state) => state.code);
  return (
    <span className={styles.jump} data-testid="jump-decision">
      <Button look="quiet" aria-label="The decision before" title="Shift D" onClick={() => controls.jumpToDecision(-1)}>
        ‹
      </Button>
      <select
        className={styles.codes}
        aria-label={replayText.code}
        value={chosen ?? ""}
        onChange={(event) => {
          controls.chooseCode(event.target.value);
          event.target.blur();
        }}
      >
        <option value="">{replayText.anyCode}</option>
        {codes?.map(({ code, rows }) => (
          <option key={code} value={code} title={reasonOf(code).sentence}>
            {code} ({count(rows)})
          </option>
        ))}
      </select>
      <Button look="quiet" aria-label="Next decision" title="D" onClick={() => controls.jumpToDecision(1)}>
        ›
      </Button>
    </span>
  );
}

function Position() {
  const transport = useReplay((state) => state.transport);
  if (transport === null) return null;
  const { atUs, startUs, endUs, seq, lastSeq } = transport;
  return (
    <div className={styles.position} data-testid="replay-position" data-seq={seq}>
      <strong data-number>
        {formatUtcDateTime(atUs).slice(0, 10)} {formatUtcTime(atUs, true)}
      </strong>
      <span>
        {formatDuration((atUs - startUs) / 1000)} {replayText.of} {formatDuration((endUs - startUs) / 1000)}
      </span>
      <span>
        {replayText.event} {count(seq)} {replayText.of} {count(lastSeq)}
      </span>
    </div>
  );
}

/** What the last jump came to; after one to a fill, the way to the quote as it stood. */
function Said() {
  const { screen } = useServices();
  const controls = useReplayControls();
  const said = useReplay((state) => state.said);
  const mark = said?.mark ?? null;
  const slot = mark === null ? null : slotOfFill(mark);
  const showQuote = (): void => {
    screen.setState({ selectedSlot: slot });
    if (mark !== null) controls.seekBefore(mark);
  };
  return (
    <span className={styles.said} data-refusal={said?.isRefusal ?? false}>
      <span role="status" data-testid="replay-said">
        {said?.words}
      </span>
      {slot !== null && (
        <Button look="quiet" onClick={showQuote} title={replayText.whyHint}>
          {replayText.why}
        </Button>
      )}
    </span>
  );
}

/** A button that was clicked with the mouse keeps the focus, and with it Space; the replay's keys are worth more. */
function giveKeysBack(event: MouseEvent): void {
  if (event.detail > 0 && document.activeElement instanceof HTMLButtonElement) document.activeElement.blur();
}

/** The footer itself is no control: it only hears of its buttons' clicks. */
function hearClicks(footer: HTMLElement): () => void {
  footer.addEventListener("click", giveKeysBack);
  return () => footer.removeEventListener("click", giveKeysBack);
}

/** Everything that moves the replay: the bar of the session, steps, speed, jumps. It stands where the commands of a session would be. */
export function TransportBar() {
  return (
    <footer className={styles.transport} aria-label={replayText.title} data-testid="transport" ref={hearClicks}>
      <SeekBar />
      <div className={styles.row}>
        <Steps />
        <Position />
        <Speed />
      </div>
      <div className={styles.row}>
        <div className={styles.jumps}>
          {markKinds.map((kind) => (
            <MarkJump key={kind} kind={kind} />
          ))}
          <DecisionJump />
        </div>
        <Said />
      </div>
    </footer>
  );
}
