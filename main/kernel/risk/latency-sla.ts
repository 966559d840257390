/** Samples kept; in a window with more of them the newest speak for it. */
const CAPACITY = 1024;
/** Fewer samples than this never halt. */
const LEAST_TO_HALT = 10;

/** When placements are too slow. Times and latencies are microseconds. */
export interface LatencyLimits {
  readonly windowUs: number;
  readonly warnUs: number;
  readonly criticalUs: number;
  readonly extraOffsetBpsPerMs: number;
  readonly maxExtraOffsetBps: number;
}

export interface LatencyReading {
  readonly samples: number;
  readonly averageUs: number;
  readonly percentile95Us: number;
  readonly greatestUs: number;
  readonly isDegraded: boolean;
  /** Quoting must halt and resting orders be cancelled: they could not be cancelled quickly enough when it matters. */
  readonly isHalt: boolean;
  /** The reference's figure: by how much the warning level is exceeded, 0 beyond the critical one. */
  readonly extraOffsetBps: number;
  /** What quotes are to be widened by: the same, and the most there is while critical without enough samples to halt. */
  readonly wideningBps: number;
}

/** Warning from 500 ms, critical from 5 s, over a minute (the reference's constants). */
export const LATENCY_LIMITS: LatencyLimits = {
  windowUs: 60_000_000,
  warnUs: 500_000,
  criticalUs: 5_000_000,
  extraOffsetBpsPerMs: 0.01,
  maxExtraOffsetBps: 5,
};

/**
 * Latency of placements, each from sending the order to its first report. Source: reference, section J; its widening is to be applied (the mend of N 22).
 *
 * Memory is constant; a reading sorts the window's samples and is meant for every few seconds, not for every event.
 */
export class LatencySla {
  private readonly _times = new Float64Array(CAPACITY);
  private readonly _latencies = new Float64Array(CAPACITY);
  private readonly _sorted = new Float64Array(CAPACITY);
  private _added = 0;

  /** A placement sent earlier was answered now, after `latencyUs`. */
  sample(nowUs: number, latencyUs: number): void {
    const place = this._added % CAPACITY;
    this._times[place] = nowUs;
    this._latencies[place] = latencyUs;
    this._added += 1;
  }

  /** Judges the window that ends now, both ends included. */
  read(nowUs: number, limits: LatencyLimits): LatencyReading {
    return this._read(nowUs, limits, this._sorted);
  }

  /** The same, on memory of its own: looking changes nothing. */
  peek(nowUs: number, limits: LatencyLimits): LatencyReading {
    return this._read(nowUs, limits, new Float64Array(CAPACITY));
  }

  private _read(nowUs: number, limits: LatencyLimits, room: Float64Array): LatencyReading {
    let samples = 0;
    let sumUs = 0;
    const oldest = Math.max(0, this._added - CAPACITY);
    for (let i = this._added - 1; i >= oldest; i -= 1) {
      if ((this._times[i % CAPACITY] ?? 0) < nowUs - limits.windowUs) break;
      const latencyUs = this._latencies[i % CAPACITY] ?? 0;
      room[samples] = latencyUs;
      sumUs += latencyUs;
      samples += 1;
    }
    const sorted = room.subarray(0, samples).sort();
    // The reference's own index: the whole part of 95 % of the count, less one.
    const percentile95Us = sorted[Math.max(0, Math.floor((samples * 95) / 100) - 1)] ?? 0;
    const overMs = (percentile95Us - limits.warnUs) / 1000;
    const isCritical = samples > 0 && percentile95Us >= limits.criticalUs;
    const isWarning = samples > 0 && percentile95Us >= limits.warnUs;
    const extraOffsetBps =
      isWarning && !isCritical ? Math.min(limits.maxExtraOffsetBps, limits.extraOffsetBpsPerMs * overMs) : 0;
    return {
      samples,
      averageUs: samples > 0 ? sumUs / samples : 0,
      percentile95Us,
      greatestUs: sorted[samples - 1] ?? 0,
      isDegraded: isCritical || isWarning,
      isHalt: isCritical && samples >= LEAST_TO_HALT,
      extraOffsetBps,
      wideningBps: isCritical ? limits.maxExtraOffsetBps : extraOffsetBps,
    };
  }
}
