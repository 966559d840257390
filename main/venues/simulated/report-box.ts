import type { IncomingVenueEvent } from "../port.ts";
import { DeliveryQueue } from "./delivery-queue.ts";

/**
 * What the venue has said and the kernel has not yet heard, by the time of arrival.
 *
 * Invariants: punctual events are pushed in order of `tsInit`; `shift` yields all of them and the late ones in order of `tsInit`, at equal times
 * the punctual first.
 */
export class ReportBox {
  readonly #punctual = new DeliveryQueue<IncomingVenueEvent>();
  /** By arrival; few. */
  readonly #late: IncomingVenueEvent[] = [];

  /** True while a punctual event waits: nothing that the venue does next can arrive before it. */
  get hasPunctual(): boolean {
    return this.#punctual.length > 0;
  }

  push(event: IncomingVenueEvent): void {
    this.#punctual.push(event);
  }

  pushLate(event: IncomingVenueEvent): void {
    let at = this.#late.length;
    while (at > 0 && (this.#late[at - 1]?.tsInit ?? 0) > event.tsInit) at -= 1;
    this.#late.splice(at, 0, event);
  }

  peek(): IncomingVenueEvent | undefined {
    const punctual = this.#punctual.peek();
    const late = this.#late[0];
    if (punctual === undefined || late === undefined) return punctual ?? late;
    return late.tsInit < punctual.tsInit ? late : punctual;
  }

  shift(): IncomingVenueEvent | undefined {
    const next = this.peek();
    return next !== undefined && next === this.#late[0] ? this.#late.shift() : this.#punctual.shift();
  }
}
