import { describe, expect, it } from "vitest";
import type { JournalEntry } from "../../db/journal-protocol.ts";
import { defaultSettings } from "../../main/kernel/settings/settings-schema.ts";
import { Decimal } from "../../main/kernel/values/decimal.ts";
import { micros } from "../../main/kernel/values/units.ts";
import { comparedSession, compare, type ComparedGroup, type ComparedSession } from "../../main/review/comparison.ts";
import { journalOf, reportOf, START_US, storedSession, type Happening } from "./review-builders.ts";

const MID = 1_200_000;
const DAY_S = 86_400;
const legacy = { name: "legacy", revision: 1, hash: "aa".repeat(8), settings: defaultSettings("legacy") };
const mine = { name: "mine", revision: 2, hash: "bb".repeat(8), settings: { ...legacy.settings, maxPositionSize: 7 } };
const back = { ...legacy, revision: 3 };

/** Earns 0.01 x `lots` of spread at once. */
function earn(lots: number): readonly Happening[] {
  const fill = { kind: "fill", side: "buy", liquidity: "maker", priceTicks: 599_900, feeMicros: 0 } as const;
  return [
    { ...fill, sizeLots: lots, midHalfTicks: MID },
    { kind: "second", midHalfTicks: MID },
  ];
}

/** Puts a change of profile right behind the entry of an index. */
function flipped(
  entries: readonly JournalEntry[],
  flips: readonly { readonly after: number; readonly from: typeof legacy; readonly to: typeof legacy }[],
): readonly JournalEntry[] {
  return entries.flatMap((entry, index) => {
    const flip = flips.find(({ after }) => after === index);
    if (flip === undefined) return [entry];
    const atUs = micros(entry.lastAtUs + 1);
    const what = { commandId: "c", by: "operator", before: flip.from, after: flip.to };
    const record = { type: "record-profile-change", atUs, ...what } as const;
    return [entry, { seq: entry.seq, index: 1, record, count: 1, lastAtUs: atUs }];
  });
}

function session(sessionId: string, hash: string, entries: readonly JournalEntry[]): ComparedSession {
  const { manifest } = storedSession();
  const stored = storedSession({ manifest: { ...manifest, sessionId, profileName: "legacy", profileHash: hash } });
  return comparedSession(reportOf(entries, { stored }));
}

function compared(...sessions: readonly ComparedSession[]) {
  return compare(sessions, { filter: "all", fitting: sessions.length }, []);
}

function told(groups: readonly ComparedGroup[]) {
  return groups.map(({ name, sessions, fills, net }) => ({ name: name.split(" in ")[0], sessions, fills, net }));
}

function sum(values: readonly string[]): string {
  return values.reduce((total, value) => total.add(value), new Decimal(0)).toFixed();
}

describe("profile versions against results", () => {
  const plain = session("plain", legacy.hash, journalOf(earn(5)));
  // Two lots under the first profile, three under the other, four under the first again
  const flip = session(
    "flip",
    legacy.hash,
    flipped(journalOf([...earn(2), ...earn(3), ...earn(4)]), [
      { after: 1, from: legacy, to: mine },
      { after: 3, from: mine, to: back },
    ]),
  );
  const market = flip.market;

  it("say of each version what was earned under it, in whole sessions and in parts of them", () => {
    const { versions, sessions } = compared(plain, flip);
    expect(told(versions)).toEqual([
      { name: `legacy aaaaaaaa ${market}`, sessions: 2, fills: 3, net: "0.11" },
      { name: `mine bbbbbbbb ${market}`, sessions: 1, fills: 1, net: "0.03" },
    ]);
    expect(sum(versions.map(({ volume }) => volume))).toBe(sum(sessions.map(({ volume }) => volume)));
    expect(versions.map(({ volume }) => volume)).toEqual([
      new Decimal("59990").mul("0.011").toFixed(),
      new Decimal("59990").mul("0.003").toFixed(),
    ]);
    const timeUs = versions.reduce((total, { durationUs }) => total + durationUs, 0);
    expect(timeUs).toBe(sessions.reduce((total, { durationUs }) => total + durationUs, 0));
    expect(versions[1]?.durationUs).toBe(1_001_000);
  });

  it("tell a profile of the same name with another text apart", () => {
    const other = session("other", "cc".repeat(8), journalOf(earn(1)));
    expect(told(compared(plain, other).versions).map(({ name, net }) => [name, net])).toEqual([
      [`legacy aaaaaaaa ${market}`, "0.05"],
      [`legacy cccccccc ${market}`, "0.01"],
    ]);
  });
});

describe("the days of a comparison", () => {
  const untilMidnightS = DAY_S - Math.floor((START_US / 1_000_000) % DAY_S);
  const wait = (count: number): Happening => ({ kind: "second", midHalfTicks: MID, count });
  const dayOf = (days: number): string => new Date(START_US / 1000 + days * DAY_S * 1000).toISOString().slice(0, 10);

  it("have of a session that lasts over midnight what was earned on each day", () => {
    const long = session(
      "long",
      legacy.hash,
      journalOf([...earn(2), wait(untilMidnightS), ...earn(3), wait(2 * DAY_S), ...earn(1)]),
    );
    const short = session("short", legacy.hash, journalOf(earn(5)));
    const { days } = compared(long, short);
    expect(told(days).map(({ name, ...of }) => ({ ...of, day: name?.split(" ")[0] }))).toEqual([
      { day: dayOf(0), sessions: 2, fills: 2, net: "0.07" },
      { day: dayOf(1), sessions: 1, fills: 1, net: "0.03" },
      { day: dayOf(3), sessions: 1, fills: 1, net: "0.01" },
    ]);
    expect(sum(days.map(({ volume }) => volume))).toBe(sum([long.volume, short.volume]));
  });

  it("stand in their order, whichever session they come from", () => {
    const long = session("long", legacy.hash, journalOf([wait(untilMidnightS + 10), ...earn(1)]));
    const short = session("short", legacy.hash, journalOf(earn(5)));
    const names = compared(long, short).days.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(names).toHaveLength(2);
  });

  it("have a generated market, which has no date of its own, on the day on which it was run, and a tape on its own day", () => {
    const twoDaysLater = START_US + 2 * DAY_S * 1_000_000;
    const run = (sessionId: string, kind: string): ComparedSession => {
      const { manifest } = storedSession();
      const later = { ...manifest, sessionId, startedAtUs: twoDaysLater, source: { ...manifest.source, kind } };
      return comparedSession(reportOf(journalOf(earn(1)), { stored: storedSession({ manifest: later }) }));
    };
    const { days, sessions } = compared(run("made", "generated"), run("taped", "tape"));
    expect(days.map(({ name }) => name.split(" ")[0])).toEqual([dayOf(0), dayOf(2)]);
    expect(sessions.map(({ sessionId, fromUs }) => [sessionId, fromUs])).toEqual([
      ["taped", sessions[0]?.firstUs],
      ["made", twoDaysLater],
    ]);
  });

  it("have a session in which nothing was recorded on the day of its start", () => {
    expect(told(compared(session("empty", legacy.hash, [])).days)).toMatchObject([{ sessions: 1, fills: 0, net: "0" }]);
  });
});
