import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FillMatcher, type FillPair, type RunName } from "../../../main/session/what-if/fill-matcher.ts";

interface Fill {
  readonly atUs: number;
  readonly side: "buy" | "sell";
}

const WINDOW_US = 10;

function match(fills: readonly (readonly [RunName, Fill])[]): FillPair<Fill>[] {
  const pairs: FillPair<Fill>[] = [];
  const matcher = new FillMatcher<Fill>(WINDOW_US, (pair) => pairs.push(pair));
  for (const [run, fill] of fills.toSorted(([, one], [, other]) => one.atUs - other.atUs)) matcher.add(run, fill);
  matcher.finish();
  return pairs;
}

/** Largest number of pairs that any pairing has: the augmenting paths of Kuhn, slow and sure. */
function mostPairs(fills: readonly (readonly [RunName, Fill])[]): number {
  const of = (run: RunName): Fill[] => fills.flatMap(([name, fill]) => (name === run ? [fill] : []));
  const [left, right] = [of("baseline"), of("alternative")];
  const partners = new Map<number, number>();
  const augment = (from: number, seen: Set<number>): boolean => {
    for (const [to, fill] of right.entries()) {
      const isNear = left[from]!.side === fill.side && Math.abs(left[from]!.atUs - fill.atUs) <= WINDOW_US;
      if (!isNear || seen.has(to)) continue;
      seen.add(to);
      const partner = partners.get(to);
      if (partner === undefined || augment(partner, seen)) {
        partners.set(to, from);
        return true;
      }
    }
    return false;
  };
  return left.filter((_fill, from) => augment(from, new Set())).length;
}

const fillsOfTwoRuns = fc.array(
  fc.tuple(
    fc.constantFrom<RunName>("baseline", "alternative"),
    fc.record({ atUs: fc.integer({ min: 0, max: 120 }), side: fc.constantFrom<"buy" | "sell">("buy", "sell") }),
  ),
  { maxLength: 24 },
);

describe("fills of two runs", () => {
  test("are paired as often as any pairing could, each at most once, on one side, within the window", () => {
    fc.assert(
      fc.property(fillsOfTwoRuns, (fills) => {
        const pairs = match(fills);
        const matched = pairs.filter(({ baseline, alternative }) => baseline !== null && alternative !== null);
        for (const { baseline, alternative } of matched) {
          expect(baseline!.side).toBe(alternative!.side);
          expect(Math.abs(baseline!.atUs - alternative!.atUs)).toBeLessThanOrEqual(WINDOW_US);
        }
        const given = pairs.flatMap(({ baseline, alternative }) =>
          [baseline, alternative].filter((fill) => fill !== null),
        );
        expect(new Set(given).size).toBe(fills.length);
        expect(given).toHaveLength(fills.length);
        expect(matched).toHaveLength(mostPairs(fills));
      }),
    );
  });

  test.each([
    ["at the edge of the window", 10, 1],
    ["just beyond it", 11, 0],
  ])("count the distance %s", (_where, distance, expected) => {
    const pairs = match([
      ["baseline", { atUs: 100, side: "buy" }],
      ["alternative", { atUs: 100 + distance, side: "buy" }],
    ]);
    expect(pairs.filter(({ baseline, alternative }) => baseline !== null && alternative !== null)).toHaveLength(
      expected,
    );
  });
});
