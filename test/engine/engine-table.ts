/**
 * Runs both profiles on the recorded BTC market (where it lies beside the checkout) and on generated calm, trending, volatile and jumping ones,
 * and writes the table into docs/engine.md. Usage: npm run engine-table [-- --minutes N]
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareSession } from "../../main/session/session-factory.ts";
import { discardingSink } from "../../main/session/session-recorder.ts";
import {
  DEFAULT_FILL_MODEL,
  DEFAULT_LATENCY_US,
  DEFAULT_MAKER_BPS,
  DEFAULT_TAKER_BPS,
  type SourceSpec,
} from "../../main/session/session-spec.ts";
import { measureBallast } from "../bench/bench-process.ts";
import { EngineFigureKeeper, TABLE_HEAD, tableRow } from "./engine-figures.ts";

const root = join(import.meta.dirname, "..", "..");
const page = join(root, "docs", "engine.md");
const capture = join(root, "..", "shared", "data", "binance-usdm", "btcusdt_20240808.gz");
const SEED = 20_260_101;
const BEGIN = "<!-- engine-table begins -->";
const END = "<!-- engine-table ends -->";

const minutes = Number(process.argv[process.argv.indexOf("--minutes") + 1]) || 60;
const folder = mkdtempSync(join(tmpdir(), "engine-table-"));
try {
  const rows: string[] = [`| ${TABLE_HEAD.join(" | ")} |`, `|${TABLE_HEAD.map(() => "---").join("|")}|`];
  for (const [market, source] of await markets())
    for (const profile of ["legacy", "crypto"]) {
      const row = run(market, source, profile);
      process.stdout.write(`${row}\n`);
      rows.push(row);
    }
  const text = readFileSync(page, "utf8");
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${page} must hold "${BEGIN}" and after it "${END}"`);
  writeFileSync(page, `${text.slice(0, begin + BEGIN.length)}\n\n${rows.join("\n")}\n\n${text.slice(end)}`);
} finally {
  rmSync(folder, { recursive: true });
}

async function markets(): Promise<[string, SourceSpec][]> {
  const found: [string, SourceSpec][] = [];
  if (existsSync(capture)) {
    const path = join(folder, "btc.tape");
    await measureBallast("import", "--format", "binance-usdm", "--symbol", "BTCUSDT", "--out", path, capture);
    found.push(["recorded BTC", { kind: "tape", path }]);
  } else process.stderr.write("the recorded BTC market is not beside this checkout: its rows are left out\n");
  for (const scenario of ["calm", "trending", "volatile", "jumping"])
    found.push([`generated, ${scenario}`, { kind: "generated", market: "btc", seed: SEED, scenario }]);
  return found;
}

function run(market: string, source: SourceSpec, profile: string): string {
  const outcome = prepareSession(
    {
      mode: "backtest",
      source,
      profile,
      overrides: [],
      fillModel: DEFAULT_FILL_MODEL,
      latencyUs: DEFAULT_LATENCY_US,
      makerBps: DEFAULT_MAKER_BPS,
      takerBps: DEFAULT_TAKER_BPS,
      durationUs: source.kind === "tape" ? null : minutes * 60_000_000,
      speed: null,
      dataDir: null,
    },
    discardingSink,
  );
  if (!outcome.ok) throw new Error(outcome.message);
  const { session, startUs } = outcome.prepared;
  const keeper = new EngineFigureKeeper();
  session.observe((event, effects) => keeper.take(event, effects));
  const endUs = source.kind === "tape" ? Infinity : startUs + minutes * 60_000_000;
  while (!session.advance(endUs, 100_000));
  session.close();
  return tableRow(market, profile, session.kernel.scale, keeper.figures(session.kernel.uptime.share));
}
