/** The keys of a replay. None of them reaches a session. */
import { tinykeys } from "tinykeys";
import { markKinds, markWords } from "./replay-text.ts";
import type { Direction, ReplayControls } from "./replay-store.ts";

export interface ReplayKeyActs {
  readonly controls: ReplayControls;
  readonly selectSlot: (step: number) => void;
  readonly showKeys: () => void;
  readonly leave: () => void;
}

function isTaken(event: KeyboardEvent): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  const { target } = event;
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLSelectElement;
}

/** Space and Enter belong to the button that has the focus. */
function isForButton(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLElement && event.target.closest("button, a, summary") !== null;
}

/** Binds the keys until the returned function is called. A held arrow steps on; everything else acts once a press. */
export function bindReplayKeys({ controls, selectSlot, showKeys, leave }: ReplayKeyActs): () => void {
  const once = (act: () => void) => (event: KeyboardEvent) => {
    if (event.repeat || isTaken(event)) return;
    event.preventDefault();
    act();
  };
  const held = (act: () => void) => (event: KeyboardEvent) => {
    if (isTaken(event)) return;
    event.preventDefault();
    act();
  };
  const play = once(() => controls.playOrPause());
  const transport = (): { readonly startUs: number; readonly endUs: number } | null =>
    controls.store.getState().transport;
  const marks = markKinds.flatMap((kind) => {
    const key = markWords[kind].key.toLowerCase();
    const jump = (direction: Direction) => once(() => controls.jumpToMark(kind, direction));
    return [
      [key, jump(1)],
      [`Shift+${key}`, jump(-1)],
    ];
  });
  return tinykeys(window, {
    ...Object.fromEntries(marks),
    Space: (event) => {
      if (!isForButton(event)) play(event);
    },
    ArrowRight: held(() => controls.step("event", 1)),
    ArrowLeft: held(() => controls.step("event", -1)),
    "Shift+ArrowRight": held(() => controls.step("decision", 1)),
    "Shift+ArrowLeft": held(() => controls.step("decision", -1)),
    ArrowDown: held(() => selectSlot(1)),
    ArrowUp: held(() => selectSlot(-1)),
    d: once(() => controls.jumpToDecision(1)),
    "Shift+d": once(() => controls.jumpToDecision(-1)),
    "[Shift]++": once(() => controls.changeSpeed(1)),
    "-": once(() => controls.changeSpeed(-1)),
    Home: once(() => controls.seek(transport()?.startUs ?? 0)),
    End: once(() => controls.seek(transport()?.endUs ?? 0)),
    Escape: once(leave),
    "[Shift]+?": once(showKeys),
  });
}
