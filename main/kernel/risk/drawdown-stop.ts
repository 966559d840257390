import type { Settings } from "../settings/settings.ts";
import { Decimal } from "../values/decimal.ts";
import { parseMoney } from "../values/market-rules.ts";
import { money, MONEY_DECIMALS, ZERO_MONEY, type Money } from "../values/units.ts";

/** All that the stop remembers: what a reload, a flip of the profile or a restart must not lose. `null` = no reading yet. */
export interface DrawdownState {
  readonly baseline: Money | null;
  readonly peak: Money | null;
  readonly isTripped: boolean;
}

export interface DrawdownReading {
  /** Highest session result so far. */
  readonly peak: Money;
  /** How far the result lies below the peak, or below the first reading where the watermark is off; never negative. */
  readonly drawdown: Money;
  /** Zero = never. */
  readonly threshold: Money;
  /** True at the one reading that trips the stop. */
  readonly isTripping: boolean;
  readonly isTripped: boolean;
}

const UNTOUCHED: DrawdownState = { baseline: null, peak: null, isTripped: false };

/**
 * Ends the session when its result has fallen too far. Source: reference, section G (drawdown stop), with the mend of N 3.
 *
 * Settings come with each reading and touch no state: the peak is kept while the stop is off, the trip is never undone.
 */
export class DrawdownStop {
  private _state: DrawdownState;
  private _settings: Settings | null = null;
  private _threshold: Money = ZERO_MONEY;

  constructor(state: DrawdownState = UNTOUCHED) {
    this._state = state;
  }

  get state(): DrawdownState {
    return this._state;
  }

  /** Takes the session's net result; the first one is baseline and peak. */
  read(sessionNet: Money, settings: Settings): DrawdownReading {
    const baseline = this._state.baseline ?? sessionNet;
    const peak = this._state.peak !== null && this._state.peak > sessionNet ? this._state.peak : sessionNet;
    const fallen = (settings.drawdownUseHighWatermark ? peak : baseline) - sessionNet;
    const drawdown = fallen > 0n ? money(fallen) : ZERO_MONEY;
    if (settings !== this._settings) {
      this._settings = settings;
      this._threshold = drawdownThreshold(settings);
    }
    const threshold = this._threshold;
    const isDue = settings.drawdownStopEnabled && threshold > 0n && drawdown >= threshold;
    const isTripping = isDue && !this._state.isTripped;
    this._state = { baseline, peak, isTripped: this._state.isTripped || isTripping };
    return { peak, drawdown, threshold, isTripping, isTripped: this._state.isTripped };
  }
}

/** Share of `MM_MAX_POSITION_NOTIONAL_USD` that may be lost, exact. */
export function drawdownThreshold(settings: Settings): Money {
  const usd = new Decimal(settings.maxPositionNotionalUsd).mul(settings.drawdownStopPctOfMaxNotional).div(100);
  return parseMoney(usd.toDecimalPlaces(MONEY_DECIMALS, Decimal.ROUND_DOWN).toFixed());
}
