import type { SessionEnd } from "../../db/journal-protocol.ts";
import type { Effect, PnlParts } from "../kernel/effects.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { InvariantError } from "../kernel/values/invariant.ts";
import { formatLots, formatMoney } from "../kernel/values/market-rules.ts";

/** What a run came to; money and sizes as decimal strings. The object that `--json` prints and the sessions row keeps. */
export interface SessionResult {
  readonly sessionId: string;
  readonly events: number;
  readonly decisions: Readonly<Record<string, number>>;
  readonly placements: number;
  readonly cancels: number;
  readonly fills: { readonly maker: number; readonly taker: number };
  readonly position: string;
  readonly maxAbsPosition: string;
  readonly pnl: {
    readonly spreadCapture: string;
    readonly inventory: string;
    readonly fees: string;
    readonly funding: string;
    readonly net: string;
  };
  /** Share of the session's time with a two-sided quote within the offset limits, 0 to 1. */
  readonly uptime: number;
  readonly effectHash: string;
  readonly endedHow: SessionEnd;
  readonly eventsPerSecond: number;
  readonly tickerAgreement: { readonly agreed: number; readonly disagreed: number };
}

/** Counts what leaves a kernel. */
export class SessionTally {
  readonly decisions = new Map<string, number>();
  placements = 0;
  /** Orders that ended cancelled, whoever asked. */
  cancels = 0;
  maxAbsPositionLots = 0;
  events = 0;

  #lastParts: PnlParts | null = null;

  add(effects: readonly Effect[]): void {
    this.events += 1;
    for (const effect of effects) {
      if (effect.type === "record-decision") {
        const { code } = effect.decision;
        this.decisions.set(code, (this.decisions.get(code) ?? 0) + 1);
      } else if (effect.type === "place-order") {
        this.placements += 1;
      } else if (effect.type === "record-order") {
        if (effect.status === "cancelled" && !isLateFill(effect.orderId, effects)) this.cancels += 1;
      } else if (effect.type === "record-sample") {
        this.#lastParts = effect.pnl;
      } else if (effect.type === "record-fill") {
        this.#lastParts = effect.pnl;
        this.maxAbsPositionLots = Math.max(this.maxAbsPositionLots, Math.abs(effect.positionLots));
      }
    }
  }

  result(
    sessionId: string,
    kernel: Kernel,
    end: { readonly effectHash: string; readonly endedHow: SessionEnd; readonly eventsPerSecond: number },
  ): SessionResult {
    const { ledger, market } = kernel;
    const parts = this.#partsOf(kernel);
    return {
      sessionId,
      events: this.events,
      decisions: Object.fromEntries([...this.decisions].sort(([a], [b]) => (a < b ? -1 : 1))),
      placements: this.placements,
      cancels: this.cancels,
      fills: { maker: ledger.makerFills, taker: ledger.takerFills },
      position: formatLots(kernel.scale, ledger.positionLots),
      maxAbsPosition: formatLots(kernel.scale, this.maxAbsPositionLots),
      pnl: {
        spreadCapture: formatMoney(parts.spreadCapture),
        inventory: formatMoney(parts.inventory),
        fees: formatMoney(parts.fees),
        funding: formatMoney(parts.funding),
        net: formatMoney(parts.net),
      },
      uptime: kernel.uptime.share,
      effectHash: end.effectHash,
      endedHow: end.endedHow,
      eventsPerSecond: Math.round(end.eventsPerSecond),
      tickerAgreement: market.tickerAgreement,
    };
  }

  /** A ledger whose parts no longer add up throws; the session then ends with what was last recorded. */
  #partsOf(kernel: Kernel): PnlParts {
    try {
      return kernel.ledger.parts(null);
    } catch (error) {
      if (!(error instanceof InvariantError) || this.#lastParts === null) throw error;
      return this.#lastParts;
    }
  }
}

/** A fill that comes after the confirmed cancel has the order's row written again, `cancelled` as before, beside the fill's own. */
function isLateFill(orderId: number, effects: readonly Effect[]): boolean {
  return effects.some((effect) => effect.type === "record-fill" && effect.orderId === orderId);
}
