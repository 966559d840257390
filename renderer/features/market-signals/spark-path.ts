/** A short past as a line. */

export interface Spark {
  /** SVG path of the known stretches; empty when nothing is known. */
  readonly path: string;
  /** Height of zero, for a signed signal; null = there is no such line. */
  readonly zeroY: number | null;
}

/** Scales values into a box, oldest at the left; unknown ones break the line. A signed signal keeps zero in the middle. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number, isSigned: boolean): Spark {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { path: "", zeroY: null };
  const reach = Math.max(...known.map(Math.abs));
  const low = isSigned ? -reach : Math.min(...known);
  const high = isSigned ? reach : Math.max(...known);
  const span = high - low;
  const atX = (index: number): number => (values.length < 2 ? width : (index / (values.length - 1)) * width);
  const atY = (value: number): number => (span === 0 ? height / 2 : height - ((value - low) / span) * height);
  let path = "";
  values.forEach((value, index) => {
    if (value === null) return;
    const isFirst = (values[index - 1] ?? null) === null;
    path += `${isFirst ? "M" : "L"}${atX(index).toFixed(1)} ${atY(value).toFixed(1)}`;
  });
  return { path, zeroY: isSigned ? height / 2 : null };
}
