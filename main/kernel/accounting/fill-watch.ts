import type { EffectSink } from "../effect-sink.ts";
import type { OrderFilled } from "../events.ts";
import type { Order } from "../orders/order-manager.ts";
import { slotIndex } from "../quoting/slot-state.ts";
import type { Settings } from "../settings/settings.ts";
import { secondsToUs, type Micros } from "../values/units.ts";
import { FillQuality } from "./fill-quality.ts";
import { MarkoutSchedule, MARKOUT_HORIZONS_US, type MarkoutSample } from "./markouts.ts";

/** A slot whose fills turn out badly is told to keep further away. */
export interface AdverseFills {
  widen(slotIndex: number, nowUs: Micros, settings: Settings): void;
}

/**
 * Looks again at the market after every own fill, and writes down what became of it: one `record-markout` for each horizon, as soon as it is over.
 *
 * What a session has not lived to see is written at its end, as not known. A fill without a row for a horizon is one of a session that broke, or of
 * more than 4,096 within two minutes; reports complete such rows from the tape.
 */
export class FillWatch {
  readonly quality = new FillQuality();
  private readonly _schedule = new MarkoutSchedule();
  private readonly _effects: EffectSink;

  constructor(effects: EffectSink) {
    this._effects = effects;
  }

  /** An execution of a quote; `midHalfTicks` as the fill's own record has it. */
  filled(order: Order, fill: OrderFilled, midHalfTicks: number | null, nowUs: Micros): void {
    const { side, slot, orderId } = order;
    const { tradeId, liquidity, priceTicks } = fill;
    // Nothing sane fills at no price; a share of it would be none
    if (!(priceTicks > 0)) return;
    this.quality.filled(side, slot.level, priceTicks, midHalfTicks, nowUs - order.placedUs);
    this._schedule.filled({
      tradeId,
      orderId,
      filledUs: nowUs,
      side,
      level: slot.level,
      liquidity,
      priceTicks,
    });
  }

  /** Time has passed up to an event that has not been taken in yet: what is due is valued at the mid that stood until now. */
  advance(nowUs: Micros, settings: Settings, adverse: AdverseFills): void {
    this._takeAll(this._schedule.advance(nowUs, staleAfterUs(settings)), nowUs, settings, adverse);
  }

  /** The book was heard of: twice its mid in ticks, null when it cannot be used. */
  bookHeard(nowUs: Micros, midHalfTicks: number | null, settings: Settings, adverse: AdverseFills): void {
    this._takeAll(this._schedule.bookHeard(nowUs, midHalfTicks, staleAfterUs(settings)), nowUs, settings, adverse);
  }

  /** Nothing comes any more. */
  end(nowUs: Micros, settings: Settings): void {
    for (const sample of this._schedule.close(nowUs, staleAfterUs(settings))) this._record(sample, nowUs);
  }

  private _takeAll(samples: readonly MarkoutSample[], nowUs: Micros, settings: Settings, adverse: AdverseFills): void {
    for (const sample of samples) this._take(sample, nowUs, settings, adverse);
  }

  private _take(sample: MarkoutSample, nowUs: Micros, settings: Settings, adverse: AdverseFills): void {
    const { fill } = sample;
    this._record(sample, nowUs);
    const isAdverse = this.quality.markedOut(nowUs, sample, settings);
    // Orders that close or hedge have no slot to keep further away
    if (isAdverse && fill.level >= 0) adverse.widen(slotIndex(fill), nowUs, settings);
  }

  private _record({ fill, horizon, midHalfTicks, bps }: MarkoutSample, nowUs: Micros): void {
    this._effects.push({
      type: "record-markout",
      atUs: nowUs,
      orderId: fill.orderId,
      tradeId: fill.tradeId,
      slot: { side: fill.side, level: fill.level },
      side: fill.side,
      liquidity: fill.liquidity,
      filledUs: fill.filledUs,
      horizonUs: MARKOUT_HORIZONS_US[horizon],
      priceTicks: fill.priceTicks,
      midHalfTicks,
      markoutBps: bps,
    });
  }
}

function staleAfterUs(settings: Settings): number {
  return secondsToUs(settings.orderbookStalenessThresholdS);
}
