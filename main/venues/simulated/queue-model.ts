import type { Parsed } from "../../kernel/values/market-rules.ts";

/**
 * Probability that a cancelled lot stood behind our order, of the size behind and the size in front (lots).
 * Source of all of them: the queue position models of hftbacktest.
 */
export type CancelBehindProbability = (behindLots: number, frontLots: number) => number;

/**
 * When a resting order is filled: `touch` and `through` look at prices only; a queue model fills by the place in the queue,
 * with its own guess of where in the queue cancelled size had stood.
 */
export type FillModel =
  | { readonly kind: "touch"; readonly name: string }
  | { readonly kind: "through"; readonly name: string }
  | { readonly kind: "queue"; readonly name: string; readonly cancelBehind: CancelBehindProbability };

export const DEFAULT_FILL_MODEL = "queue-log";

const LARGEST_EXPONENT = 20;

const EXPECTED =
  "touch, through, queue-log, queue-log2, queue-power:N, queue-power2:N, queue-power3:N or queue-risk-averse" +
  ` (N above 0, at most ${LARGEST_EXPONENT})`;

/** Parses the name of a fill model: `queue-power:3`. */
export function parseFillModel(text: string): Parsed<FillModel> {
  const [kind = "", exponentText, ...rest] = text.trim().split(":");
  const refusal = { ok: false, message: `fill model must be ${EXPECTED}, was "${text}"` } as const;
  if (rest.length > 0) return refusal;
  if (exponentText === undefined) {
    const plain = plainModel(kind);
    return plain === null ? refusal : { ok: true, value: plain };
  }
  const exponent = /^\d+(?:\.\d+)?$/.test(exponentText) ? Number(exponentText) : Number.NaN;
  if (!(exponent > 0 && exponent <= LARGEST_EXPONENT)) return refusal;
  const cancelBehind = powerProbability(kind, exponent);
  return cancelBehind === null
    ? refusal
    : { ok: true, value: { kind: "queue", name: `${kind}:${exponent}`, cancelBehind } };
}

function plainModel(kind: string): FillModel | null {
  switch (kind) {
    case "touch":
    case "through":
      return { kind, name: kind };
    case "queue-log":
      return {
        kind: "queue",
        name: kind,
        cancelBehind: (b, f) => Math.log(1 + b) / (Math.log(1 + b) + Math.log(1 + f)),
      };
    case "queue-log2":
      return { kind: "queue", name: kind, cancelBehind: (b, f) => Math.log(1 + b) / Math.log(1 + b + f) };
    case "queue-risk-averse":
    case "risk-averse":
      return { kind: "queue", name: "queue-risk-averse", cancelBehind: alwaysBehind };
    default:
      return null;
  }
}

function powerProbability(kind: string, n: number): CancelBehindProbability | null {
  switch (kind) {
    case "queue-power":
      return (b, f) => b ** n / (b ** n + f ** n);
    case "queue-power2":
      return (b, f) => b ** n / (b + f) ** n;
    case "queue-power3":
      return (b, f) => 1 - (f / (f + b)) ** n;
    default:
      return null;
  }
}

/** Every cancellation is behind us until nothing is left behind: the slowest queue there can be. */
export function alwaysBehind(): number {
  return 1;
}

/**
 * Size in front of an order after its price level went from `previousLots` to `newLots`, of which `tradedLots` were trades that
 * the front has felt already.
 *
 * Deviates from the source in one point: a front never falls below zero here, for a cancellation cannot fill anybody.
 */
export function frontAfterDepthChange(
  frontLots: number,
  previousLots: number,
  newLots: number,
  tradedLots: number,
  cancelBehind: CancelBehindProbability,
): number {
  const cancelled = previousLots - newLots - tradedLots;
  if (cancelled < 0) return Math.min(frontLots, newLots);
  const behind = Math.max(0, previousLots - frontLots);
  const computed = cancelBehind(behind, frontLots);
  // An empty queue is 0 / 0: then nothing is in front and the answer does not matter
  const probability = Number.isFinite(computed) ? computed : 1;
  const estimate = frontLots - (1 - probability) * cancelled + Math.min(behind - probability * cancelled, 0);
  return Math.max(0, Math.min(estimate, newLots, frontLots));
}
