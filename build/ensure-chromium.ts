/** Sees to it that the browser tests have a browser: finds one, or installs Debian's when it may, or says what to do. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findChromium } from "./chromium-path.ts";

const isRoot = process.getuid?.() === 0;
const hasApt = existsSync("/usr/bin/apt-get");

function installWithApt(): boolean {
  console.log("ballast: no Chromium found, installing it with apt-get (about 100 MB)");
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const steps = [["update"], ["install", "-y", "--no-install-recommends", "chromium"]];
  return steps.every((step) => {
    const { status, stdout, stderr } = spawnSync("apt-get", ["-q", ...step], { env: environment, encoding: "utf8" });
    if (status !== 0) console.error(`${stdout}${stderr}`.slice(-4000));
    return status === 0;
  });
}

const found = findChromium();
if (found === null && !(isRoot && hasApt && installWithApt() && findChromium() !== null)) {
  console.error(
    "ballast: the browser tests need Chromium or Chrome, found none. Install one (Debian: `sudo apt-get update && sudo apt-get install -y chromium`) or set BALLAST_CHROMIUM to its path.",
  );
  process.exit(1);
}
