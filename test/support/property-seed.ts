import fc from "fast-check";

/**
 * One seed for every property of a run, so that a run can be repeated: a fixed one as a rule, since what guards the tree must not fail by luck on a
 * change that did not cause it; `BALLAST_SEED=N` another, `BALLAST_SEED=random` a new one, to look for what the fixed one does not find.
 */
function propertySeed(): number {
  const wanted = process.env["BALLAST_SEED"];
  if (wanted === undefined || wanted === "") return 20_261_121;
  const seed = Number(wanted);
  if (!Number.isSafeInteger(seed))
    throw new TypeError(`BALLAST_SEED must be a whole number or "random", was ${wanted}`);
  return seed;
}

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: propertySeed() });
