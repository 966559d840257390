/** Why a frame of a capture was not used. */
export type RejectReason =
  /** No receive time in front, or no line of any known capture. */
  | "unreadable-line"
  | "line-too-long"
  | "bad-json"
  /** A frame of a stream that the tape has no event for. */
  | "unknown-event"
  | "other-symbol"
  | "missing-field"
  | "malformed-number"
  | "price-off-tick"
  | "size-off-lot"
  | "negative-size"
  | "zero-price"
  /** Insurance fund and ADL prints. */
  | "not-a-market-trade"
  /** The capture holds `trade` and `aggTrade`; the one that came second is left out. */
  | "second-trade-stream"
  /** A depth update that the snapshot after it already contains. */
  | "before-snapshot"
  /** A depth update that no snapshot came for. */
  | "no-snapshot"
  | "old-update"
  /** A snapshot older than the synchronized book. */
  | "old-snapshot"
  /** A snapshot names no symbol, and the file holds depth updates of several. */
  | "unclear-snapshot";

export interface Rejected {
  readonly kind: "rejected";
  readonly reason: RejectReason;
  readonly message: string;
}

/** True for frames of our own market that ought to have been readable: a sign of trouble, told to the kernel too. */
export function isUnreadable(reason: RejectReason): boolean {
  switch (reason) {
    case "unreadable-line":
    case "line-too-long":
    case "bad-json":
    case "missing-field":
    case "malformed-number":
    case "price-off-tick":
    case "size-off-lot":
    case "negative-size":
    case "zero-price":
      return true;
    case "unknown-event":
    case "other-symbol":
    case "not-a-market-trade":
    case "second-trade-stream":
    case "before-snapshot":
    case "no-snapshot":
    case "old-update":
    case "old-snapshot":
    case "unclear-snapshot":
      return false;
    default:
      return reason satisfies never;
  }
}

export function rejected(reason: RejectReason, message: string): Rejected {
  return { kind: "rejected", reason, message };
}
