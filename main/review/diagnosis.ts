import { formatMoney, parseMoney } from "../kernel/values/market-rules.ts";
import type { Money } from "../kernel/values/units.ts";

/** What a diagnosis rests on; null = not known. */
export interface DiagnosisInput {
  readonly fills: number;
  readonly placements: number;
  /** No fill although enough was placed: see `isZeroFill`. */
  readonly isZeroFill: boolean;
  readonly markout250msBps: number | null;
  /** Share of 0.25 s markouts below zero, 0 to 1. */
  readonly toxicShare250ms: number | null;
  /** 10 % of the filled quotes had stood for less than this. */
  readonly lifetimeP10Ms: number | null;
  readonly spreadCapture: Money | null;
  readonly inventoryDrift: Money | null;
  readonly funding: Money | null;
  /** (cancels + replacements) / fills. */
  readonly churn: number | null;
}

export type FindingKind = "too-wide" | "toxic" | "inventory-risk" | "funding-drag" | "over-churn";
/** SEV1 = act now, SEV2 = something is wrong, SEV3 = nothing found. */
export type Severity = "SEV1" | "SEV2" | "SEV3";

export interface Finding {
  readonly kind: FindingKind;
  /** The figures that led to it, against their bounds, as a sentence. */
  readonly evidence: string;
}

export interface Diagnosis {
  readonly severity: Severity;
  readonly findings: readonly Finding[];
}

const TOXIC_MARKOUT_BPS = -1;
const TOXIC_SHARE = 0.6;
const INSTANT_FILL_MS = 200;
const DRIFT_PER_CAPTURE_PCT = 120n;
const LEAST_DRIFT = parseMoney("5");
const FUNDING_DRAG = parseMoney("-5");
const OVER_CHURN = 15;
const ZERO_FILL_LEAST = 20;
const ZERO_FILL_PER_MINUTE = 2;

/** Nothing was filled although at least 20 orders, and two a minute, were placed. */
export function isZeroFill(fills: number, placements: number, minutes: number): boolean {
  return fills === 0 && placements >= Math.max(ZERO_FILL_LEAST, ZERO_FILL_PER_MINUTE * minutes);
}

/** What is wrong with a session, by the reference's rules (section M), with the figures that say so. */
export function diagnose(input: DiagnosisInput): Diagnosis {
  const findings = [tooWide(input), toxic(input), inventoryRisk(input), fundingDrag(input), overChurn(input)].filter(
    (finding) => finding !== null,
  );
  const isToxic = findings.some(({ kind }) => kind === "toxic");
  return { severity: isToxic ? "SEV1" : findings.length > 0 ? "SEV2" : "SEV3", findings };
}

function tooWide({ fills, placements, isZeroFill: isZero }: DiagnosisInput): Finding | null {
  if (fills > 0 || !isZero || placements === 0) return null;
  return { kind: "too-wide", evidence: `${placements} orders were placed and none was filled` };
}

function toxic(input: DiagnosisInput): Finding | null {
  const { markout250msBps: markout, toxicShare250ms: share, lifetimeP10Ms: lifetime } = input;
  const evidence: string[] = [];
  if (markout !== null && markout < TOXIC_MARKOUT_BPS) {
    evidence.push(`0.25 s markout ${markout.toFixed(2)} bps, below ${TOXIC_MARKOUT_BPS} bps`);
  }
  if (share !== null && share > TOXIC_SHARE && lifetime !== null && lifetime < INSTANT_FILL_MS) {
    evidence.push(
      `${percent(share)} of fills adverse after 0.25 s, above ${percent(TOXIC_SHARE)}, and 10 % of quotes filled within ${lifetime.toFixed(0)} ms, below ${INSTANT_FILL_MS} ms`,
    );
  }
  return evidence.length === 0 ? null : { kind: "toxic", evidence: evidence.join("; ") };
}

function inventoryRisk({ inventoryDrift: drift, spreadCapture }: DiagnosisInput): Finding | null {
  if (drift === null || drift >= 0n) return null;
  const loss = 0n - drift;
  const capture = spreadCapture ?? 0n;
  const captureSize = capture < 0n ? 0n - capture : capture;
  if (loss * 100n <= captureSize * DRIFT_PER_CAPTURE_PCT || loss <= LEAST_DRIFT) return null;
  const evidence = `inventory ${formatMoney(drift)}, more than 1.2 times the spread capture of ${spreadCapture === null ? "0" : formatMoney(spreadCapture)} and than 5`;
  return { kind: "inventory-risk", evidence };
}

function fundingDrag({ funding }: DiagnosisInput): Finding | null {
  if (funding === null || funding >= FUNDING_DRAG) return null;
  return { kind: "funding-drag", evidence: `funding ${formatMoney(funding)}, below -5` };
}

function overChurn({ churn }: DiagnosisInput): Finding | null {
  if (churn === null || churn <= OVER_CHURN) return null;
  return {
    kind: "over-churn",
    evidence: `${churn.toFixed(1)} cancels and replacements a fill, above ${OVER_CHURN}`,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
