import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DataFolder, dataFolderPaths, tapeFile } from "../../db/data-folder.ts";
import { temporaryFolder } from "./journal-harness.ts";

const moduleUrl = new URL("../../db/data-folder.ts", import.meta.url).href;

/** Another process that holds a data folder until it is killed. */
async function holder(dataDir: string) {
  const program = `
    const { DataFolder } = await import(${JSON.stringify(moduleUrl)});
    globalThis.claimed = DataFolder.claim(${JSON.stringify(dataDir)});
    console.log(globalThis.claimed.ok);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  expect(said.toString()).toBe("true\n");
  return child;
}

test("claims a folder, creating it with a place for tapes, and frees it", () => {
  const dataDir = join(temporaryFolder(), "new", "data");
  const claimed = DataFolder.claim(dataDir);
  if (!claimed.ok) throw new Error(claimed.message);
  expect(existsSync(dataFolderPaths(dataDir).tapesDir)).toBe(true);
  expect(DataFolder.claim(dataDir)).toMatchObject({ ok: false, code: "data-folder-in-use" });
  claimed.folder.release();
  const again = DataFolder.claim(dataDir);
  expect(again.ok).toBe(true);
  if (again.ok) again.folder.release();
});

test("another process's claim is refused by folder and process, and dies with that process", async () => {
  const dataDir = temporaryFolder();
  const child = await holder(dataDir);
  const refused = DataFolder.claim(dataDir);
  expect(refused).toMatchObject({ ok: false, code: "data-folder-in-use" });
  if (!refused.ok) {
    expect(refused.message).toContain(dataDir);
    expect(refused.message).toContain(`process ${child.pid}`);
  }
  child.kill("SIGKILL");
  await once(child, "exit");
  const claimed = DataFolder.claim(dataDir);
  expect(claimed.ok).toBe(true);
  if (claimed.ok) claimed.folder.release();
});

test.each(["", "../up", "a/b", "a.b", "x".repeat(65)])("a session id such as %o has no tape", (sessionId) => {
  expect(() => tapeFile(dataFolderPaths("/data"), sessionId)).toThrow(/letters, digits and dashes/);
});
