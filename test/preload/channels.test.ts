import { describe, expect, test } from "vitest";
import { CALL_NAMES, STREAM_NAMES } from "../../preload/channels.ts";
import { contract } from "../../preload/contract.ts";

describe("channel names", () => {
  test("name every call of the contract and nothing else", () => {
    const { feed: _feed, ...groups } = contract;
    const calls = Object.fromEntries(Object.entries(groups).map(([group, shape]) => [group, Object.keys(shape)]));
    expect(CALL_NAMES).toEqual(calls);
  });

  test("name every stream of the contract and nothing else", () => {
    expect([...STREAM_NAMES]).toEqual(Object.keys(contract.feed));
  });
});
