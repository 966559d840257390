import { mountConsole } from "./app/mount-console.tsx";
import { connectBridge } from "./lib/bridge-client/connect-bridge.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("expected the page to have an element #root");
mountConsole(root, connectBridge());
