/** How long to wait before each further try, in milliseconds: what was short, of memory or descriptors, may be there again. */
const pausesMs: readonly number[] = [250, 1_000, 4_000];

/** What failed and is to be tried again, a few times, with ever longer pauses. */
export class Retries {
  readonly #timers = new Set<NodeJS.Timeout>();

  /** Whether something is to be tried again. */
  get arePending(): boolean {
    return this.#timers.size > 0;
  }

  /** Calls `again` after a while; `false` where `failures` in a row are enough. */
  later(failures: number, again: () => void): boolean {
    const pause = pausesMs[failures - 1];
    if (pause === undefined) return false;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      again();
    }, pause);
    this.#timers.add(timer);
    return true;
  }

  /** Nothing is tried again. */
  cancel(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
