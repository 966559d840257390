/** The console's keys. A held key repeats its keydown; every repeat is dropped, here and for buttons. */
import { tinykeys } from "tinykeys";
import type { OperatorActions } from "../features/commands/operator-actions.ts";

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["button", "submit"].includes(target.type);
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** Space and Enter belong to the button that has the focus. */
function isForControl(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLElement && event.target.closest("button, a, summary") !== null;
}

function isDialogOpen(): boolean {
  return document.querySelector("dialog[open]") !== null;
}

function whenNobodyTypes(act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.repeat || isTyping(event) || isDialogOpen()) return;
    event.preventDefault();
    act();
  };
}

/** Kill works everywhere: also while typing, also over a dialog. */
function always(act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    event.preventDefault();
    if (!event.repeat) act();
  };
}

/** A held Enter or Space clicks a button again and again by itself; only the first press counts. */
function dropRepeats(event: KeyboardEvent): void {
  const isPress = event.key === "Enter" || event.key === " ";
  if (event.repeat && isPress && !(event.key === " " && isTyping(event))) event.preventDefault();
}

/** Binds the keys to the window until the returned function is called. While `isOff`, all but the kill belong to somebody else. */
export function bindHotkeys(actions: OperatorActions, isOff: () => boolean = () => false): () => void {
  const whenFree = (act: () => void) => {
    const press = whenNobodyTypes(act);
    return (event: KeyboardEvent): void => {
      if (!isOff()) press(event);
    };
  };
  const space = whenFree(actions.recentre);
  const unbind = tinykeys(
    window,
    {
      p: whenFree(actions.pauseOrResume),
      c: whenFree(actions.cancelAll),
      f: whenFree(actions.flatten),
      r: whenFree(actions.reduceOnly),
      g: whenFree(actions.flip),
      a: whenFree(actions.acknowledge),
      "Control+k": always(actions.kill),
      "Meta+k": always(actions.kill),
      Space: (event) => {
        if (!isForControl(event)) space(event);
      },
      ArrowDown: whenFree(() => actions.selectSlot(1)),
      ArrowUp: whenFree(() => actions.selectSlot(-1)),
      "[Shift]+?": whenFree(actions.showKeys),
    },
    { ignore: (event) => event.isComposing },
  );
  window.addEventListener("keydown", dropRepeats, { capture: true });
  return () => {
    unbind();
    window.removeEventListener("keydown", dropRepeats, { capture: true });
  };
}
