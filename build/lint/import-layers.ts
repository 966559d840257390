/** Who may import what, as one table. The same table stands in words in docs/architecture.md. */

export interface Layer {
  /** Folder (with a closing slash) or file, relative to the root. The longest that fits a file is its layer. */
  readonly at: string;
  /** Folders and files of ours it may import, besides its own. */
  readonly mayImport: readonly string[];
  /** Packages it may load; null = any that is not reserved below. */
  readonly packages: readonly string[] | null;
  readonly mayUseNode: boolean;
}

const kernelShapes = [
  "main/kernel/events.ts",
  "main/kernel/effects.ts",
  "main/kernel/decision.ts",
  "main/kernel/settings/",
  "main/kernel/values/",
];
const kernelForVenues = [
  "main/kernel/events.ts",
  "main/kernel/effects.ts",
  "main/kernel/values/",
  "main/kernel/market/",
];
const bridge = ["preload/contract.ts", "preload/views.ts", "preload/bridge.ts", "preload/channels.ts"];

export const layers: readonly Layer[] = [
  { at: "main/kernel/", mayImport: [], packages: [], mayUseNode: false },
  { at: "main/kernel/values/decimal.ts", mayImport: ["main/kernel/"], packages: ["decimal.js"], mayUseNode: false },
  { at: "main/venues/", mayImport: kernelForVenues, packages: null, mayUseNode: true },
  {
    at: "main/profiles/",
    mayImport: ["main/kernel/settings/", "main/kernel/values/"],
    packages: null,
    mayUseNode: true,
  },
  // Rows in, figures and pages out: no file, no clock, no package
  {
    at: "main/review/",
    mayImport: [...kernelShapes, "main/kernel/accounting/", "main/kernel/market/", "db/"],
    packages: [],
    mayUseNode: false,
  },
  {
    at: "main/session/",
    // The bridge's types: the view feed makes what the contract describes
    mayImport: ["main/kernel/", "main/venues/", "main/profiles/", "main/review/", "db/", ...bridge],
    packages: null,
    mayUseNode: true,
  },
  { at: "main/shell/", mayImport: ["main/session/", "main/profiles/", ...bridge], packages: null, mayUseNode: true },
  { at: "main/", mayImport: ["main/", "db/", ...bridge], packages: null, mayUseNode: true },
  { at: "db/", mayImport: kernelShapes, packages: null, mayUseNode: true },
  { at: "preload/", mayImport: [], packages: ["zod", "electron"], mayUseNode: false },
  { at: "renderer/", mayImport: bridge, packages: null, mayUseNode: false },
  { at: "build/", mayImport: ["main/kernel/", "main/profiles/"], packages: null, mayUseNode: true },
  {
    at: "test/",
    mayImport: ["main/", "db/", "preload/", "renderer/", "build/", "out/"],
    packages: null,
    mayUseNode: true,
  },
];

/** Started by Electron, a browser, a shell or `new Worker(new URL(...))`: importing one would run it. */
export const entries: readonly string[] = [
  "main/index.ts",
  "main/cli.ts",
  "main/session/engine-thread.ts",
  "main/session/what-if/what-if-thread.ts",
  "main/session/review/review-thread.ts",
  "main/session/playback/replay-thread.ts",
  "db/journal-thread.ts",
  "db/journal-reads-thread.ts",
  "preload/index.ts",
  "renderer/main.tsx",
];

/** Packages with a door of their own. A type of better-sqlite3 loads nothing, so all of db/ may name it. */
export const reservedPackages: ReadonlyMap<
  string,
  { readonly value: readonly string[]; readonly type: readonly string[] }
> = new Map([
  ["better-sqlite3", { value: ["db/open.ts"], type: ["db/"] }],
  [
    "electron",
    {
      value: ["main/index.ts", "main/shell/electron/", "preload/index.ts", "test/"],
      type: ["main/index.ts", "main/shell/electron/", "preload/index.ts", "test/"],
    },
  ],
]);

export function layerOf(file: string): Layer | null {
  let found: Layer | null = null;
  for (const layer of layers) {
    if (isWithin(file, layer.at) && layer.at.length > (found?.at.length ?? 0)) found = layer;
  }
  return found;
}

/** @param place a folder with a closing slash, or a file */
export function isWithin(file: string, place: string): boolean {
  return place.endsWith("/") ? file.startsWith(place) : file === place;
}

/**
 * @param file importing file, relative to the root, with forward slashes
 * @param target imported file, relative to the root, or a bare specifier
 * @returns what is wrong with the import, in one sentence; null when it is allowed
 */
export function importProblem(file: string, target: ImportTarget): string | null {
  const layer = layerOf(file);
  if (layer === null) return null;
  return target.kind === "file" ? fileProblem(layer, file, target.path) : packageProblem(layer, file, target);
}

export type ImportTarget =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "package"; readonly name: string; readonly isTypeOnly: boolean };

function fileProblem(layer: Layer, file: string, target: string): string | null {
  if (entries.includes(target)) return `nobody imports an entry; refer to it by URL, was ${target}`;
  if (isWithin(target, layer.at) || layer.mayImport.some((place) => isWithin(target, place))) return null;
  const allowed = layer.mayImport.length === 0 ? "nothing outside its own folder" : layer.mayImport.join(", ");
  return `${layer.at} may import ${allowed}; was ${target} (in ${file})`;
}

function packageProblem(layer: Layer, file: string, target: ImportTarget & { kind: "package" }): string | null {
  if (target.name.startsWith("node:"))
    return layer.mayUseNode ? null : `${layer.at} may not use Node; was ${target.name}`;
  const reserved = reservedPackages.get(target.name);
  if (reserved !== undefined) {
    const places = target.isTypeOnly ? reserved.type : reserved.value;
    if (places.some((place) => isWithin(file, place))) return null;
    return `only ${places.join(", ")} may import ${target.name}; was ${file}`;
  }
  if (layer.packages === null || layer.packages.includes(target.name)) return null;
  return `${layer.at} may load ${layer.packages.length === 0 ? "no package" : layer.packages.join(", ")}; was ${target.name}`;
}
