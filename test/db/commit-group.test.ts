import { expect, test } from "vitest";
import { CommitGroup } from "../../db/commit-group.ts";
import { batch, decision } from "./journal-builders.ts";

const rows = (count: number) => Array.from({ length: count }, (_, index) => decision(index + 1));
const block = (bytes: number) => ({
  bytes: new Uint8Array(bytes),
  events: 1,
  firstSeq: 1,
  lastSeq: 1,
  firstTsUs: 1,
  lastTsUs: 1,
});

test.each([
  ["199 rows", [batch(1, rows(100)), batch(2, rows(99))], 0, false],
  ["200 rows", [batch(1, rows(100)), batch(2, rows(100))], 0, true],
  ["an urgent batch without rows", [batch(1, [], { isUrgent: true })], 0, true],
  ["49 ms", [batch(1, []), batch(2, [])], 49, false],
  ["50 ms", [batch(1, []), batch(2, [])], 50, true],
  ["almost 4 MiB of events without a row", [batch(1, [], { block: block(4 * 1024 * 1024 - 1) })], 0, false],
  ["4 MiB of events without a row", [batch(1, [], { block: block(4 * 1024 * 1024) })], 0, true],
])("%s: due is right", (_what, batches, laterMs, isDue) => {
  const group = new CommitGroup();
  const answers = batches.map((one, index) => group.add(one, 1_000 + index * laterMs));
  expect(answers.at(-1)).toBe(isDue);
  expect(answers.slice(0, -1)).not.toContain(true);
});

test("hands its batches over in order, without their blocks, and starts anew", () => {
  const group = new CommitGroup();
  group.add(batch(1, rows(199)), 0);
  group.add(batch(2, []), 1);
  expect(group.take()).toMatchObject([
    { throughSeq: 1, block: null },
    { throughSeq: 2, block: null },
  ]);
  expect(group.isEmpty).toBe(true);
  expect(group.add(batch(3, rows(1)), 60)).toBe(false);
});
