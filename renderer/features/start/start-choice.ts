/** What the operator has chosen to start, and whether it can be started. */
import type { Bridge } from "../../../preload/bridge.ts";
import type { Hello } from "../../lib/hello.ts";
import { startText } from "./start-text.ts";

export interface StartChoice {
  /** "btc", "alt", or "tape:" and the tape's id. */
  readonly source: string;
  readonly seed: string;
  readonly profile: string;
  readonly speed: string;
}

export type StartInput = Omit<Parameters<Bridge["sessions"]["start"]>[0], "commandId">;

const LARGEST_SEED = 4_294_967_295;
const SLOWEST = 0.1;
const FASTEST = 100;

/** The first choice: the embedded BTC market in real time on the first shipped profile that is sound. */
export function firstChoice(hello: Hello): StartChoice {
  const sound = hello.profiles.filter((profile) => profile.problem === null);
  const profile = sound.find((choice) => choice.name === "crypto") ?? sound[0];
  return { source: "btc", seed: "7", profile: profile?.name ?? "", speed: "1" };
}

export type CheckedChoice =
  | { readonly ok: true; readonly input: StartInput }
  | { readonly ok: false; readonly message: string };

function sourceOf(source: string, seed: number): StartInput["source"] {
  if (source.startsWith("tape:")) return { kind: "tape", tapeId: source.slice("tape:".length) };
  return { kind: "generated", market: source === "alt" ? "alt" : "btc", seed };
}

/** Reads the typed numbers; a choice out of bounds is told in words. */
export function checkChoice(choice: StartChoice): CheckedChoice {
  const speed = Number(choice.speed.trim().replace(",", "."));
  if (choice.speed.trim() === "" || !(speed >= SLOWEST && speed <= FASTEST)) {
    return { ok: false, message: startText.badSpeed };
  }
  const isTape = choice.source.startsWith("tape:");
  const isSeed = /^\d{1,10}$/.test(choice.seed.trim()) && Number(choice.seed) <= LARGEST_SEED;
  if (!isTape && !isSeed) return { ok: false, message: startText.badSeed };
  const seed = isTape ? 0 : Number(choice.seed);
  return { ok: true, input: { source: sourceOf(choice.source, seed), profile: choice.profile, speed } };
}
