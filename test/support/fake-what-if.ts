/** A what-if run of the fake console: it moves a step with every question, and its answer is made up but holds together. */
import type { CallHandlers } from "../../preload/bridge.ts";

type Handlers = CallHandlers["whatIf"];
type Input = Parameters<Handlers["start"]>[0];
type Report = Extract<Awaited<ReturnType<Handlers["result"]>>, { readonly ok: true }>["value"];
type Cell = Report["cells"][number];

const NO_RUN = { ok: false, code: "unknown-run", message: "there is no such what-if run any more" } as const;
const FIRST_US = 1_723_075_200_000_000;
const STEPS = 4;

/** Handlers with a run of their own; each `progress` brings it a quarter further. */
export function fakeWhatIf(): Handlers {
  let runId = 0;
  let steps = 0;
  let isCancelled = false;
  let input: Input | null = null;
  const isDone = (): boolean => steps >= STEPS && !isCancelled;
  return {
    async start(chosen) {
      if (runId > 0 && steps < STEPS && !isCancelled)
        return { ok: false, code: "what-if-running", message: "a what-if run is going on" };
      runId += 1;
      steps = 0;
      isCancelled = false;
      input = chosen;
      return { ok: true, value: { runId } };
    },
    async progress({ runId: asked }) {
      if (asked !== runId) return NO_RUN;
      if (!isCancelled) steps = Math.min(STEPS, steps + 1);
      const state = isDone() ? "done" : isCancelled ? "cancelled" : "running";
      return {
        ok: true,
        value: { state, share: steps / STEPS, words: `${3 * steps} of 12: touch, 5 ms`, message: null },
      };
    },
    async result({ runId: asked }) {
      if (asked !== runId || input === null) return NO_RUN;
      if (!isDone()) return { ok: false, code: "not-done", message: "the what-if run has no result yet" };
      return { ok: true, value: fakeReport(input) };
    },
    async cancel({ runId: asked }) {
      if (asked !== runId) return NO_RUN;
      isCancelled = steps < STEPS;
      return { ok: true, value: {} };
    },
  };
}

function runOf(net: number): Cell["baseline"] {
  return {
    spreadCapture: (net + 6).toFixed(4),
    inventory: "-2.5",
    fees: "-3.5",
    funding: "0",
    net: net.toFixed(4),
    fillsMaker: 21,
    fillsTaker: 0,
    placements: 640,
    cancels: 612,
    uptime: 0.62,
    position: "0.006",
    maxAbsPosition: "0.021",
    maxDrawdown: "4.2",
    effectHash: "a".repeat(64),
  };
}

function fakeReport(input: Input): Report {
  const models = ["touch", "queue-power:3", "queue-log", "through"];
  const cells = models.flatMap((fillModel, row) =>
    [1, 5, 25].map((latencyMs, column): Cell => {
      const net = 2.5 - row - column * 0.4;
      return {
        baselineFillModel: fillModel,
        alternativeFillModel: fillModel,
        latencyMs,
        baseline: runOf(-1),
        alternative: runOf(-1 + net),
        difference: {
          spreadCapture: net.toFixed(4),
          inventory: "0",
          fees: "0",
          funding: "0",
          net: net.toFixed(4),
        },
      };
    }),
  );
  const fill = {
    atUs: FIRST_US + 40_000_000,
    level: 0,
    price: "60000.1",
    size: "0.002",
    liquidity: "maker" as const,
    fee: "0.024",
    position: "0.002",
  };
  const group = { least: "-2.3", most: "2.5", verdict: "unsure" };
  return {
    source: input.source.kind === "session" ? input.source.sessionId : input.source.tapeId,
    market: "BTCUSDT",
    quoteCurrency: "USDT",
    baseCurrency: "BTC",
    firstUs: FIRST_US,
    lastUs: FIRST_US + 345_000_000,
    baseline: { name: input.baseline ?? "legacy", hash: "b".repeat(64) },
    alternative: { name: input.alternative ?? "legacy", hash: "c".repeat(64) },
    settings: [{ variable: "MM_MIN_OFFSET_BPS", baseline: "1.5", alternative: "2.5" }],
    certainty: {
      cells: 12,
      better: 7,
      worse: 5,
      equal: 0,
      least: "-1.3",
      median: "0.6",
      most: "2.5",
      verdict: "unsure",
      notVaried: [],
      byFillModel: models.map((name) => ({ name, ...group })),
      byLatency: ["1 ms", "5 ms", "25 ms"].map((name) => ({ name, ...group })),
      words: `${input.alternative ?? "legacy"} better in 7 of 12, worse in 5.`,
    },
    cells,
    shown: 7,
    fills: {
      windowMs: 1000,
      matched: { fills: 1, size: "0.002" },
      baselineOnly: { fills: 0, size: "0.000" },
      alternativeOnly: { fills: 1, size: "0.002" },
      pairs: [
        { side: "buy", baseline: fill, alternative: { ...fill, atUs: fill.atUs + 200_000, price: "59999.9" } },
        { side: "sell", baseline: null, alternative: { ...fill, atUs: fill.atUs + 9_000_000, position: "0.000" } },
      ],
      isCut: false,
    },
    path: Array.from({ length: 60 }, (_unused, index) => ({
      atUs: FIRST_US + index * 5_750_000,
      mid: 60_000 + Math.sin(index / 6) * 20,
      baselinePosition: Math.round(Math.sin(index / 9) * 10) / 1000,
      alternativePosition: Math.round(Math.sin(index / 11) * 6) / 1000,
      baselineNet: -index / 60,
      alternativeNet: Math.sin(index / 10),
    })),
    agreement: 0.41,
    disagreements: [
      {
        baseline: "skip_toxicity",
        alternative: "quotes",
        seconds: 204.5,
        share: 0.3,
        stretches: 18,
        widerBps: null,
        example: {
          fromUs: FIRST_US + 60_000_000,
          toUs: FIRST_US + 90_000_000,
          slot: "BUY 0",
          baseline: { code: "skip_toxicity", text: "volatility_spike", price: null, size: null, buildUp: null },
          alternative: {
            code: "place_initial",
            text: "0.002 at 59998.4",
            price: "59998.4",
            size: "0.002",
            buildUp: {
              anchor: "60000.0",
              parts: [{ name: "offset", bps: -0.25, price: -1.5 }],
              regimeScale: 1.2,
              target: "59998.4",
              final: "59998.4",
            },
          },
        },
      },
    ],
    notes: ["Both runs meet the recorded market, which they do not move."],
  };
}
