/** What a benchmark measured. */
export interface BenchResult {
  readonly rows: readonly BenchRow[];
  /** Those of one name become a picture in docs/performance. */
  readonly curves?: readonly Curve[];
}

/** One figure: `value` of `unit`. */
export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is to be. A row that has one stands in the table at the end. */
  readonly reach?: Reach;
  /** The same of Falco 0.43, measured on a machine like this one. */
  readonly falco?: number;
}

/** The bounds of a value; both are part of it. Without any, it is only to be told. */
export interface Reach {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** How one thing changes with another. */
export interface Curve {
  /** The picture's title; its file is named after it. Curves of the same name share their labels and reach. */
  readonly name: string;
  /** What this curve is of, where it shares its picture. */
  readonly line?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** In the order of `x`, which is over 0. */
  readonly points: readonly Point[];
  /** What `y` is to stay under: a dashed line. */
  readonly reach?: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Whether `row` is within its reach; `undefined` where that has no bounds. */
export function isMet({ value, reach: { atLeast, atMost } = {} }: BenchRow): boolean | undefined {
  if (atLeast === undefined && atMost === undefined) return undefined;
  return value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
}

/** The middle one of `values`, which one slow round does not move. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Of each round by itself: what slows a round down slows all that is measured in it. */
export function ratios(values: readonly number[], references: readonly number[]): number[] {
  return values.map((value, round) => value / (references[round] ?? Number.NaN));
}
