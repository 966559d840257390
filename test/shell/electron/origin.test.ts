import { expect, test } from "vitest";
import { isOwnAddress } from "../../../main/shell/electron/origin.ts";

test.each(["app://console/", "app://console/index.html", "app://console/#ladder", "app://console/assets/a.js?x=1"])(
  "%s is the console's own",
  (address) => expect(isOwnAddress(address)).toBe(true),
);

test.each([
  "",
  "about:blank",
  "console",
  "app:console",
  "app://",
  "app://other/",
  "app://console.evil.example/",
  "app://console:81/",
  "app://user@console/",
  "apps://console/",
  "https://console/",
  "file:///console/index.html",
  "data:text/html,app://console/",
  "https://evil.example/app://console/",
])("%j is not", (address) => expect(isOwnAddress(address)).toBe(false));
