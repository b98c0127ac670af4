import type { Pacer } from "./pacer.ts";

/** The value below which `percent` of the sorted values lie, interpolated linearly (R's type 7). NaN when empty. */
export function percentileOfSorted(sorted: ArrayLike<number>, percent: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (place - below);
}

export function median(values: readonly number[]): number {
  return percentileOfSorted(Float64Array.from(values).sort(), 50);
}

/** Pearson's coefficient; undefined where one side does not vary. */
export function pearson(x: Float64Array, y: Float64Array): number | undefined {
  const n = x.length;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < n; i++) {
    meanX += (x[i] ?? 0) / n;
    meanY += (y[i] ?? 0) / n;
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const dx = (x[i] ?? 0) - meanX;
    const dy = (y[i] ?? 0) - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return n > 1 && xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : undefined;
}

export interface Fit {
  readonly coefficients: readonly number[];
  /** (XᵀX)⁻¹, for the variance of a prediction. */
  readonly inverse: readonly (readonly number[])[];
  /** Standard deviation of the residuals. */
  readonly sigma: number;
}

/** Ordinary least squares by the normal equations; undefined where the columns do not determine a fit. */
export function leastSquares(rows: readonly (readonly number[])[], y: readonly number[]): Fit | undefined {
  const width = rows[0]?.length ?? 0;
  if (rows.length <= width || width === 0) return undefined;
  const at = (matrix: readonly (readonly number[])[], i: number, j: number) => matrix[i]?.[j] ?? 0;
  const normal = Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) =>
      rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0),
    ),
  );
  const inverse = invert(normal);
  if (!inverse) return undefined;
  const moments = Array.from({ length: width }, (_, i) =>
    rows.reduce((sum, row, r) => sum + (row[i] ?? 0) * (y[r] ?? 0), 0),
  );
  const coefficients = inverse.map((_, i) =>
    moments.reduce((sum, moment, j) => sum + at(inverse, i, j) * moment, 0),
  );
  let squares = 0;
  rows.forEach((row, r) => {
    const predicted = row.reduce((sum, value, i) => sum + value * (coefficients[i] ?? 0), 0);
    squares += ((y[r] ?? 0) - predicted) ** 2;
  });
  return { coefficients, inverse, sigma: Math.sqrt(squares / (rows.length - width)) };
}

/** Gauss and Jordan with pivots. */
function invert(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const n = matrix.length;
  const work = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(work[row]?.[column] ?? 0) > Math.abs(work[best]?.[column] ?? 0)) best = row;
    }
    const pivotRow = work[best];
    const pivot = pivotRow?.[column] ?? 0;
    if (!pivotRow || Math.abs(pivot) < 1e-9) return undefined;
    work[best] = work[column] ?? [];
    work[column] = pivotRow.map((value) => value / pivot);
    for (let row = 0; row < n; row++) {
      const factor = work[row]?.[column] ?? 0;
      if (row === column || factor === 0) continue;
      work[row] = (work[row] ?? []).map((value, j) => value - factor * (work[column]?.[j] ?? 0));
    }
  }
  return work.map((row) => row.slice(n));
}

const runLength = 16_384;

/** Sorts in place, ascending, in short turns: runs first, then merges of neighbours. */
export async function sortInTurns(values: Float64Array, pace: Pacer): Promise<Float64Array> {
  for (let from = 0; from < values.length; from += runLength) {
    values.subarray(from, from + runLength).sort();
    await pace();
  }
  const merged = new Float64Array(values.length > runLength ? values.length : 0);
  for (let length = runLength; length < values.length; length *= 2) {
    for (let from = 0; from + length < values.length; from += 2 * length) {
      const middle = from + length;
      const end = Math.min(middle + length, values.length);
      let left = from;
      let right = middle;
      for (let to = from; to < end; to++) {
        const a = values[left] ?? 0;
        const b = values[right] ?? 0;
        const takeLeft = left < middle && (right >= end || a <= b);
        merged[to] = takeLeft ? a : b;
        if (takeLeft) left++;
        else right++;
        if (to % 65_536 === 0) await pace();
      }
      values.set(merged.subarray(from, end), from);
    }
  }
  return values;
}
