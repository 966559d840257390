/** Entry of the command line. What Node has compiled is kept for the next start: half of the time until a command begins would be that. */
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./cli/program.ts");
