/** Words of the slots table and of the build-up. */
export const slotsText = {
  title: "Slots",
  note: "why each quote stands where it stands",
  slot: "slot",
  price: "price",
  size: "size",
  queueAhead: "ahead",
  age: "age",
  decision: "decision",
  empty: "No slots. A session on a profile with at least one level fills this table.",
  notYet: "not looked at yet",
} as const;

export const whyText = {
  title: "Why",
  empty: "Choose a slot: its price is taken apart here.",
  unpriced: "The last look ended before a price was made.",
  anchor: "anchor",
  target: "target",
  final: "final",
  noFinal: "no valid price",
  due: "looked at again in",
  resting: "resting",
} as const;

export const partWords = {
  offset: "offset",
  regime: "regime",
  skew: "inventory skew",
  trend: "trend",
  funding: "funding",
  extra: "widening",
  guard: "toxicity guard",
  "post-only-boost": "post-only boost",
  "rate-limit": "rate limit",
  markout: "bad markouts",
  tick: "to the tick",
  crossing: "not to cross",
  "post-only": "post-only",
} as const;

export const slotStateWords = {
  empty: "",
  "in-flight": "sending",
  resting: "",
  cancelling: "cancelling",
  unresolved: "UNRESOLVED",
} as const;
