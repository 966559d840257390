/** What the other side offers: profiles, tapes, what it is. Asked for at the start and whenever a session has ended. */
import type { Bridge } from "../../preload/bridge.ts";

export type Hello = Extract<Awaited<ReturnType<Bridge["console"]["hello"]>>, { readonly ok: true }>["value"];
export type ProfileChoice = Hello["profiles"][number];
export type TapeChoice = Hello["tapes"][number];

/** The newest of something that is asked for, with the last failure to get it in words. */
export interface Asked<T> {
  readonly value: T | null;
  readonly problem: string | null;
}

type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Waits for an answer and turns every way in which it can fail into words; what was known before is kept. */
export async function ask<T>(call: () => Promise<Answer<T>>, known: T | null): Promise<Asked<T>> {
  try {
    const answer = await call();
    return answer.ok ? { value: answer.value, problem: null } : { value: known, problem: answer.message };
  } catch (error) {
    return { value: known, problem: error instanceof Error ? error.message : String(error) };
  }
}
