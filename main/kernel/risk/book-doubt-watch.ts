import type { BookPlausibility } from "../market/book-plausibility.ts";
import type { Micros } from "../values/units.ts";
import type { Halts } from "./halts.ts";

/** The control that each doubt is told as. */
const CONTROLS = { jump: "book-jump", spread: "book-spread" } as const;

type DoubtControl = (typeof CONTROLS)[keyof typeof CONTROLS];

/** Tells when the book stops being plausible, by what reading and against which bound, and when it is believed again. The slots withdraw by themselves. */
export class BookDoubtWatch {
  private readonly _halts: Halts;
  private _told: DoubtControl | null = null;
  /** The mid that was believed when the doubt began, twice and in ticks. */
  private _fromHalfTicks: number | null = null;

  constructor(halts: Halts) {
    this._halts = halts;
  }

  look(book: BookPlausibility, nowUs: Micros): void {
    const { doubt } = book;
    const control = doubt === null ? null : CONTROLS[doubt.kind];
    if (control === this._told) return;
    if (this._told !== null) this._tellOver(this._told, book, nowUs);
    this._told = control;
    if (doubt === null || control === null) return;
    this._fromHalfTicks = book.acceptedHalfTicks;
    const { readingBps, boundBps } = doubt;
    const found = { reading: readingBps, bound: boundBps };
    if (doubt.kind === "spread") {
      const message = `the book's spread is ${bps(readingBps)}, more than the ${bps(boundBps)} of MM_MAX_BOOK_SPREAD_BPS: nothing is quoted on it`;
      this._halts.tell(control, "tripped", nowUs, { detail: "wide", ...found, message, severity: "warning" });
      return;
    }
    const isUp = (book.midHalfTicks ?? 0) > (book.acceptedHalfTicks ?? 0);
    const message = `the book's mid jumped ${isUp ? "up" : "down"} by ${bps(readingBps)} at once, more than the ${bps(boundBps)} of MM_MAX_BOOK_JUMP_BPS: nothing is quoted on it until it is back, or has held there and trades agree`;
    this._halts.tell(control, "tripped", nowUs, {
      detail: isUp ? "up" : "down",
      ...found,
      message,
      severity: "critical",
    });
  }

  private _tellOver(control: DoubtControl, book: BookPlausibility, nowUs: Micros): void {
    const [from, now] = [this._fromHalfTicks, book.acceptedHalfTicks];
    const movedBps = from === null || now === null ? 0 : ((now - from) * 10_000) / from;
    const message = book.isPlausible
      ? `the book is fit to quote on again, ${bps(movedBps)} from where it was`
      : `the ${control === "book-jump" ? "jump" : "wide spread"} of the book is over, but it is not fit to quote on`;
    this._halts.tell(control, "cleared", nowUs, { detail: "over", reading: movedBps, message, severity: "info" });
  }
}

function bps(value: number): string {
  return `${value.toFixed(value % 1 === 0 ? 0 : 1)} bps`;
}
