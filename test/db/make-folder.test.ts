import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../db/make-folder.ts";

const temporary = (): string => mkdtempSync(join(tmpdir(), "ballast-folder-"));

test("makes a folder with all that is missing above it, and leaves one that is there", () => {
  const path = join(temporary(), "a", "b", "c");
  makeFolder(path);
  makeFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test.each([
  ["in the folder's place", ""],
  ["above it", "/below"],
])("says so where a file stands %s", (_where, rest) => {
  const file = join(temporary(), "file");
  writeFileSync(file, "");
  expect(() => makeFolder(`${file}${rest}`)).toThrow(/EEXIST|ENOTDIR/);
});

test.skipIf(!existsSync("/proc/self"))("gives up where the system takes no new folder (needs /proc)", () => {
  const folder = new URL("../../db/make-folder.ts", import.meta.url).href;
  const program = `import { makeFolder } from ${JSON.stringify(folder)}; try { makeFolder("/proc/nope/a"); } catch (e) { console.log(e.code); }`;
  const run = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    timeout: 10_000,
    killSignal: "SIGKILL",
  });
  expect(run.stdout).toMatch(/^(ENOENT|EACCES|EPERM|EROFS)\n$/);
});
