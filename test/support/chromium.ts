import { chromium, type Browser } from "playwright-core";
import { findChromium } from "../../build/chromium-path.ts";

/** Nothing but the page under test: no background traffic, no sandbox (containers run as root), no GPU. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the machine's own Chromium, headless. `BALLAST_CHROMIUM` names another. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null)
    throw new Error("expected Chromium on this machine; `node build/ensure-chromium.ts` installs it");
  return chromium.launch({ executablePath, args: flags, headless: true });
}
