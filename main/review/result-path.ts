import type { PnlParts, RecordFill, RecordSample } from "../kernel/effects.ts";
import { formatLots, formatMoney, formatTicks, notional, type MarketScale } from "../kernel/values/market-rules.ts";
import { money, signOf, ZERO_MONEY, type Money } from "../kernel/values/units.ts";
import { Attributor } from "./attribution.ts";
import { Drawdown } from "./drawdown.ts";
import { moneyNumber, NO_PARTS, partsText, subtractParts, type PartsText } from "./result-parts.ts";
import type { ResultStep } from "./result-splits.ts";
import { ThinnedSeries } from "./thinned-series.ts";

/** Points of a picture. */
const PICTURE_POINTS = 600;

/** One point of the pictures: doubles in quote and base currency, for the eye. */
export interface PicturePoint {
  readonly atUs: number;
  readonly net: number;
  readonly spreadCapture: number;
  readonly inventory: number;
  readonly fees: number;
  readonly funding: number;
  readonly position: number;
  readonly mid: number | null;
}

/** The result found three ways that share no arithmetic: as journaled, from the cash that the fills moved, and by attribution. Exact. */
export interface ResultProof {
  /** What the fills paid (-) and brought in (+), before fees. */
  readonly cash: string;
  readonly position: string;
  /** The mid at which the position is valued; null = the book was never usable. */
  readonly mid: string | null;
  readonly positionValue: string;
  readonly fees: string;
  readonly funding: string;
  /** `cash + positionValue + fees + funding`. */
  readonly changeInEquity: string;
  /** The four journaled parts added up. */
  readonly sumOfParts: string;
  /** Spread capture and inventory drift found anew from the rows of fills and mids. */
  readonly attributedSpreadCapture: string;
  readonly attributedInventory: string;
  /** What neither way explains: change in equity less the sum of the parts; 0. */
  readonly residual: string;
  readonly isExact: boolean;
}

/** The result of a session along its fills and samples, in the journal's order. Memory does not grow with the session. */
export class ResultPath {
  readonly drawdown: Drawdown;
  readonly #scale: MarketScale;
  readonly #attributor: Attributor;
  readonly #picture = new ThinnedSeries<PicturePoint>(PICTURE_POINTS);
  #last: PnlParts = NO_PARTS;
  #lastUs: number;
  #markHalfTicks: number | null = null;
  #cash: Money = ZERO_MONEY;
  #fees: Money = ZERO_MONEY;
  #positionLots = 0;

  constructor(startUs: number, scale: MarketScale) {
    this.#scale = scale;
    this.#lastUs = startUs;
    this.drawdown = new Drawdown(startUs);
    this.#attributor = new Attributor(0, scale);
  }

  get parts(): PnlParts {
    return this.#last;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  get positionLots(): number {
    return this.#positionLots;
  }

  get picture(): readonly PicturePoint[] {
    return this.#picture.points;
  }

  fill(fill: RecordFill): ResultStep {
    const signedLots = signOf(fill.side) * fill.sizeLots;
    this.#cash = money(this.#cash - notional(this.#scale, fill.priceTicks, signedLots));
    this.#fees = money(this.#fees - fill.fee);
    this.#mark(fill.atUs, fill.midHalfTicks ?? this.#markHalfTicks ?? fill.priceTicks * 2);
    this.#attributor.fill(fill);
    this.#positionLots += signedLots;
    return this.#step(fill.atUs, fill.pnl, fill);
  }

  sample(sample: RecordSample): ResultStep {
    if (sample.midHalfTicks !== null) this.#mark(sample.atUs, sample.midHalfTicks);
    return this.#step(sample.atUs, sample.pnl, null);
  }

  get partsText(): PartsText {
    return partsText(this.#last);
  }

  get proof(): ResultProof {
    const { spreadCapture, inventory, fees, funding, net } = this.#last;
    const attributed = this.#attributor.result;
    const value = money(
      (BigInt(this.#markHalfTicks ?? 0) * BigInt(this.#positionLots) * this.#scale.tickLotMoney) / 2n,
    );
    const change = money(this.#cash + value + this.#fees + funding);
    const sum = money(spreadCapture + inventory + fees + funding);
    const isExact =
      change === sum &&
      sum === net &&
      attributed.spreadCapture === spreadCapture &&
      attributed.inventoryDrift === inventory &&
      this.#fees === fees;
    return {
      cash: formatMoney(this.#cash),
      position: formatLots(this.#scale, this.#positionLots),
      mid: this.#markHalfTicks === null ? null : formatTicks(this.#scale, this.#markHalfTicks / 2),
      positionValue: formatMoney(value),
      fees: formatMoney(this.#fees),
      funding: formatMoney(funding),
      changeInEquity: formatMoney(change),
      sumOfParts: formatMoney(sum),
      attributedSpreadCapture: formatMoney(attributed.spreadCapture),
      attributedInventory: formatMoney(attributed.inventoryDrift),
      residual: formatMoney(money(change - sum)),
      isExact,
    };
  }

  #mark(atUs: number, midHalfTicks: number): void {
    this.#markHalfTicks = midHalfTicks;
    this.#attributor.mid({ atUs, midHalfTicks });
  }

  #step(atUs: number, pnl: PnlParts, fill: RecordFill | null): ResultStep {
    const volume = fill === null ? ZERO_MONEY : notional(this.#scale, fill.priceTicks, fill.sizeLots);
    const fills = fill === null ? 0 : 1;
    const step = { atUs, spanUs: atUs - this.#lastUs, change: subtractParts(pnl, this.#last), fills, volume };
    this.#last = pnl;
    this.#lastUs = atUs;
    this.drawdown.add(atUs, pnl.net);
    this.#picture.add({
      atUs,
      net: moneyNumber(pnl.net),
      spreadCapture: moneyNumber(pnl.spreadCapture),
      inventory: moneyNumber(pnl.inventory),
      fees: moneyNumber(pnl.fees),
      funding: moneyNumber(pnl.funding),
      position: this.#positionLots * this.#scale.lotSize,
      mid: this.#markHalfTicks === null ? null : (this.#markHalfTicks / 2) * this.#scale.tickSize,
    });
    return step;
  }
}
