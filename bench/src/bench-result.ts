/** What a benchmark measured. */
export interface BenchResult {
  readonly rows: readonly BenchRow[];
}

/** One figure: `value` of `unit`. */
export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** The middle one of `values`, which one slow round does not move. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
