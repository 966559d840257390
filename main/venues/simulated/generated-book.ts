import type { BookSide } from "../../kernel/values/units.ts";
import type { GeneratedMarket } from "./generated-markets.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Sizes live in a ring over prices; a power of two, above twice the deepest book. */
const RING = 4_096;
const MASK = RING - 1;

/**
 * One side of the generated book.
 *
 * Invariants: every level lies within `depthTicks` of the best price, so memory is constant; the best price always has size, except
 * while takes walk the side (`isDrained`).
 */
export class GeneratedSide {
  readonly side: BookSide;
  /** Direction away from the touch: -1 for bids, +1 for asks. */
  readonly outward: 1 | -1;
  readonly #market: GeneratedMarket;
  readonly #random: SeededRandom;
  readonly #sizes = new Int32Array(RING);
  readonly #isDirty = new Uint8Array(RING);
  #dirty: number[] = [];
  #bestTicks: number;

  constructor(side: BookSide, bestTicks: number, market: GeneratedMarket, random: SeededRandom) {
    if (market.depthTicks * 2 >= RING) throw new RangeError(`depth must be below ${RING / 2} ticks`);
    this.side = side;
    this.outward = side === "bid" ? -1 : 1;
    this.#market = market;
    this.#random = random;
    this.#bestTicks = bestTicks;
    this.set(bestTicks, this.#touchLots());
    for (let distance = 1; distance <= market.depthTicks; distance += 1) this.#settle(distance);
  }

  get bestTicks(): number {
    return this.#bestTicks;
  }

  get bestLots(): number {
    return this.lotsAt(this.#bestTicks);
  }

  lotsAt(ticks: number): number {
    const distance = (ticks - this.#bestTicks) * this.outward;
    return distance < 0 || distance > this.#market.depthTicks ? 0 : (this.#sizes[ticks & MASK] ?? 0);
  }

  set(ticks: number, lots: number): void {
    const at = ticks & MASK;
    if (this.#sizes[at] === lots) return;
    this.#sizes[at] = lots;
    if (this.#isDirty[at] === 0) {
      this.#isDirty[at] = 1;
      this.#dirty.push(ticks);
    }
  }

  /** Takes up to `lots` from the best level; an emptied level hands the touch to the next. Returns what was there. */
  takeBest(lots: number): number {
    const taken = Math.min(lots, this.bestLots);
    this.set(this.#bestTicks, this.bestLots - taken);
    if (this.bestLots > 0) return taken;
    for (let distance = 1; distance <= this.#market.depthTicks; distance += 1) {
      const ticks = this.#bestTicks + this.outward * distance;
      if ((this.#sizes[ticks & MASK] ?? 0) === 0) continue;
      this.#withdraw(distance);
      return taken;
    }
    this.#withdraw(1);
    this.set(this.#bestTicks, this.#touchLots());
    return taken;
  }

  /** Moves the touch to a price; what lies between is filled or removed. */
  moveBest(ticks: number): void {
    const distance = (ticks - this.#bestTicks) * this.outward;
    if (distance > 0) this.#withdraw(distance);
    else if (distance < 0) this.#advance(-distance);
    if (this.bestLots === 0 || distance !== 0) this.set(this.#bestTicks, this.#touchLots());
  }

  /** Cancellations and arrivals at a few prices, more of them near the touch. */
  churn(): void {
    const { churnPicks, depthTicks, nearTicks } = this.#market;
    const random = this.#random;
    for (let pick = 0; pick < churnPicks; pick += 1) {
      const zone = random.uniform();
      const reach = zone < 0.2 ? nearTicks : zone < 0.65 ? Math.min(depthTicks, nearTicks * 5) : depthTicks;
      const distance = 1 + random.below(reach);
      const ticks = this.#bestTicks + this.outward * distance;
      const isOccupied = this.lotsAt(ticks) > 0;
      const occupancy = this.#occupancy(distance);
      const draw = random.uniform();
      // Arrivals and removals balance at the occupancy of the distance
      if (!isOccupied && draw < 0.6 * occupancy) this.set(ticks, this.#levelLots(distance));
      else if (isOccupied && draw < 0.6 * (1 - occupancy)) this.set(ticks, 0);
      else if (isOccupied && draw > 0.75) this.set(ticks, this.#levelLots(distance));
    }
  }

  /** Size comes to the touch and goes from it; it never goes wholly. */
  refreshTouch(): void {
    const lots = this.bestLots;
    const target = this.#touchLots();
    const share = this.#random.uniform() * 0.3;
    this.set(this.#bestTicks, Math.max(1, Math.round(lots + (target - lots) * share)));
  }

  /** Changed levels since the last call as flat pairs; a level that came and went is among them with 0. */
  drainChanges(): number[] {
    const pairs: number[] = [];
    for (const ticks of this.#dirty) {
      this.#isDirty[ticks & MASK] = 0;
      pairs.push(ticks, this.lotsAt(ticks));
    }
    this.#dirty = [];
    return pairs;
  }

  /** Every level, best first, as flat pairs. */
  levels(): number[] {
    const pairs: number[] = [];
    for (let distance = 0; distance <= this.#market.depthTicks; distance += 1) {
      const ticks = this.#bestTicks + this.outward * distance;
      const lots = this.lotsAt(ticks);
      if (lots > 0) pairs.push(ticks, lots);
    }
    return pairs;
  }

  /** The touch goes outward: levels in front disappear, new ones come at the far end. */
  #withdraw(distance: number): void {
    const { depthTicks } = this.#market;
    const cleared = Math.min(distance, depthTicks + 1);
    for (let step = 0; step < cleared; step += 1) this.set(this.#bestTicks + this.outward * step, 0);
    this.#bestTicks += this.outward * distance;
    for (let step = Math.max(0, depthTicks - distance + 1); step <= depthTicks; step += 1) this.#settle(step);
  }

  /** The touch goes inward: the far end is forgotten, the ground between becomes ordinary levels. */
  #advance(distance: number): void {
    const { depthTicks } = this.#market;
    const previous = this.#bestTicks;
    const forgotten = Math.min(distance, depthTicks + 1);
    for (let step = 0; step < forgotten; step += 1) this.set(previous + this.outward * (depthTicks - step), 0);
    this.#bestTicks -= this.outward * distance;
    const settled = Math.min(distance, depthTicks);
    for (let step = 1; step <= settled; step += 1) this.#settle(step);
  }

  #settle(distance: number): void {
    const ticks = this.#bestTicks + this.outward * distance;
    this.set(ticks, this.#random.chance(this.#occupancy(distance)) ? this.#levelLots(distance) : 0);
  }

  #occupancy(distance: number): number {
    return distance <= this.#market.nearTicks ? this.#market.occupancy[0] : this.#market.occupancy[1];
  }

  #levelLots(distance: number): number {
    const factor = distance <= this.#market.nearTicks ? 1 : this.#market.farSizeFactor;
    return Math.max(1, Math.round(this.#random.quantile(this.#market.levelLots) * factor));
  }

  #touchLots(): number {
    return Math.max(1, Math.round(this.#random.quantile(this.#market.touchLots)));
  }
}
