import type { Settings } from "../settings/settings.ts";
import { ImbalanceMean, topImbalance } from "./imbalance.ts";
import { HISTORY_US, MidHistory } from "./mid-history.ts";
import { SpreadEma } from "./spread-ema.ts";
import { secondsToUs } from "../values/units.ts";

/** Windows of `BookSignals.mids`. */
export const MID_WINDOW = { microVol: 0, microDrift: 1, short: 2, medium: 3, long: 4 } as const;

export type WindowSettings = Pick<
  Settings,
  | "microVolWindowS"
  | "microDriftWindowS"
  | "volRegimeShortWindowS"
  | "volRegimeMediumWindowS"
  | "volRegimeLongWindowS"
  | "imbalanceWindowS"
>;

/** All that is remembered of past books: fed by whole updates of a book that is neither crossed nor locked, emptied by gaps. */
export class BookSignals {
  readonly spreadEma = new SpreadEma();
  readonly mids: MidHistory;
  readonly imbalance: ImbalanceMean;

  constructor(settings: WindowSettings, historyUs = HISTORY_US) {
    this.mids = new MidHistory(windowsUs(settings), historyUs);
    this.imbalance = new ImbalanceMean(secondsToUs(settings.imbalanceWindowS), historyUs);
  }

  /** Takes over changed windows, filled from what is remembered. */
  applySettings(settings: WindowSettings): void {
    this.mids.setWindows(windowsUs(settings));
    this.imbalance.setWindow(secondsToUs(settings.imbalanceWindowS));
  }

  /** Takes in one whole update; sizes are those of others. A crossed or locked book feeds nothing, a bid of 0 no prices. */
  update(nowUs: number, bidTicks: number, bidLots: number, askTicks: number, askLots: number): void {
    if (!(askTicks > bidTicks)) return;
    if (bidTicks > 0) {
      this.spreadEma.update(bidTicks, askTicks);
      this.mids.append(nowUs, bidTicks + askTicks);
    }
    const imbalance = topImbalance(bidLots, askLots);
    if (imbalance !== null) this.imbalance.append(nowUs, imbalance);
  }

  reset(): void {
    this.spreadEma.reset();
    this.mids.reset();
    this.imbalance.reset();
  }
}

function windowsUs(settings: WindowSettings): readonly number[] {
  return [
    settings.microVolWindowS,
    settings.microDriftWindowS,
    settings.volRegimeShortWindowS,
    settings.volRegimeMediumWindowS,
    settings.volRegimeLongWindowS,
  ].map(secondsToUs);
}
