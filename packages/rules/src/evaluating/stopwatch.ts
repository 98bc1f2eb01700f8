/** Measures how long rules take, with one event in so many. */
export interface Stopwatch {
  /** Which events it is: one of so many. */
  readonly every: number;
  /** Whether this event is one to measure. */
  isDue(): boolean;
  /** Nanoseconds that `work` took, without those that looking at the clock does. */
  time(work: () => void): number;
}

class ClockStopwatch implements Stopwatch {
  readonly every: number;
  readonly #overheadMs = clockOverheadMs();
  #left: number;

  constructor(every: number) {
    this.every = every;
    this.#left = every;
  }

  isDue(): boolean {
    if (--this.#left > 0) return false;
    this.#left = this.every;
    return true;
  }

  time(work: () => void): number {
    const start = performance.now();
    work();
    const took = performance.now() - start - this.#overheadMs;
    return took > 0 ? took * 1e6 : 0;
  }
}

/** The least that lies between two looks at the clock. */
function clockOverheadMs(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 1000; i++) {
    const start = performance.now();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

export function createStopwatch(every: number): Stopwatch {
  return new ClockStopwatch(every);
}
