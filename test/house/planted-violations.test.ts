import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowed, type Plant, plants, type Tool } from "./plants.ts";

/** A finding of one of the tools of `npm run check`: `rule` is the tool's own name for what is wrong. */
interface Finding {
  readonly tool: Tool;
  readonly file: string;
  readonly rule: string;
}

const root = path.resolve(import.meta.dirname, "../..");

/** Runs one of the scripts behind `npm run check`, with more arguments. Its exit code is not of interest, what it names is. */
function runScript(folder: string, script: string, ...given: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync("npm", ["run", "-s", script, "--", ...given], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
    env: { ...process.env, NO_COLOR: "1" },
  });
  if (error !== undefined) throw error;
  return stripVTControlCharacters(stdout === "" ? stderr : stdout);
}

function copyOfTheTree(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "ballast-house-"));
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const file of listed.toString("utf8").split("\0")) {
    if (file === "" || !existsSync(path.join(root, file))) continue;
    cpSync(path.join(root, file), path.join(folder, file));
  }
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "dir");
  return folder;
}

function plant(folder: string, file: string, text: string): void {
  const target = path.join(folder, file);
  if (existsSync(target)) throw new Error(`a plant must not replace a file of the tree, was ${file}`);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function plantAll(folder: string, { file, text, with: others }: Plant): void {
  plant(folder, file, text);
  for (const [other, otherText] of Object.entries(others ?? {})) plant(folder, other, otherText);
}

function lintFindings(folder: string): Finding[] {
  const report = JSON.parse(runScript(folder, "lint", "--format", "json")) as {
    readonly diagnostics: readonly { readonly code?: string; readonly filename: string }[];
  };
  return report.diagnostics.map(({ code, filename }) => ({ tool: "lint", file: filename, rule: code ?? "" }));
}

function typeFindings(folder: string): Finding[] {
  const lines = runScript(folder, "types", "--pretty", "false").split("\n");
  return lines.flatMap((line) => {
    const match = /^(\S+?)\(\d+,\d+\): error (TS\d+):/.exec(line);
    return match === null ? [] : [{ tool: "types", file: match[1]!, rule: match[2]! } as const];
  });
}

function formatFindings(folder: string): Finding[] {
  const lines = runScript(folder, "format:check").split("\n");
  return lines.map((line) => ({ tool: "format", file: line.replace(/ \(\d+ms\)$/, ""), rule: "" }));
}

function deadFindings(folder: string): Finding[] {
  const report = JSON.parse(runScript(folder, "dead", "--reporter", "json")) as {
    readonly issues: readonly ({ readonly file: string } & Readonly<Record<string, unknown>>)[];
  };
  return report.issues.flatMap(({ file, ...kinds }) =>
    Object.entries(kinds)
      .filter(([, found]) => Array.isArray(found) && found.length > 0)
      .map(([rule]) => ({ tool: "dead", file, rule }) as const),
  );
}

describe("the rules of the house", () => {
  let folder = "";
  let findings: readonly Finding[] = [];

  beforeAll(() => {
    folder = copyOfTheTree();
    const forTypes = plants.filter(({ noticedBy }) => noticedBy.some(({ tool }) => tool === "types"));
    for (const each of forTypes) plantAll(folder, each);
    for (const [file, text] of Object.entries(allowed)) plant(folder, file, text);
    const types = typeFindings(folder);
    // Only now the others: an import of something foreign would bring its types, with Node's clock and timers, into the kernel
    for (const each of plants) if (!forTypes.includes(each)) plantAll(folder, each);
    findings = [...types, ...lintFindings(folder), ...formatFindings(folder), ...deadFindings(folder)];
  });

  afterAll(() => {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  });

  it.each(plants.flatMap((each) => each.noticedBy.map((by) => ({ ...each, ...by }))))(
    "$tool notices in $file: $breaks",
    ({ file, tool, rule }) => {
      const found = findings.filter((finding) => finding.file === file && finding.tool === tool);
      expect(found.map((finding) => finding.rule)).toContain(rule);
    },
  );

  it("npm run check runs every tool", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    for (const script of ["format:check", "lint", "types", "dead"]) {
      expect(scripts["check"]).toContain(`npm run -s ${script}`);
    }
    expect(scripts["test"]).toContain("npm run -s check");
  });

  it.each(Object.keys(allowed))("lint and types let %s pass", (file) => {
    const found = findings.filter(
      (finding) => finding.file === file && (finding.tool === "lint" || finding.tool === "types"),
    );
    expect(found).toEqual([]);
  });
});
