/** Constant one-way delays in microseconds: kernel to venue, and venue to kernel. */
export interface LatencyModel {
  readonly outboundUs: number;
  readonly inboundUs: number;
}

export const NO_LATENCY: LatencyModel = { outboundUs: 0, inboundUs: 0 };

/** Returns the model unchanged. Throws on a delay that is negative or not whole. */
export function checkedLatency(latency: LatencyModel): LatencyModel {
  for (const [name, value] of Object.entries(latency)) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`latency ${name} must be a whole, non-negative number of microseconds, was ${value}`);
  }
  return latency;
}
