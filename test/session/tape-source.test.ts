import { rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { openTape } from "../../db/tape-reader.ts";
import { TapeWriter } from "../../db/tape-writer.ts";
import { TapeSource } from "../../main/session/tape-source.ts";
import { anyEvent, encoded, inOrder, tapeHeader } from "../db/tape-arbitraries.ts";
import { temporaryFolder } from "./import-fixture.ts";

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

it("yields only the market events of a session's tape, without their numbers", () => {
  const events = inOrder(fc.sample(anyEvent, { numRuns: 200, seed: 3 }));
  const path = join(folder, "session.tape");
  const writer = TapeWriter.create(path, tapeHeader());
  writer.append(encoded(events));
  writer.close();
  const opened = openTape(path);
  if (!opened.ok) throw new Error(opened.message);
  const source = new TapeSource(opened.tape);
  expect(source.rules).toStrictEqual(tapeHeader().rules);
  const market = /^(book-|trade-|feed-|frame-|funding-rate-|open-interest-|liquidation-)/;
  const expected = events.filter((event) => market.test(event.type)).map(({ seq: _seq, ...rest }) => rest);
  expect(expected.length).toBeGreaterThan(20);
  for (const event of expected) expect(source.next()).toStrictEqual(event);
  expect(source.next()).toBeNull();
  source.close();
});
