import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderBook } from "../../../main/kernel/market/order-book.ts";
import { DepthSequencer, type SequencedDelta } from "../../../main/venues/binance-usdm/depth-sequencer.ts";

type Step = { readonly snapshot: number } | { readonly delta: SequencedDelta };

const delta = (firstUpdateId: number, updateId: number, previousUpdateId: number): SequencedDelta => ({
  firstUpdateId,
  updateId,
  previousUpdateId,
});

/** A stream whose ids mostly follow each other, with losses, repeats and snapshots of about the right age. */
const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom("next", "next", "next", "lost", "repeat", "snapshot"),
      gap: fc.integer({ min: 0, max: 3 }),
      width: fc.integer({ min: 0, max: 3 }),
      age: fc.integer({ min: -3, max: 12 }),
    }),
    { maxLength: 60 },
  )
  .map((plans) => {
    let last = 100;
    let before = 99;
    return plans.map(({ kind, gap, width, age }): Step => {
      if (kind === "snapshot") return { snapshot: last - age };
      if (kind === "repeat") return { delta: delta(before + 1, last, before) };
      const previous = kind === "lost" ? last + 1 : last;
      before = previous;
      const first = previous + 1 + gap;
      last = first + width;
      return { delta: delta(first, last, previous) };
    });
  });

describe("depth sequencer", () => {
  it("judges as the kernel's book does, which is fed with what it lets through", () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const sequencer = new DepthSequencer();
        const book = new OrderBook();
        const put = (item: SequencedDelta): void => {
          const verdict = sequencer.delta(item);
          if (verdict === "held") return;
          const seen = book.applyDelta(item.firstUpdateId, item.updateId, item.previousUpdateId, [], []);
          expect(seen).toBe({ applies: "applied", old: "old", gap: "gapped" }[verdict]);
        };
        for (const step of plan) {
          if ("delta" in step) put(step.delta);
          else {
            const held = sequencer.snapshot(step.snapshot);
            if (held === null) continue;
            book.applySnapshot(step.snapshot, [], []);
            held.forEach(put);
          }
          expect(sequencer.isSynchronized).toBe(book.isSynchronized);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("applies the held delta that covers the snapshot and those after it, and drops the older", () => {
    const sequencer = new DepthSequencer();
    const deltas = [delta(1, 3, 0), delta(4, 6, 3), delta(8, 9, 6)];
    expect(deltas.map((item) => sequencer.delta(item))).toStrictEqual(["held", "held", "held"]);
    const held = sequencer.snapshot(5);
    expect(held).toStrictEqual(deltas);
    expect(held?.map((item) => sequencer.delta(item))).toStrictEqual(["old", "applies", "applies"]);
    expect(sequencer.held).toStrictEqual([]);
  });

  it("leaves out a snapshot that is no newer than its book", () => {
    const sequencer = new DepthSequencer();
    sequencer.snapshot(5);
    expect(sequencer.delta(delta(5, 7, 4))).toBe("applies");
    expect(sequencer.snapshot(7)).toBeNull();
    expect(sequencer.delta(delta(8, 9, 7))).toBe("applies");
    expect(sequencer.snapshot(20)).toStrictEqual([]);
  });

  it("holds the delta that shows a gap for the snapshot after it", () => {
    const sequencer = new DepthSequencer();
    sequencer.snapshot(5);
    expect(sequencer.delta(delta(6, 7, 5))).toBe("applies");
    const torn = delta(11, 12, 10);
    expect(sequencer.delta(torn)).toBe("gap");
    expect(sequencer.snapshot(11)).toStrictEqual([torn]);
    expect(sequencer.delta(torn)).toBe("applies");
  });

  it("holds no more than it must, the newest", () => {
    const sequencer = new DepthSequencer();
    for (let id = 1; id <= 5000; id++) sequencer.delta(delta(id, id, id - 1));
    expect(sequencer.held).toHaveLength(4096);
    expect(sequencer.held.at(-1)?.updateId).toBe(5000);
    expect(sequencer.droppedCount).toBe(904);
  });
});
