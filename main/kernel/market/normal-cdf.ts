/** Beyond this the distribution differs from 0 or 1 by less than 10^-15. */
const SATURATED = 8;

/** Halvings before the exponential's series; the argument is then at most 1/2. */
const HALVINGS = 6;

/**
 * Standard normal distribution function, within 10^-14. Only additions, multiplications and divisions of doubles, so that every machine has the same bits.
 *
 * `Phi(z) = 1/2 + phi(z) (z + z^3/3 + z^5/(3 5) + ...)` (Marsaglia, Journal of Statistical Software 11(4), 2004).
 */
export function normalCdf(z: number): number {
  if (z >= SATURATED) return 1;
  if (z <= -SATURATED) return 0;
  const square = z * z;
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > Math.abs(sum) * 2 ** -54; odd += 2) {
    term *= square / odd;
    sum += term;
  }
  const inverseRootOf2Pi = 0.3989422804014327;
  return 0.5 + inverseRootOf2Pi * decay(square / 2) * sum;
}

/** e^-x for 0 <= x <= 32: the series of e^(-x/64), squared six times. */
function decay(x: number): number {
  const part = x / 2 ** HALVINGS;
  let term = 1;
  let sum = 1;
  for (let n = 1; n <= 14; n += 1) {
    term *= -part / n;
    sum += term;
  }
  for (let i = 0; i < HALVINGS; i += 1) sum *= sum;
  return sum;
}
