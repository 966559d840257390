import { allowedOrderSize, drawdownStop, flatten, marginGuard, sessionPnl } from "./families/account.ts";
import { failureBreaker, latencySla, quoteTradeRatio, rateLimit } from "./families/health.ts";
import { legacyPrice } from "./families/legacy-price.ts";
import { guardPolicy, legacyToxicity } from "./families/guards.ts";
import { fundingBias, regime, tickTime } from "./families/readings.ts";
import {
  levelSize,
  offset,
  postOnlyClampFamily,
  roundToTickFamily,
  skew,
  theoreticalEdge,
} from "./families/pricing.ts";
import { pnlAttribution } from "./families/pnl.ts";
import { pofSequence } from "./families/post-only-sequence.ts";
import { envEdit, policyValue } from "./families/profiles.ts";
import { markout } from "./families/markout.ts";
import { diagnosis, inventoryTimeseries, journalAttribution, scorecardVerdict } from "./families/review.ts";
import { repricePipeline } from "./families/reprice-pipeline.ts";
import { signals } from "./families/signals.ts";
import { needsReprice, targetPriceFamily } from "./families/target-price.ts";
import type { Family } from "./oracle-case.ts";

/** The families that the kernel can answer, by name. */
export const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ["allowed_order_size", allowedOrderSize],
  ["diagnosis", diagnosis],
  ["drawdown_stop", drawdownStop],
  ["env_edit", envEdit],
  ["failure_breaker", failureBreaker],
  ["flatten", flatten],
  ["inventory_timeseries", inventoryTimeseries],
  ["journal_attribution", journalAttribution],
  ["latency_sla", latencySla],
  ["margin_guard", marginGuard],
  ["markout", markout],
  ["policy_value", policyValue],
  ["quote_trade_ratio", quoteTradeRatio],
  ["rate_limit", rateLimit],
  ["scorecard_verdict", scorecardVerdict],
  ["session_pnl", sessionPnl],
  ["funding_bias", fundingBias],
  ["guard_policy", guardPolicy],
  ["legacy_price", legacyPrice],
  ["legacy_toxicity", legacyToxicity],
  ["level_size", levelSize],
  ["needs_reprice", needsReprice],
  ["offset", offset],
  ["pnl_attribution", pnlAttribution],
  ["pof_sequence", pofSequence],
  ["post_only_clamp", postOnlyClampFamily],
  ["regime", regime],
  ["reprice_pipeline", repricePipeline],
  ["round_to_tick", roundToTickFamily],
  ["signals", signals],
  ["skew", skew],
  ["target_price", targetPriceFamily],
  ["theoretical_edge", theoreticalEdge],
  ["tick_time", tickTime],
]);
