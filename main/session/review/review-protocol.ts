import type { ComparedFilter } from "./review-session.ts";

/** What the thread of a review is asked for. */
export type ReviewQuestion =
  | { readonly kind: "report"; readonly sessionId: string }
  | { readonly kind: "compare"; readonly filter: ComparedFilter };

export interface ReviewThreadData {
  readonly dataDir: string;
  readonly question: ReviewQuestion;
}

/** A page, and the file in the data folder that holds it as well (null = it could not be written). */
export type ReviewAnswer =
  | { readonly ok: true; readonly title: string; readonly html: string; readonly file: string | null }
  | { readonly ok: false; readonly code: "unknown-session" | "unreadable"; readonly message: string };
