/**
 * Makes the golden tapes and what they must come to anew:
 *
 *     node test/golden/make-golden.ts            new tapes and new outcomes
 *     node test/golden/make-golden.ts --outcomes the tapes stay, only their outcomes are written anew
 *
 * Run it when a change of the kernel is meant to change what it does, look at what `git diff test/golden/outcomes.json` says, and
 * commit both with that change. Make new tapes when orders themselves changed, for a tape holds the venue's answers to them.
 */
import { statSync } from "node:fs";
import { goldenTape, replayGolden, writeOutcomes, type GoldenOutcome } from "./golden-replay.ts";
import { GOLDEN_SCRIPTS, writeGoldenTape } from "./golden-session.ts";

const isTapeKept = process.argv.includes("--outcomes");
const outcomes: Record<string, GoldenOutcome> = {};
for (const script of GOLDEN_SCRIPTS) {
  const path = goldenTape(script.name);
  if (!isTapeKept) writeGoldenTape(script, path);
  const outcome = replayGolden(script.name);
  outcomes[script.name] = outcome;
  const { events, fills, effectHash } = outcome;
  process.stdout.write(
    `${script.name}: ${statSync(path).size} bytes, ${events} events, ${fills} fills, effect hash ${effectHash}\n`,
  );
}
writeOutcomes(outcomes);
