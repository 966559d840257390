/** Where the page of the Electron face comes from, and how to tell it from anything else. */

export const APP_SCHEME = "app";
export const APP_HOST = "console";
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/`;

/** Says whether an address is of the console's own page; exact in scheme, host and port, and an empty or unreadable one is not. */
export function isOwnAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, username, password } = new URL(address);
  return protocol === `${APP_SCHEME}:` && host === APP_HOST && username === "" && password === "";
}
