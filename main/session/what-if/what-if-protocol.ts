import type { WhatIfOutcome } from "./run-what-if.ts";
import type { WhatIfRequest } from "./what-if-request.ts";

/** What the thread of a what-if run is started with: `workerData`. */
export interface WhatIfThreadData {
  readonly request: WhatIfRequest;
}

/** What it says; nothing is said to it: to cancel it is to end the thread. */
export type FromWhatIf =
  | { readonly type: "progress"; readonly share: number; readonly words: string }
  | { readonly type: "done"; readonly outcome: WhatIfOutcome };
