import type { AlertKind } from "../effects.ts";

export interface BookNotice {
  readonly kind: Extract<AlertKind, "book-stale" | "book-crossed">;
  readonly isOver: boolean;
  readonly message: string;
}

type Trouble = "book-stale" | "book-crossed";

/** Tells once when a book that was fit to quote on goes stale or crosses, and once when it is fit again. A lost book tells of itself. */
export class BookWatch {
  private _trouble: Trouble | null = null;
  private _hasBeenFit = false;

  /** `ageS` = age of the depth stream, seconds. Null = nothing new to tell. */
  look(isFit: boolean, isStale: boolean, isCrossed: boolean, ageS: number): BookNotice | null {
    if (isFit) {
      this._hasBeenFit = true;
      if (this._trouble === null) return null;
      const kind = this._trouble;
      this._trouble = null;
      return { kind, isOver: true, message: "the book is fit to quote on again" };
    }
    const trouble: Trouble | null = isStale ? "book-stale" : isCrossed ? "book-crossed" : null;
    if (trouble === null || trouble === this._trouble || !this._hasBeenFit) return null;
    this._trouble = trouble;
    const what =
      trouble === "book-stale"
        ? `no depth update for ${ageS.toFixed(0)} s: the book is stale and nothing is quoted on it`
        : "best bid is at or above best ask: nothing is quoted on a crossed book";
    return { kind: trouble, isOver: false, message: what };
  }
}
