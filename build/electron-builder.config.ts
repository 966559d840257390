import type { Configuration } from "electron-builder";

/**
 * Packages of the desktop face. Fuses: the packaged binary is no Node, takes no inspector and no NODE_OPTIONS, loads nothing but its own
 * archive and checks that archive's integrity. `BALLAST_ELECTRON_DIST` names a folder with an Electron runtime for machines without a network.
 */
const electronDist = process.env["BALLAST_ELECTRON_DIST"];

const configuration: Configuration = {
  appId: "dev.ballast.console",
  productName: "Ballast",
  directories: { output: "dist", buildResources: "build" },
  files: [
    "out/main/**",
    "out/preload/**",
    "out/renderer/**",
    "package.json",
    "LICENSE",
    // What its prebuilt library was built from
    "!node_modules/better-sqlite3/{deps,src}/**",
  ],
  // Debian packages want a home page; there is none yet
  extraMetadata: { homepage: "https://ballast.invalid" },
  asar: true,
  // A native library is loaded by the operating system, which cannot look into the archive
  asarUnpack: ["node_modules/better-sqlite3/**"],
  // Ours speaks Node-API and comes prebuilt: one binary for Node and Electron
  npmRebuild: false,
  ...(electronDist === undefined ? {} : { electronDist }),
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  linux: {
    target: ["AppImage", "deb"],
    category: "Office",
    maintainer: "The Ballast developers <developers@ballast.invalid>",
  },
  win: { target: ["nsis"] },
  mac: { target: ["dmg"], category: "public.app-category.finance", hardenedRuntime: true },
  publish: null,
};

// A default export because electron-builder asks for one
export default configuration;
