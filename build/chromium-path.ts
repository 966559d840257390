import { existsSync } from "node:fs";

/** Where a browser is looked for, in this order, after `BALLAST_CHROMIUM`. */
const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** @returns the path of a Chromium or Chrome on this machine, null when there is none. A path named by `BALLAST_CHROMIUM` must exist. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment["BALLAST_CHROMIUM"];
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new Error(`BALLAST_CHROMIUM: expected the path of a browser, was "${named}"`);
    return named;
  }
  return usualPlaces.find((place) => existsSync(place)) ?? null;
}
