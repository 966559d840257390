import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { defaultDataDir } from "../../main/shell/default-data-dir.ts";
import { fetchElectronRuntime, findElectronRuntime, missingDisplay } from "../../main/shell/electron-runtime.ts";

function packageFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "ballast-electron-"));
  mkdirSync(join(folder, "dist"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const linux = { platform: "linux", env: {} } as const;

describe("finding the Electron runtime", () => {
  test("in the package's dist", () => {
    const packageDir = packageFolder({ "dist/electron": "", "path.txt": "electron" });
    expect(findElectronRuntime({ ...linux, packageDir })).toEqual({
      kind: "found",
      executable: join(packageDir, "dist/electron"),
    });
  });

  test("not where the package's dist is empty: it may be fetched", () => {
    expect(findElectronRuntime({ ...linux, packageDir: packageFolder({}) })).toMatchObject({
      kind: "missing",
      mayFetch: true,
    });
  });

  test("not where a download was cut off", () => {
    const packageDir = packageFolder({ "dist/electron": "half of it" });
    expect(findElectronRuntime({ ...linux, packageDir })).toMatchObject({ kind: "missing", mayFetch: true });
  });

  test("not where the package is missing", () => {
    expect(findElectronRuntime({ ...linux, packageDir: null })).toMatchObject({ kind: "missing", mayFetch: false });
  });

  test("where the environment says, before the package", () => {
    const [own, other] = [packageFolder({ "dist/electron": "" }), packageFolder({ electron: "", other: "" })];
    const find = (env: Record<string, string>) => findElectronRuntime({ platform: "linux", env, packageDir: own });
    expect(find({ ELECTRON_OVERRIDE_DIST_PATH: other })).toMatchObject({ executable: join(other, "electron") });
    expect(find({ ELECTRON_EXEC_PATH: join(other, "other"), ELECTRON_OVERRIDE_DIST_PATH: other })).toMatchObject({
      executable: join(other, "other"),
    });
    expect(find({ ELECTRON_EXEC_PATH: join(other, "gone") })).toEqual({
      kind: "missing",
      reason: "ELECTRON_EXEC_PATH names no file",
      mayFetch: false,
    });
  });
});

describe("fetching it", () => {
  const fetch = (script: string, waitMs = 20_000) =>
    fetchElectronRuntime({ packageDir: packageFolder({ "install.js": script }), waitMs });

  test("ends with the package's own script", async () => {
    expect(await fetch("process.exit(0)")).toBe(true);
    expect(await fetch("process.exit(1)")).toBe(false);
  });

  test("is not waited for longer than allowed", async () => {
    expect(await fetch("setInterval(() => {}, 1000)", 50)).toBe(false);
  });
});

test.each([
  ["linux", {}, "no display here"],
  ["linux", { DISPLAY: "" }, "no display here"],
  ["linux", { DISPLAY: ":0" }, null],
  ["linux", { WAYLAND_DISPLAY: "wayland-0" }, null],
  ["darwin", {}, null],
  ["win32", {}, null],
] as const)("on %s with %j the missing display is %j", (platform, env, expected) => {
  expect(missingDisplay({ platform, env })).toBe(expected);
});

test.each([
  ["linux", {}, "/home/a/.config/ballast"],
  ["linux", { XDG_CONFIG_HOME: "/config" }, "/config/ballast"],
  ["darwin", {}, "/home/a/Library/Application Support/ballast"],
  ["win32", { APPDATA: "C:\\Users\\a\\AppData\\Roaming" }, "C:\\Users\\a\\AppData\\Roaming\\ballast"],
] as const)("on %s with %j the data folder is %s", (platform, env, expected) => {
  expect(defaultDataDir({ platform, env, homeDir: "/home/a" })).toBe(expected);
});
