/** Something kept for a sandbox that takes memory in proportion to what the sandbox does, and can be done without. */
export interface Held {
  /** What it is charged with. The budget's to change. */
  bytes: number;
  /** Lets go of the memory. */
  forget(): void;
}

/**
 * The memory, estimated, that one sandbox's tables may take for arguments, environments, descriptors and long paths: what a program
 * in there can blow up at will. Beyond the limit some is forgotten, and counted: what takes more than half of it, then of
 * what is larger than the average the oldest, so that a flood cannot wash away what is known of others.
 */
export class Budget {
  /** Descriptors forgotten because their process had too many. Counted here, being the one thing that all tables share. */
  evictedDescriptors = 0;
  /** Programs whose arguments or environment were cut, being too many. */
  cutPrograms = 0;
  readonly #limit: number;
  readonly #held: Set<Held> = new Set();
  #used = 0;
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** How many were made to forget. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** `held` has grown by `bytes`, or shrunk where negative. */
  charge(held: Held, bytes: number): void {
    if (bytes === 0) return;
    if (held.bytes === 0) this.#held.add(held);
    held.bytes += bytes;
    if (held.bytes === 0) this.#held.delete(held);
    this.#used += bytes;
    if (this.#used > this.#limit) this.#reclaim(held);
  }

  /** `held` is no more. */
  release(held: Held): void {
    if (!this.#held.delete(held)) return;
    this.#used -= held.bytes;
    held.bytes = 0;
  }

  /** Makes room, and some to spare: the next time is to be a while off. */
  #reclaim(newest: Held): void {
    if (newest.bytes > this.#limit / 2) this.#forget(newest);
    const goal = this.#limit - this.#limit / 8;
    while (this.#used > goal) {
      const others = this.#held.has(newest) ? this.#held.size - 1 : this.#held.size;
      if (others === 0) return;
      // One of them at least is as large, so that each round finds some.
      const average = (this.#used - newest.bytes) / others;
      for (const oldest of this.#held) {
        if (oldest === newest || oldest.bytes < average) continue;
        this.#forget(oldest);
        if (this.#used <= goal) return;
      }
    }
  }

  #forget(held: Held): void {
    this.release(held);
    held.forget();
    this.#forgotten++;
  }
}
