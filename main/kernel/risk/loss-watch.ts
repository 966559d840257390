import type { CarriedDay } from "../kernel-config.ts";
import type { LatchKind } from "../events.ts";
import type { Settings } from "../settings/settings.ts";
import { formatMoney } from "../values/market-rules.ts";
import { money, ZERO_MONEY, type Micros, type Money } from "../values/units.ts";
import { drawdownThreshold, DrawdownStop } from "./drawdown-stop.ts";
import type { Halts } from "./halts.ts";
import { LossLimits, type LossSpan } from "./loss-limits.ts";

const LATCH_OF: Readonly<Record<LossSpan, LatchKind>> = { session: "session-loss", day: "day-loss" };

/** In quote currency, for eyes only; a gain is a loss of 0. */
export interface LossReadings {
  readonly drawdownUsd: number;
  /** 0 = never. */
  readonly drawdownBoundUsd: number;
  readonly sessionUsd: number;
  readonly dayUsd: number;
}

/** The result of session and day against what may be lost. Every bound that falls is a latch. */
export class LossWatch {
  private readonly _halts: Halts;
  private _drawdown = new DrawdownStop();
  private readonly _limits: LossLimits;

  constructor(halts: Halts, latches: readonly LatchKind[], day: CarriedDay | null) {
    this._halts = halts;
    this._limits = new LossLimits({
      day: day?.day ?? null,
      carriedToday: day?.net ?? ZERO_MONEY,
      netAtDayStart: ZERO_MONEY,
      lastNet: ZERO_MONEY,
      session: { isLatched: latches.includes("session-loss"), liftedAt: null },
      ofDay: { isLatched: latches.includes("day-loss"), liftedAt: day?.liftedAt ?? null },
    });
  }

  /** Takes the session's net result; true when its drawdown ends the session now. */
  read(nowUs: Micros, sessionNet: Money, settings: Settings): boolean {
    const { sessionNet: ofSession, dayNet, latching } = this._limits.read(nowUs, sessionNet, settings);
    for (const span of latching) {
      const net = span === "session" ? ofSession : dayNet;
      const bound = span === "session" ? settings.lossLimitSessionUsd : settings.lossLimitDayUsd;
      this._latch(LATCH_OF[span], nowUs, `the ${span} has lost ${formatMoney(net).replace("-", "")}`, net, bound);
    }
    const reading = this._drawdown.read(sessionNet, settings);
    if (!reading.isTripping) return false;
    const fallen = `the result is ${formatMoney(reading.drawdown)} below its peak`;
    this._latch("drawdown", nowUs, fallen, reading.drawdown, usd(reading.threshold));
    return true;
  }

  /** What has been lost as of the last reading, with what each limit counts; looking changes nothing. */
  readings(settings: Settings): LossReadings {
    const { carriedToday, netAtDayStart, lastNet, session, ofDay } = this._limits.state;
    const { baseline, peak } = this._drawdown.state;
    const top = (settings.drawdownUseHighWatermark ? peak : baseline) ?? lastNet;
    const dayNet = carriedToday + lastNet - netAtDayStart;
    return {
      drawdownUsd: lostUsd(top, lastNet),
      drawdownBoundUsd: usd(drawdownThreshold(settings)),
      sessionUsd: lostUsd(session.liftedAt ?? ZERO_MONEY, lastNet),
      dayUsd: lostUsd(ofDay.liftedAt ?? ZERO_MONEY, dayNet),
    };
  }

  /** A person lifts a latch: what it watches counts afresh from here. */
  lift(latch: Extract<LatchKind, "drawdown" | "session-loss" | "day-loss">): void {
    if (latch === "drawdown") this._drawdown = new DrawdownStop();
    else this._limits.lift(latch === "session-loss" ? "session" : "day");
  }

  private _latch(latch: LatchKind, nowUs: Micros, detail: string, reading: Money, bound: number): void {
    const message = `latched until a person clears it: ${detail}`;
    this._halts.halt(latch, nowUs, { detail, reading: usd(reading), bound, message, severity: "critical" });
  }
}

/** How far a result lies below where its limit counts from. */
function lostUsd(from: bigint, net: bigint): number {
  return net < from ? usd(money(from - net)) : 0;
}

/** For records and eyes only. */
function usd(value: Money): number {
  return Number(formatMoney(value));
}
