/**
 * Writes the kernel's standard library: that of ECMAScript 2024 as the installed compiler knows it, without clocks, randomness, asynchrony,
 * locales, garbage-collection observers, shared memory and code from strings. The kernel's tsconfig has no other library, so the compiler
 * itself refuses `Date`, `Math.random`, `Promise`, `async` and the rest (ADR 0005).
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(import.meta.dirname, "..");
const kernelLibraryPath = path.join(root, "out", "kernel-library", "lib.d.ts");

/** Newest edition taken over; a newer one is a decision, not an upgrade's side effect. */
const lastEdition = 2024;

/** Parts of an edition that are left out as a whole. */
const bannedParts = new Set([
  "asyncgenerator",
  "asynciterable",
  "date",
  "full",
  "intl",
  "promise",
  "sharedmemory",
  "weakref",
]);

const bannedDeclarations = new Set([
  "Date",
  "DateConstructor",
  "EvalError",
  "EvalErrorConstructor",
  "Intl",
  "Promise",
  "PromiseConstructor",
  "PromiseConstructorLike",
  "PromiseLike",
  "eval",
]);

/** Single members, wherever they are declared: randomness, and everything whose answer hangs on the machine's locale. */
const bannedMember = /^ {4}(random|toLocale\w*|localeCompare)\(/;

/** Values, not types: the compiler needs the type `Function`, nobody needs its constructor. */
const bannedValue = /^declare var (Function|Date|Promise|EvalError)\b/;

function isKept(fileName: string): boolean {
  if (fileName === "lib.es5.d.ts" || fileName === "lib.decorators.d.ts" || fileName === "lib.decorators.legacy.d.ts") {
    return true;
  }
  const match = /^lib\.es(\d{4})\.(.+)\.d\.ts$/.exec(fileName);
  if (match === null || Number(match[1]) > lastEdition) return false;
  return (match[2] ?? "").split(".").every((part) => !bannedParts.has(part));
}

function declaredName(line: string): string | null {
  return /^(?:declare )?(?:interface|type|var|function|namespace|class) (\w+)/.exec(line)?.[1] ?? null;
}

/** Takes the banned declarations out of one library file. Declarations of these files start in column 0 and end with `}` or `;`. */
export function withoutImpurities(text: string): string {
  const kept: string[] = [];
  let dropping = false;
  for (const line of text.replace(/\/\*[\s\S]*?\*\//g, "").split(/\r?\n/)) {
    if (line.trim() === "" || line.startsWith("///")) continue;
    if (dropping) {
      if (line.startsWith("}") || (/^\S/.test(line) && line.endsWith(";"))) dropping = false;
      continue;
    }
    const name = declaredName(line);
    if (name !== null && (bannedDeclarations.has(name) || bannedValue.test(line))) {
      dropping = !line.endsWith(";") && !line.endsWith("}");
      continue;
    }
    if (!bannedMember.test(line)) kept.push(line);
  }
  return kept.join("\n");
}

function compilerLibraryFolder(): string {
  const fromHere = createRequire(import.meta.url);
  const fromCompiler = createRequire(fromHere.resolve("typescript/package.json"));
  const platform = fromCompiler.resolve(`@typescript/typescript-${process.platform}-${process.arch}/package.json`);
  return path.join(path.dirname(platform), "lib");
}

function writeKernelLibrary(): void {
  const folder = compilerLibraryFolder();
  const parts = readdirSync(folder)
    .filter(isKept)
    .sort()
    .map((name) => withoutImpurities(readFileSync(path.join(folder, name), "utf8")));
  const text = `${parts.join("\n")}\n`;
  const leak = /^.*\b(Date|Promise\w*|Intl|WeakRef|SharedArrayBuffer|random)\b.*$/m.exec(text);
  if (leak !== null) throw new Error(`kernel library: expected no impure name to be left, was "${leak[0].trim()}"`);
  if (!text.includes("interface Math {")) throw new Error(`kernel library: expected the standard library in ${folder}`);
  mkdirSync(path.dirname(kernelLibraryPath), { recursive: true });
  if (readIfThere(kernelLibraryPath) !== text) writeFileSync(kernelLibraryPath, text);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeKernelLibrary();
