import type { Settings } from "../settings/settings.ts";
import { MessageBudget } from "./message-budget.ts";
import { MessageMinuteBudget } from "./message-minute-budget.ts";

/** A minute that is full is looked at again after this long at the latest, whatever limit a change of settings brings. */
const LONGEST_WAIT_US = 60_000_000;

/** Both budgets that a placement must pass: the second's tokens and the minute's messages. Cancels ask neither. */
export class PlacementBudget {
  private readonly _tokens: MessageBudget;
  private readonly _minute = new MessageMinuteBudget();
  private _maxPerMinute: number;
  private _isMinuteSpent = false;

  constructor(settings: Settings) {
    this._tokens = new MessageBudget(settings.maxOrdersPerSecond);
    this._maxPerMinute = settings.maxMessagesPerMin;
  }

  /** True from a placement that the minute's limit held back to the next that it let pass. */
  get isMinuteSpent(): boolean {
    return this._isMinuteSpent;
  }

  get maxPerMinute(): number {
    return this._maxPerMinute;
  }

  /** Placements of the minute that ends now. */
  usedOfMinute(nowUs: number): number {
    return this._minute.used(nowUs);
  }

  /** New settings count from `nowUs` on; what was spent stays spent. */
  applySettings(settings: Settings, nowUs: number): void {
    this._tokens.setRate(settings.maxOrdersPerSecond, nowUs);
    this._maxPerMinute = settings.maxMessagesPerMin;
  }

  /** Takes what one placement costs; false, and nothing taken, when either budget is spent. */
  take(nowUs: number): boolean {
    this._isMinuteSpent = this._minute.waitUs(nowUs, this._maxPerMinute) > 0;
    if (this._isMinuteSpent || !this._tokens.take(nowUs)) return false;
    return this._minute.take(nowUs, this._maxPerMinute);
  }

  /** Microseconds until a placement may leave; 0 when one may now. */
  waitUs(nowUs: number): number {
    const minuteUs = Math.min(LONGEST_WAIT_US, this._minute.waitUs(nowUs, this._maxPerMinute));
    return Math.max(minuteUs, this._tokens.waitUs(nowUs));
  }

  /** Which budget is spent; null = neither. */
  spent(nowUs: number): "max_messages_per_min" | "max_orders_per_second" | null {
    if (this._minute.waitUs(nowUs, this._maxPerMinute) > 0) return "max_messages_per_min";
    return this._tokens.waitUs(nowUs) > 0 ? "max_orders_per_second" : null;
  }
}
