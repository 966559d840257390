import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { findChromium } from "../../build/chromium-path.ts";
import packaging from "../../build/electron-builder.config.ts";
import { importProblem } from "../../build/lint/import-layers.ts";

const root = path.resolve(import.meta.dirname, "../..");

describe("require-node", () => {
  const asIf = (version: string): string =>
    `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`;
  const run = (version: string) =>
    spawnSync(process.execPath, ["--import", asIf(version), "build/require-node.mjs"], { cwd: root, encoding: "utf8" });

  it.each(["18.20.8", "20.20.2", "22.17.1"])("refuses Node %s in one line that says what to do", (version) => {
    const { status, stderr } = run(version);
    expect(status).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(`was ${version}`);
    expect(stderr).toContain("npm");
  });

  it.each(["22.18.0", "24.0.0", "25.1.0"])("takes Node %s without a word", (version) => {
    expect(run(version)).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });
});

describe("the browser of the tests", () => {
  it("refuses a named browser that is not there", () => {
    expect(() => findChromium({ BALLAST_CHROMIUM: "/nowhere/chromium" })).toThrow('was "/nowhere/chromium"');
  });

  it("takes a named browser before the usual ones", () => {
    expect(findChromium({ BALLAST_CHROMIUM: process.execPath })).toBe(process.execPath);
  });
});

describe("packages of the desktop face", () => {
  it("turn off what lets others use the binary, and turn on what protects it", () => {
    expect(packaging.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(packaging.asar).toBe(true);
  });
});

describe("the table of import layers", () => {
  const file = (target: string) => ({ kind: "file", path: target }) as const;

  it("measures a file by the longest entry that fits it", () => {
    const decimal = { kind: "package", name: "decimal.js", isTypeOnly: false } as const;
    expect(importProblem("main/kernel/values/decimal.ts", decimal)).toBeNull();
    expect(importProblem("main/kernel/values/decimals.ts", decimal)).toContain("main/kernel/ may load no package");
  });

  it("says what was expected and what was found", () => {
    expect(importProblem("main/venues/a.ts", file("main/session/b.ts"))).toBe(
      "main/venues/ may import main/kernel/events.ts, main/kernel/effects.ts, main/kernel/values/, main/kernel/market/; was main/session/b.ts (in main/venues/a.ts)",
    );
  });

  it("does not take a folder for another that starts alike", () => {
    expect(importProblem("main/kernel/a.ts", file("main/kernel-extra/b.ts"))).not.toBeNull();
  });

  it("lets a type of the database through, but not the database", () => {
    const sqlite = { kind: "package", name: "better-sqlite3" } as const;
    expect(importProblem("db/journal-writer.ts", { ...sqlite, isTypeOnly: true })).toBeNull();
    expect(importProblem("db/journal-writer.ts", { ...sqlite, isTypeOnly: false })).toContain("only db/open.ts");
    expect(importProblem("db/open.ts", { ...sqlite, isTypeOnly: false })).toBeNull();
  });
});
