/** The build-up of a price as steps of a waterfall: each starts where the one before ended. */
import type { StreamItem } from "../../../preload/bridge.ts";

export type BuildUp = NonNullable<StreamItem<"slots">["slots"][number]["buildUp"]>;
export type PartName = BuildUp["parts"][number]["name"];

export interface WaterfallStep {
  readonly name: PartName;
  readonly bps: number;
  readonly price: number;
  /** Ends of the bar as shares of the whole width, from the lowest price at 0 to the highest at 1. */
  readonly left: number;
  readonly right: number;
}

/** Parts that are always shown, in this order, so that the eye finds them at the same place whatever they are. */
const alwaysShown: readonly PartName[] = ["offset", "regime", "skew", "trend", "funding", "extra", "tick"];
/** Smaller parts are rounding of doubles and count as nothing. */
const NOTHING_BPS = 1e-9;

export function waterfallSteps(buildUp: BuildUp): readonly WaterfallStep[] {
  const byName = new Map(buildUp.parts.map((part) => [part.name, part]));
  const extras = buildUp.parts.filter((part) => !alwaysShown.includes(part.name)).map((part) => part.name);
  let reachedBps = 0;
  const spans = [...alwaysShown, ...extras].map((name) => {
    const { bps, price } = byName.get(name) ?? { bps: 0, price: 0 };
    const fromBps = reachedBps;
    reachedBps += bps;
    return { name, bps: Math.abs(bps) < NOTHING_BPS ? 0 : bps, price, fromBps, toBps: reachedBps };
  });
  const ends = spans.flatMap((span) => [span.fromBps, span.toBps]);
  const lowest = Math.min(0, ...ends);
  const width = Math.max(0, ...ends) - lowest;
  const shareOf = (bps: number): number => (width === 0 ? 0 : (bps - lowest) / width);
  return spans.map(({ name, bps, price, fromBps, toBps }) => ({
    name,
    bps,
    price,
    left: shareOf(Math.min(fromBps, toBps)),
    right: shareOf(Math.max(fromBps, toBps)),
  }));
}
