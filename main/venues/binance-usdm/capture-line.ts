/** What one line of a capture is. Times are microseconds since the epoch. */
export type CaptureLine =
  | { readonly kind: "frame"; readonly receivedUs: number; readonly text: string }
  | { readonly kind: "answer"; readonly receivedUs: number; readonly url: string; readonly text: string }
  /** Something the recorder wrote for itself: an address, its configuration, an empty line. */
  | { readonly kind: "note" }
  | { readonly kind: "unreadable" };

const NOTE: CaptureLine = { kind: "note" };
const UNREADABLE: CaptureLine = { kind: "unreadable" };

const NANOSECOND_DIGITS = 19;
const SPACE = 32;
const EPOCH_FRAME = /^(\d{9,11}(?:\.\d{1,9})?): (.*)$/s;
const ANSWER = /^(https?:\/\/\S+) -> (\d{9,11}(?:\.\d{1,9})?): (.*)$/s;
const RECORDER_NOTE = /^(?:wss?:\/\/\S+(?: <-> [\d.]+)?|configuration: .*)?\s*$/s;

/**
 * Tells the lines of both known recorders apart: `<ns> <frame>`, and `<s>: <frame>` with `<url> -> <s>: <answer>` beside it.
 */
export function readCaptureLine(line: string): CaptureLine {
  if (line.charCodeAt(NANOSECOND_DIGITS) === SPACE) {
    const receivedUs = microsOfNanoseconds(line.slice(0, NANOSECOND_DIGITS));
    if (receivedUs !== null) return { kind: "frame", receivedUs, text: line.slice(NANOSECOND_DIGITS + 1) };
  }
  const frame = EPOCH_FRAME.exec(line);
  if (frame !== null) return { kind: "frame", receivedUs: microsOfSeconds(frame[1] ?? ""), text: frame[2] ?? "" };
  const answer = ANSWER.exec(line);
  if (answer !== null)
    return {
      kind: "answer",
      receivedUs: microsOfSeconds(answer[2] ?? ""),
      url: answer[1] ?? "",
      text: answer[3] ?? "",
    };
  return RECORDER_NOTE.test(line) ? NOTE : UNREADABLE;
}

/** Truncates; 19 digits, so that the first 16 are the microseconds. */
function microsOfNanoseconds(digits: string): number | null {
  const micros = Number(digits.slice(0, NANOSECOND_DIGITS - 3));
  return /^\d+$/.test(digits) && Number.isSafeInteger(micros) ? micros : null;
}

function microsOfSeconds(text: string): number {
  const [seconds = "", fraction = ""] = text.split(".");
  return Number(seconds + fraction.slice(0, 6).padEnd(6, "0"));
}
