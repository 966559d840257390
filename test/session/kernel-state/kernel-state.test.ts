import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KernelEvent, OperatorCommand } from "../../../main/kernel/events.ts";
import { Kernel } from "../../../main/kernel/kernel.ts";
import type { KernelConfig } from "../../../main/kernel/kernel-config.ts";
import { Decimal } from "../../../main/kernel/values/decimal.ts";
import { EffectHash } from "../../../main/session/effect-hash.ts";
import { KernelClasses, kernelClassesOf } from "../../../main/session/kernel-state/kernel-classes.ts";
import { restoreState } from "../../../main/session/kernel-state/restore-state.ts";
import { StateSaver } from "../../../main/session/kernel-state/save-state.ts";
import { snapshotOf } from "../../support/kernel-harness.ts";
import { generatedSession, generatedSettings, SESSION_START_US } from "../../support/kernel-session.ts";

const root = join(import.meta.dirname, "../../..");

interface Act {
  readonly atS: number;
  readonly act: OperatorCommand | "flip" | "fault" | "fault-over";
}

interface Script {
  readonly market: "btc" | "alt";
  readonly profile: "legacy" | "crypto";
  readonly scenario: "calm" | "trending" | "volatile" | "gaps" | "mixed";
  readonly seed: number;
  readonly seconds: number;
  readonly isEager: boolean;
  readonly acts: readonly Act[];
}

/** Quotes at the touch and leaves itself no guard, so that much is filled. */
const EAGER = {
  offsetMode: "fixed",
  priceOffsetPerLevelPercent: 0.00002,
  minOffsetBps: 0,
  microVolMaxBps: 0,
  microDriftMaxBps: 0,
  imbalancePauseThreshold: 0,
  volRegimeEnabled: false,
  orderSizeMultiplier: 1,
} as const;

const scripts: fc.Arbitrary<Script> = fc.record({
  market: fc.constantFrom("btc", "alt"),
  profile: fc.constantFrom("legacy", "crypto"),
  scenario: fc.constantFrom("calm", "trending", "volatile", "gaps", "mixed"),
  seed: fc.nat({ max: 10_000 }),
  seconds: fc.integer({ min: 15, max: 60 }),
  isEager: fc.boolean(),
  acts: fc.array(
    fc.record({
      atS: fc.integer({ min: 1, max: 90 }),
      act: fc.constantFrom<Act["act"][]>(
        ...(["pause", "resume", "cancel-all", "reduce-only", "kill", "flip", "flip", "fault", "fault-over"] as const),
      ),
    }),
    { maxLength: 6 },
  ),
});

/** Everything that entered the kernel of a session, and what its kernel was made from. */
function tapeOf(script: Script): { readonly events: readonly KernelEvent[]; readonly config: KernelConfig } {
  const changes = script.isEager ? EAGER : {};
  const session = generatedSession({ ...script, changes });
  const config = { rules: session.kernel.scale.rules, profile: session.kernel.profile };
  const events: KernelEvent[] = [];
  session.observe((event) => events.push(event));
  const until = (second: number): void => {
    while (!session.advance(SESSION_START_US + second * 1_000_000, 10_000));
  };
  let { profile } = script;
  for (const [index, { atS, act }] of script.acts.toSorted((one, other) => one.atS - other.atS).entries()) {
    if (atS > script.seconds) break;
    until(atS);
    const commandId = `act-${index}`;
    if (act === "flip") {
      profile = profile === "legacy" ? "crypto" : "legacy";
      // As off a tape: it shares no default with the profile before
      const settings = structuredClone(generatedSettings({ ...script, profile, changes }));
      const flipped = { ...snapshotOf(settings), revision: index + 2 };
      session.command({ type: "profile-changed", commandId, by: "test", profile: flipped });
    } else if (act === "fault" || act === "fault-over") {
      session.command({ type: act === "fault" ? "fault-raised" : "fault-cleared", fault: "journal-behind" });
    } else session.command({ type: "operator-commanded", commandId, command: act, by: "test" });
  }
  until(script.seconds);
  session.close();
  return { events, config };
}

function hashOf(kernel: Kernel, events: readonly KernelEvent[]): string {
  const hash = new EffectHash();
  for (const event of events) hash.add(event.seq, kernel.handle(event));
  return hash.digest();
}

/** Saves a kernel in the middle of a session and holds what it does afterwards against the kernel that went on. */
function saveAndGoOn(script: Script, share: number): void {
  const { events, config } = tapeOf(script);
  const cut = Math.floor(events.length * share);
  const kernel = new Kernel(config);
  const saver = new StateSaver(kernelClassesOf(config));
  for (const event of events.slice(0, cut)) kernel.handle(event);
  const bytes = saver.save(kernel);
  const restored = restoreState(bytes, kernelClassesOf(config)) as Kernel;
  expect(restored).toBeInstanceOf(Kernel);
  expect(Buffer.compare(saver.save(restored), bytes)).toBe(0);
  const rest = events.slice(cut);
  expect(hashOf(restored, rest)).toBe(hashOf(kernel, rest));
  expect(Buffer.compare(saver.save(restored), saver.save(kernel))).toBe(0);
}

const LIVELY: Script = {
  market: "btc",
  profile: "crypto",
  scenario: "trending",
  seed: 5,
  seconds: 80,
  isEager: true,
  acts: [
    { atS: 25, act: "flip" },
    { atS: 40, act: "pause" },
    { atS: 41, act: "resume" },
    { atS: 75, act: "kill" },
  ],
};

describe("a saved kernel", () => {
  test.each([0, 0.3, 0.6, 0.99])(
    "goes on as if nothing had happened in a session with fills, a flip and a kill, saved at %d of it",
    (share) => {
      const types = tapeOf(LIVELY).events.map(({ type }) => type);
      expect(types.filter((type) => type === "order-filled").length).toBeGreaterThan(5);
      saveAndGoOn(LIVELY, share);
    },
  );

  test("goes on as if nothing had happened in any session, and saves to the same bytes", () => {
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(fc.property(scripts, shares, saveAndGoOn), { numRuns: 8 });
  });

  test("shares nothing with the kernel that it was saved from", () => {
    const { events, config } = tapeOf(LIVELY);
    const kernel = new Kernel(config);
    const classes = kernelClassesOf(config);
    const saver = new StateSaver(classes);
    for (const event of events.slice(0, 2000)) kernel.handle(event);
    const bytes = saver.save(kernel);
    const restored = restoreState(bytes, classes) as Kernel;
    for (const event of events.slice(2000)) kernel.handle(event);
    expect(Buffer.compare(saver.save(restored), bytes)).toBe(0);
  });
});

class Known {
  held: unknown;
  constructor(held: unknown) {
    this.held = held;
  }
}
class Unknown {
  readonly value = 1;
}

const KNOWN = KernelClasses.of([new Known(null)]);
const saved = (value: object): unknown => restoreState(new StateSaver(KNOWN).save(value), KNOWN);

describe("the state codec", () => {
  test("keeps every kind of value, down to the sign of zero", () => {
    const value = {
      wholes: [0, -0, 1, -1, 127, 128, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1)],
      doubles: [0.1, -1.5, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 60],
      texts: ["", "plain", "plain", "Ünïcode €", "\ud800"],
      others: [null, undefined, true, false, 12345678901234567890n, -7n],
      map: new Map<unknown, unknown>([
        [1, "one"],
        ["two", { nested: [1] }],
      ]),
      set: new Set([3, 1, 2]),
      numbers: [new Float64Array([1.5, Number.NaN]), new Int32Array([-3]), new Uint8Array([1, 2, 3])],
      empty: [[], {}, new Map(), new Set(), new Float64Array(0)],
    };
    expect(saved(value)).toEqual(value);
  });

  test("keeps holes, shared objects, cycles and the order of fields and entries", () => {
    const shared = { at: 1 };
    const list: unknown[] = [shared];
    list[2] = shared;
    const knot = new Known({ list, shared, z: 1, a: 2 });
    (shared as Record<string, unknown>)["back"] = knot;
    const back = saved(knot) as Known;
    const held = back.held as { list: unknown[]; shared: { back: unknown } };
    expect(back).toBeInstanceOf(Known);
    expect(Object.keys(held)).toEqual(["list", "shared", "z", "a"]);
    expect(held.list[0]).toBe(held.shared);
    expect(held.list[2]).toBe(held.shared);
    expect(1 in held.list).toBe(false);
    expect(held.shared.back).toBe(back);
  });

  test("keeps decimals exact and usable", () => {
    const back = saved({ price: new Decimal("123456789.000000000000000000000000000001") }) as { price: Decimal };
    expect(back.price.mul(2).toString()).toBe("246913578.000000000000000000000000000002");
  });

  test("any data comes back equal, and equal data has equal bytes", () => {
    fc.assert(
      fc.property(
        fc.object({ withBigInt: true, withMap: true, withSet: true, withTypedArray: false, withNullPrototype: false }),
        (value) => {
          expect(saved(value)).toEqual(value);
          const saver = new StateSaver(KNOWN);
          expect(saver.save(saved(value) as object)).toEqual(saver.save(value));
        },
      ),
    );
  });

  test.each([
    ["a function", { orders: [{ act: () => 1 }] }, "state.orders[0].act: a function is no state"],
    ["a symbol", { mark: Symbol("s") }, "state.mark: a symbol is no state"],
    ["a class it does not know", { a: new Map([[1, new Unknown()]]) }, "state.a.values[0]: an object of class Unknown"],
    [
      "an accessor",
      {
        get now() {
          return 1;
        },
      },
      "field now is an accessor",
    ],
    ["a date", { at: new Date(0) }, "state.at: an object of class Date"],
    ["a field named by a symbol", { [Symbol("s")]: 1 }, "named by a symbol"],
    ["an object without a prototype", { o: Object.create(null) as object }, "without a prototype"],
  ])("refuses %s, and says where it is", (_what, value, message) => {
    expect(() => new StateSaver(KNOWN).save(value)).toThrow(message);
  });

  test("refuses bytes of a class that the kernel does not have, and bytes cut short", () => {
    const bytes = new StateSaver(KNOWN).save(new Known([1, 2, 3]));
    expect(() => restoreState(bytes, KernelClasses.of([{}]))).toThrow("holds a Known");
    expect(() => restoreState(bytes.subarray(0, bytes.length - 1), KNOWN)).toThrow("ends at byte");
  });

  test("two classes of one name are refused", () => {
    class Other {
      readonly other = 1;
    }
    Object.defineProperty(Other, "name", { value: Known.name });
    expect(() => KernelClasses.of([new Known(null), new Other()])).toThrow("two classes of the kernel are named Known");
  });
});

/** Classes that the kernel's code makes and never keeps. */
const NEVER_KEPT = ["InvariantError"];

/** The kernel's source files that `kernel.ts` loads, itself included; what nothing loads can be in no kernel. */
function loadedSources(): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  const load = (file: string): void => {
    if (sources.has(file)) return;
    const text = readFileSync(file, "utf8");
    sources.set(file, text);
    for (const [, clause = "", from = ""] of text.matchAll(/^(?:import|export) ([^;]*?)from "(\.[^"]+)";/gm)) {
      if (!clause.startsWith("type ")) load(join(dirname(file), from));
    }
  };
  load(join(root, "main/kernel/kernel.ts"));
  return sources;
}

describe("the kernel's sources", () => {
  const configs = (["legacy", "crypto"] as const).map((profile): KernelConfig => {
    const session = generatedSession({ profile });
    return { rules: session.kernel.scale.rules, profile: session.kernel.profile };
  });

  test("declare no class that a saved state could not name", () => {
    const declared = [...loadedSources().values()].flatMap((text) =>
      [...text.matchAll(/^(?:export )?(?:abstract )?class (\w+)/gm)].map((match) => match[1] ?? ""),
    );
    expect(declared).toContain("LevelTable");
    for (const config of configs) {
      const known = new Set([...kernelClassesOf(config).names, ...NEVER_KEPT]);
      // A class named here appears in a kernel only later: put it into APPEAR_LATER of kernel-classes.ts
      expect(declared.filter((name) => !known.has(name))).toEqual([]);
    }
  });

  test("hide no state from a saver: no #private field, no variable outside a class", () => {
    const hidden = [...loadedSources()].flatMap(([file, text]) =>
      [...text.matchAll(/^\s+(?:static )?(?:readonly )?#\w+|^(?:export )?let .*/gm)].map(
        ([line]) => `${file}: ${line.trim()}`,
      ),
    );
    expect(hidden).toEqual([]);
  });
});
