import { Decimal } from "../../main/kernel/values/decimal.ts";
import type { Check } from "./oracle-case.ts";

const RELATIVE_TOLERANCE = 1e-9;

/** What a double can be off 0 where the reference has exactly 0, as after sums that cancel. */
const ZERO_TOLERANCE = 1e-12;

/** Whether the kernel's value is the vector's, by the conventions of the vectors. */
export function agrees(check: Check): boolean {
  const { expected, got, comparison } = check;
  const wanted = decimalOf(expected);
  const found = decimalOf(got);
  if (wanted === null || found === null) return expected === got;
  if (comparison === "equal" || !wanted.isFinite()) return wanted.eq(found);
  return found
    .sub(wanted)
    .abs()
    .lte(Decimal.max(wanted.abs().mul(RELATIVE_TOLERANCE), wanted.isZero() ? ZERO_TOLERANCE : 0));
}

const NUMBER = /^-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity)$/;

function decimalOf(value: unknown): Decimal | null {
  if (typeof value === "number") return new Decimal(value);
  return typeof value === "string" && NUMBER.test(value) ? new Decimal(value) : null;
}
