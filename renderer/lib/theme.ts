import type { Theme } from "./screen-store.ts";

const storageKey = "ballast.theme";

/** The theme chosen on this machine, else what the desktop prefers. */
export function readTheme(): Theme {
  const fallback: Theme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === "dark" || stored === "light" ? stored : fallback;
  } catch {
    // storage can be switched off; the choice then lasts as long as the page
    return fallback;
  }
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
}

export function storeTheme(theme: Theme): void {
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // see readTheme
  }
}
