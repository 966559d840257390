import { describe, expect, it } from "vitest";
import { readCaptureLine } from "../../../main/venues/binance-usdm/capture-line.ts";

describe("capture line", () => {
  it.each([
    ["1723161255030314667 {}", { kind: "frame", receivedUs: 1_723_161_255_030_314, text: "{}" }],
    ["1626992741.06217: {}", { kind: "frame", receivedUs: 1_626_992_741_062_170, text: "{}" }],
    ["1626992741.3105128: {}", { kind: "frame", receivedUs: 1_626_992_741_310_512, text: "{}" }],
    ["1626992741: {}", { kind: "frame", receivedUs: 1_626_992_741_000_000, text: "{}" }],
    [
      "https://fapi.binance.com/fapi/v1/depth?symbol=A&limit=1000 -> 1626992741.301402: {}",
      {
        kind: "answer",
        receivedUs: 1_626_992_741_301_402,
        url: "https://fapi.binance.com/fapi/v1/depth?symbol=A&limit=1000",
        text: "{}",
      },
    ],
    ["wss://fstream.binance.com/stream?streams=a/b <-> 1626992740.179554", { kind: "note" }],
    ['configuration: {"trades":[]}', { kind: "note" }],
    ["", { kind: "note" }],
    ["rubbish", { kind: "unreadable" }],
    ["17231612550303146x7 {}", { kind: "unreadable" }],
    ['{"lastUpdateId":1}', { kind: "unreadable" }],
  ])("reads %j", (line, read) => {
    expect(readCaptureLine(line)).toStrictEqual(read);
  });
});
