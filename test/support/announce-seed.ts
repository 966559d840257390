/** Runs once before all tests: settles the seed for every worker and says it. */
export function setup(): void {
  if (process.env["BALLAST_SEED"] === "random")
    process.env["BALLAST_SEED"] = String(Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(
    `fast-check seed: ${process.env["BALLAST_SEED"] ?? "20261121 (BALLAST_SEED=N or =random for another)"}\n`,
  );
}
