/** The kernel's one door to decimal.js: a private clone with its own precision, so that nobody's global setting reaches the kernel. */
import { Decimal as Base } from "decimal.js";

export const Decimal = Base.clone({ precision: 50, toExpNeg: -40, toExpPos: 40, rounding: Base.ROUND_HALF_UP });
export type Decimal = Base;
