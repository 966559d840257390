/** Rows of an `append` stream: kept in ascending order of their key, a known key replaces its row, the oldest fall out. */

function indexOfKey<R>(rows: readonly R[], key: number, keyOf: (row: R) => number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && keyOf(row) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Merges new rows into old ones and keeps the newest `limit`. Neither input is changed. */
export function appendRows<R>(
  rows: readonly R[],
  incoming: readonly R[],
  keyOf: (row: R) => number,
  limit: number,
): readonly R[] {
  if (incoming.length === 0) return rows;
  const merged = [...rows];
  for (const row of incoming) {
    const key = keyOf(row);
    const index = indexOfKey(merged, key, keyOf);
    const known = merged[index];
    const isKnown = known !== undefined && keyOf(known) === key;
    merged.splice(index, isKnown ? 1 : 0, row);
  }
  return merged.length > limit ? merged.slice(merged.length - limit) : merged;
}
