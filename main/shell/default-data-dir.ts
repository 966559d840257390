import { posix, win32 } from "node:path";

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
}

/** The data folder where none was named: the place that Electron gives an app called "ballast", so that both faces share one journal. */
export function defaultDataDir({ platform, env, homeDir }: Surroundings): string {
  if (platform === "win32") return win32.join(env["APPDATA"] ?? win32.join(homeDir, "AppData", "Roaming"), "ballast");
  if (platform === "darwin") return posix.join(homeDir, "Library", "Application Support", "ballast");
  const configDir = env["XDG_CONFIG_HOME"];
  return posix.join(
    configDir !== undefined && configDir !== "" ? configDir : posix.join(homeDir, ".config"),
    "ballast",
  );
}
