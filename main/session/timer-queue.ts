interface Timer {
  readonly timerId: number;
  readonly atUs: number;
}

/** Timers that the kernel asked for, earliest first; equal times in the order they were asked for. */
export class TimerQueue {
  readonly #timers: Timer[] = [];

  set(timerId: number, atUs: number): void {
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1]?.atUs ?? 0) > atUs) at -= 1;
    this.#timers.splice(at, 0, { timerId, atUs });
  }

  /** Time of the earliest timer; null = none. */
  nextUs(): number | null {
    return this.#timers[0]?.atUs ?? null;
  }

  take(): Timer | null {
    return this.#timers.shift() ?? null;
  }
}
