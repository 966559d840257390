/** Violations of the house's rules, each in a file of its own, and what has to notice it. The files need not make sense, only one mistake. */

export type Tool = "lint" | "types" | "format" | "dead";

export interface Plant {
  readonly breaks: string;
  readonly file: string;
  readonly text: string;
  readonly noticedBy: readonly { readonly tool: Tool; readonly rule: string }[];
  /** Other files that the mistake takes, by path. */
  readonly with?: Readonly<Record<string, string>>;
}

const layers = { tool: "lint", rule: "house(import-layers)" } as const;
const restricted = { tool: "lint", rule: "eslint(no-restricted-globals)" } as const;

function lint(rule: string): Plant["noticedBy"] {
  return [{ tool: "lint", rule }];
}

function types(...codes: readonly string[]): Plant["noticedBy"] {
  return codes.map((rule) => ({ tool: "types", rule }) as const);
}

function imports(breaks: string, file: string, specifier: string): Plant {
  const text = `import * as planted from "${specifier}";\n\nexport const seen = planted;\n`;
  return { breaks, file, text, noticedBy: [layers] };
}

const layerPlants: readonly Plant[] = [
  imports("kernel -> venues", "main/kernel/planted/venue.ts", "../../venues/port.ts"),
  imports("kernel -> db", "main/kernel/planted-db.ts", "../../db/open.ts"),
  imports("kernel -> Node", "main/kernel/planted/node.ts", "node:fs"),
  imports("kernel -> package", "main/kernel/planted/package.ts", "zod"),
  imports("kernel -> decimal.js past its door", "main/kernel/planted/decimal.ts", "decimal.js"),
  imports("venues -> session", "main/venues/planted/session.ts", "../../session/event-queue.ts"),
  imports(
    "venues -> kernel beyond events, effects, values, market",
    "main/venues/planted-quoting.ts",
    "../kernel/quoting/reprice-pipeline.ts",
  ),
  imports("venues -> db", "main/venues/planted-db.ts", "../../db/open.ts"),
  imports("profiles -> session", "main/profiles/planted-session.ts", "../session/event-queue.ts"),
  imports("review -> session", "main/review/planted-session.ts", "../session/explain.ts"),
  imports("review -> Node", "main/review/planted-node.ts", "node:fs"),
  imports("session -> shell", "main/session/planted-shell.ts", "../shell/ipc-gate.ts"),
  imports("session -> renderer", "main/session/planted-renderer.ts", "../../renderer/lib/format.ts"),
  imports("shell -> kernel", "main/shell/planted-kernel.ts", "../kernel/kernel.ts"),
  imports("shell -> venues", "main/shell/planted-venues.ts", "../venues/port.ts"),
  imports("shell -> db", "main/shell/web/planted-db.ts", "../../../db/open.ts"),
  imports("db -> venues", "db/planted-venues.ts", "../main/venues/port.ts"),
  imports("db -> kernel's machinery", "db/planted-kernel.ts", "../main/kernel/kernel.ts"),
  imports("preload -> main", "preload/planted-main.ts", "../main/kernel/events.ts"),
  imports("preload -> Node", "preload/planted-node.ts", "node:fs"),
  imports("renderer -> main", "renderer/lib/planted-main.ts", "../../main/session/event-queue.ts"),
  imports("renderer -> kernel", "renderer/lib/planted-kernel.ts", "../../main/kernel/events.ts"),
  imports("renderer -> Node", "renderer/lib/planted-node.ts", "node:fs"),
  imports("main -> renderer", "main/planted-renderer.ts", "../renderer/lib/format.ts"),
  imports("better-sqlite3 outside db", "main/session/planted-sqlite.ts", "better-sqlite3"),
  imports("better-sqlite3 past db/open.ts", "db/planted-sqlite.ts", "better-sqlite3"),
  imports("electron in session", "main/session/planted-electron.ts", "electron"),
  imports("electron in the web face", "main/shell/web/planted-electron.ts", "electron"),
  imports("electron in the renderer", "renderer/lib/planted-electron.ts", "electron"),
  imports("the Electron entry", "test/planted-entry.ts", "../main/index.ts"),
  imports("the command's entry", "main/planted-entry.ts", "./cli.ts"),
  imports("the engine thread's entry", "main/session/planted-entry.ts", "./engine-thread.ts"),
  imports("the journal thread's entry", "db/planted-entry.ts", "./journal-thread.ts"),
  imports("the preload's entry", "preload/planted-entry.ts", "./index.ts"),
  imports("the renderer's entry", "renderer/lib/planted-entry.ts", "../main.tsx"),
  {
    breaks: "no dynamic import past a layer",
    file: "main/venues/planted-dynamic.ts",
    text: `export const later = import("../session/event-queue.ts");\n`,
    noticedBy: [layers],
  },
  {
    breaks: "no type import past a layer",
    file: "main/kernel/planted/venue-type.ts",
    text: `import type { Venue } from "../../venues/port.ts";\n\nexport type Planted = Venue;\n`,
    noticedBy: [layers],
  },
];

const purityPlants: readonly Plant[] = [
  {
    breaks: "no clock",
    file: "main/kernel/planted/clock.ts",
    text: `export const now = Date.now();\n`,
    noticedBy: [restricted, ...types("TS2304")],
  },
  {
    breaks: "no fine clock",
    file: "main/kernel/planted/fine-clock.ts",
    text: `export const now = performance.now();\n`,
    noticedBy: [restricted, ...types("TS2304")],
  },
  {
    breaks: "no randomness",
    file: "main/kernel/planted/dice.ts",
    text: `export const roll = Math.random();\n`,
    noticedBy: [{ tool: "lint", rule: "eslint(no-restricted-properties)" }, ...types("TS2339")],
  },
  {
    breaks: "no randomness by way of decimals",
    file: "main/kernel/planted/decimal-dice.ts",
    text: `import { Decimal } from "../values/decimal.ts";\n\nexport const roll = Decimal.random();\n`,
    noticedBy: lint("eslint(no-restricted-properties)"),
  },
  {
    breaks: "no timer",
    file: "main/kernel/planted/timer.ts",
    text: `export const timer = setTimeout(() => 1, 1);\n`,
    noticedBy: [restricted, ...types("TS2304")],
  },
  {
    breaks: "no interval",
    file: "main/kernel/planted/interval.ts",
    text: `export const timer = setInterval(() => 1, 1);\n`,
    noticedBy: [restricted, ...types("TS2304")],
  },
  {
    breaks: "no microtask",
    file: "main/kernel/planted/microtask.ts",
    text: `export const later = queueMicrotask(() => undefined);\n`,
    noticedBy: [restricted, ...types("TS2304")],
  },
  {
    breaks: "no machine",
    file: "main/kernel/planted/machine.ts",
    text: `export const home = process.env;\n`,
    noticedBy: [restricted, ...types("TS2591")],
  },
  {
    breaks: "no asynchrony",
    file: "main/kernel/planted/asynchrony.ts",
    text: `export async function later(): Promise<number> {\n  return 1;\n}\n`,
    noticedBy: [{ tool: "lint", rule: "oxc(no-async-await)" }, ...types("TS2583")],
  },
  {
    breaks: "no promise",
    file: "main/kernel/planted/promise.ts",
    text: `export const later = Promise.resolve(1);\n`,
    noticedBy: [restricted, ...types("TS2583")],
  },
  {
    breaks: "no weak reference",
    file: "main/kernel/planted/weak.ts",
    text: `export const weak = new WeakRef({});\n`,
    noticedBy: [restricted, ...types("TS2304")],
  },
  {
    breaks: "no locale",
    file: "main/kernel/planted/locale.ts",
    text: `export const shown = (1.5).toLocaleString();\n`,
    noticedBy: types("TS2339"),
  },
  {
    breaks: "no way around through globalThis",
    file: "main/kernel/planted/around.ts",
    text: `export const clock = globalThis.Date;\n`,
    noticedBy: [restricted, ...types("TS7017")],
  },
  {
    breaks: "no document in main",
    file: "main/session/planted-document.ts",
    text: `export const page = document.title;\n`,
    noticedBy: types("TS2584"),
  },
];

const shapePlants: readonly Plant[] = [
  {
    breaks: "no cycle",
    file: "main/session/planted-cycle.ts",
    text: `import { back } from "./planted-cycle-back.ts";\n\nexport const forth = (): unknown => back;\n`,
    with: {
      "main/session/planted-cycle-back.ts": `import { forth } from "./planted-cycle.ts";\n\nexport const back = (): unknown => forth;\n`,
    },
    noticedBy: lint("import(no-cycle)"),
  },
  {
    breaks: "no default export",
    file: "main/session/planted-default.ts",
    text: `export default 1;\n`,
    noticedBy: lint("import(no-default-export)"),
  },
  {
    breaks: "no barrel",
    file: "main/session/planted-barrel.ts",
    text: `export * from "../profiles/diff.ts";\n`,
    noticedBy: lint("house(no-re-export)"),
  },
  {
    breaks: "no passing on of single names",
    file: "main/session/planted-pass-on.ts",
    text: `export { diff } from "../profiles/diff.ts";\n`,
    noticedBy: lint("house(no-re-export)"),
  },
  {
    breaks: "files of at most 400 lines",
    file: "main/session/planted-long-file.ts",
    text: Array.from({ length: 401 }, (_, line) => `export const line${line} = ${line};\n`).join(""),
    noticedBy: lint("eslint(max-lines)"),
  },
  {
    breaks: "functions of at most 60 lines",
    file: "main/session/planted-long-function.ts",
    text: `export function long(list: number[]): void {\n${"  list.push(1);\n".repeat(61)}}\n`,
    noticedBy: lint("eslint(max-lines-per-function)"),
  },
  {
    breaks: "kebab-case files",
    file: "main/session/plantedCamel.ts",
    text: `export const one = 1;\n`,
    noticedBy: lint("unicorn(filename-case)"),
  },
  {
    breaks: "no marks for later",
    file: "main/session/planted-mark.ts",
    text: `// TODO: later\nexport const one = 1;\n`,
    noticedBy: lint("eslint(no-warning-comments)"),
  },
  {
    breaks: "an exception carries its reason",
    file: "main/session/planted-exception.ts",
    text: `// oxlint-disable-next-line no-console\nexport const print = console.log;\n`,
    noticedBy: lint("house(disable-needs-reason)"),
  },
  {
    breaks: "no exception without need",
    file: "main/session/planted-idle-exception.ts",
    text: `// oxlint-disable-next-line no-console -- a reason, but nothing to except\nexport const one = 1;\n`,
    noticedBy: lint(""),
  },
  {
    breaks: "no printing outside the command",
    file: "main/session/planted-print.ts",
    text: `console.log("planted");\n\nexport const one = 1;\n`,
    noticedBy: lint("eslint(no-console)"),
  },
  {
    breaks: "no any",
    file: "main/session/planted-any.ts",
    text: `export const one: any = 1;\n`,
    noticedBy: lint("typescript(no-explicit-any)"),
  },
  {
    breaks: "no !",
    file: "main/session/planted-sure.ts",
    text: `export const first = (list: number[]): number => list[0]!;\n`,
    noticedBy: lint("typescript(no-non-null-assertion)"),
  },
  {
    breaks: "no silenced compiler",
    file: "main/session/planted-silenced.ts",
    text: `// @ts-ignore\nexport const one: string = 1;\n`,
    noticedBy: lint("typescript(ban-ts-comment)"),
  },
  {
    breaks: "no floating promise",
    file: "main/session/planted-floating.ts",
    text: `export function start(work: () => Promise<void>): void {\n  work();\n}\n`,
    noticedBy: lint("typescript(no-floating-promises)"),
  },
  {
    breaks: "every member of a union has its case",
    file: "main/session/planted-switch.ts",
    text: `export function sign(side: "buy" | "sell"): number {\n  switch (side) {\n    case "buy":\n      return 1;\n  }\n  return 0;\n}\n`,
    noticedBy: lint("typescript(switch-exhaustiveness-check)"),
  },
  {
    breaks: "no focused test",
    file: "test/planted-focus.test.ts",
    text: `import { expect, it } from "vitest";\n\nit.only("is alone", () => {\n  expect(1).toBe(1);\n});\n`,
    noticedBy: lint("vitest(no-focused-tests)"),
  },
  {
    breaks: "no disabled test",
    file: "test/planted-disabled.test.ts",
    text: `import { expect, it } from "vitest";\n\nit.skip("sleeps", () => {\n  expect(1).toBe(1);\n});\n`,
    noticedBy: lint("vitest(no-disabled-tests)"),
  },
  {
    breaks: "an element may be missing",
    file: "main/session/planted-index.ts",
    text: `export const first = (list: readonly number[]): number => list[0];\n`,
    noticedBy: types("TS2322"),
  },
  {
    breaks: "an absent property is not an undefined one",
    file: "main/session/planted-absent.ts",
    text: `interface Note {\n  readonly text?: string;\n}\n\nexport const note: Note = { text: undefined };\n`,
    noticedBy: types("TS2375"),
  },
  {
    breaks: "sources run as they are",
    file: "main/session/planted-enum.ts",
    text: `export enum Side {\n  Buy,\n}\n`,
    noticedBy: types("TS1294"),
  },
  {
    breaks: "one layout",
    file: "main/session/planted-layout.ts",
    text: `export const one=1\n`,
    noticedBy: [{ tool: "format", rule: "" }],
  },
  {
    breaks: "no dead file",
    file: "main/session/planted-dead.ts",
    text: `export const one = 1;\n`,
    noticedBy: [{ tool: "dead", rule: "files" }],
  },
  {
    breaks: "no dead export",
    file: "test/planted-half-dead.ts",
    text: `export const used = 1;\nexport const unused = 2;\n`,
    with: {
      "test/planted-user.test.ts": `import { expect, it } from "vitest";\nimport { used } from "./planted-half-dead.ts";\n\nit("is used", () => {\n  expect(used).toBe(1);\n});\n`,
    },
    noticedBy: [{ tool: "dead", rule: "exports" }],
  },
];

export const plants: readonly Plant[] = [...layerPlants, ...purityPlants, ...shapePlants];

/** What the rules must let pass, so that no rule is right by refusing everything. */
export const allowed: Readonly<Record<string, string>> = {
  "main/kernel/allowed/pure.ts": `import { invariant } from "../values/invariant.ts";\n\nexport function middle(values: readonly number[]): number {\n  invariant(values.length > 0, "values must not be empty");\n  const sorted = values.toSorted((left, right) => left - right);\n  return sorted.at(sorted.length >> 1) ?? Math.max(...new Set(sorted));\n}\n`,
  "main/venues/allowed/book.ts": `import type { KernelEvent } from "../../kernel/events.ts";\nimport * as book from "../../kernel/market/order-book.ts";\n\nexport const seen: readonly KernelEvent[] = [];\nexport const known = book;\n`,
  "main/session/allowed-thread.ts": `import { Worker } from "node:worker_threads";\n\nexport const start = (): Worker => new Worker(new URL("../../db/journal-thread.ts", import.meta.url));\n`,
  "db/allowed-type.ts": `import type Database from "better-sqlite3";\n\nexport type Connection = Database.Database;\n`,
  "main/shell/electron/allowed.ts": `import { app } from "electron";\n\nexport const name = (): string => app.getName();\n`,
  "renderer/lib/allowed.ts": `import { contract } from "../../preload/contract.ts";\n\nexport const groups = Object.keys(contract);\n`,
  "main/cli/allowed-print.ts": `export function print(line: string): void {\n  console.log(line);\n}\n`,
  "test/allowed-skip.test.ts": `import { describe, expect, it } from "vitest";\n\ndescribe.skipIf(process.platform === "sunos")("where there is a sun (needs SunOS)", () => {\n  it("shines", () => {\n    expect(1).toBe(1);\n  });\n});\n`,
};
