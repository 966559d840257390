/**
 * Adds to package-lock.json the optional packages of other platforms that a registry did not have when the file was written. npm then leaves
 * them out without a word, and a later `npm ci` refuses the file. Their names say what they run on; run this after every `npm install`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const root = path.resolve(import.meta.dirname, "..");
const lockfilePath = path.join(root, "package-lock.json");

/** The folders in which Node looks for a package that `from` names, nearest first. */
function places(from: string, name: string): string[] {
  const found: string[] = [];
  for (let folder = from; folder !== ""; folder = folder.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, "")) {
    found.push(`${folder}/node_modules/${name}`);
  }
  return [...found, `node_modules/${name}`];
}

/** @returns the optional packages that some package of the lockfile names and the lockfile lacks: `[place, name, version]` */
function missingOptionals(lockfile: Lockfile): [place: string, name: string, version: string, dev: boolean][] {
  return Object.entries(lockfile.packages).flatMap(([from, { optionalDependencies, dev }]) =>
    Object.entries(optionalDependencies ?? {})
      .filter(([name]) => !places(from, name).some((place) => place in lockfile.packages))
      .map(
        ([name, version]) => [`node_modules/${name}`, name, version, dev === true] as [string, string, string, boolean],
      ),
  );
}

/** Reads "@oxlint/binding-linux-arm64-musl" as os linux, cpu arm64, libc musl. */
function entryFor(name: string, version: string, dev: boolean): LockedPackage {
  const match =
    /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x)(?:-(\w+))?$/.exec(name);
  const [, os, cpu, abi] = match ?? [];
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`package-lock.json: expected a platform's package with an exact version, was ${name}@${version}`);
  }
  const libc = os === "linux" && abi !== undefined ? { libc: [abi.startsWith("musl") ? "musl" : "glibc"] } : {};
  return { version, cpu: [cpu], ...(dev ? { dev } : {}), ...libc, optional: true, os: [os] };
}

const text = readFileSync(lockfilePath, "utf8");
const lockfile = JSON.parse(text) as Lockfile;
const missing = missingOptionals(lockfile);
const packages = Object.entries(lockfile.packages);
for (const [place, name, version, dev] of missing) packages.push([place, entryFor(name, version, dev)]);
packages.sort(([left], [right]) => left.localeCompare(right, "en"));

if (process.argv.includes("--check")) {
  for (const [, name, version] of missing)
    console.error(`package-lock.json lacks ${name}@${version}: run node build/complete-lockfile.ts`);
  process.exitCode = missing.length === 0 ? 0 : 1;
} else if (missing.length > 0) {
  writeFileSync(lockfilePath, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(packages) }, null, 2)}\n`);
  console.log(`package-lock.json: added ${missing.length} optional packages of other platforms`);
}
