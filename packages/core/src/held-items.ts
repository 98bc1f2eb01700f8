import { HeldQueue } from "./held-queue.ts";
import type { HoldOptions } from "./hold.ts";

/** Figures that a hold keeps. */
export interface Counts {
  held: number;
  released: number;
  early: number;
}

/** How much of all keys may wait, as a multiple of what may of one. */
const keysAtMost = 4;

/** What waits in one stream, and what may go on. */
export class HeldItems<T> {
  readonly #options: Required<HoldOptions<T>>;
  readonly #counts: Counts;
  readonly #queues = new Map<object, HeldQueue<T>>();
  #size = 0;
  #ready: T[] = [];
  #wake: (() => void) | undefined;

  constructor(options: Required<HoldOptions<T>>, counts: Counts) {
    this.#options = options;
    this.#counts = counts;
  }

  /** Whether nothing waits, and nothing is left to take. */
  get isEmpty(): boolean {
    return this.#queues.size === 0 && this.#ready.length === 0;
  }

  /** Takes in an item, behind all others of its key. */
  add(item: T): void {
    const { until, keyOf } = this.#options;
    const gate = until(item);
    if (gate === undefined && this.#queues.size === 0) {
      this.#ready.push(item);
      return;
    }
    const key = keyOf(item);
    const queue = this.#queues.get(key);
    if (gate === undefined && queue === undefined) this.#ready.push(item);
    else this.#hold(item, key, queue, gate);
  }

  /** What may go on, in order; handed out once. */
  take(): readonly T[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** What `coming` gives, if that is there before something is left to take; else `undefined`. */
  async nextOf<Next>(coming: Promise<Next> | undefined): Promise<Next | undefined> {
    if (this.#ready.length > 0) return undefined;
    if (this.#queues.size === 0) return await coming;
    const change = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined);
    });
    return await (coming === undefined ? change : Promise.race([coming, change]));
  }

  /** Lets go of everything: nobody will take it. */
  drop(): void {
    for (const { count } of this.#queues.values()) this.#counts.held -= count;
    this.#queues.clear();
  }

  #hold(item: T, key: object, queue: HeldQueue<T> | undefined, gate: Promise<unknown> | undefined): void {
    const { keep, sizeOf, maxSize } = this.#options;
    const size = sizeOf(item);
    if ((queue?.size ?? 0) + size > maxSize) {
      if (queue !== undefined) this.#release(key, queue, true);
      this.#ready.push(item);
      this.#counts.early++;
      // Nobody else may look at how it ends.
      gate?.catch(() => undefined);
      return;
    }
    if (queue !== undefined) queue.add(keep(item), size, gate);
    else if (gate !== undefined) this.#open(key, keep(item), size, gate);
    this.#size += size;
    this.#counts.held++;
    while (this.#size > keysAtMost * maxSize) this.#releaseLargest();
  }

  #open(key: object, item: T, size: number, gate: Promise<unknown>): void {
    const queue = new HeldQueue(item, size, gate, () => {
      // Another may have taken its place, where it was released early.
      if (this.#queues.get(key) === queue) this.#release(key, queue, false);
    });
    this.#queues.set(key, queue);
  }

  #release(key: object, queue: HeldQueue<T>, early: boolean): void {
    const { count, size } = queue;
    if (queue.take(this.#ready, early)) this.#queues.delete(key);
    const released = count - queue.count;
    this.#size -= size - queue.size;
    this.#counts.held -= released;
    this.#counts[early ? "early" : "released"] += released;
    if (this.#ready.length > 0) this.#wake?.();
  }

  #releaseLargest(): void {
    let largest: [object, HeldQueue<T>] | undefined;
    for (const entry of this.#queues) if (entry[1].size > (largest?.[1].size ?? -1)) largest = entry;
    if (largest !== undefined) this.#release(...largest, true);
  }
}
