/** How much a {@link RecentMap} keeps. */
export interface RecentMapLimits<Value> {
  /** At most so many values. */
  readonly maxCount: number;
  /** At most so much of them, as `sizeOf` counts. */
  readonly maxSize: number;
  readonly sizeOf: (value: Value) => number;
}

/**
 * A map that forgets what was not used for longest, about: it has two halves, and when the newer is full, the older is forgotten.
 * At least half of what it may keep is kept. Reading costs a look into a map, or two.
 */
export class RecentMap<Value> {
  readonly #maxCount: number;
  readonly #maxSize: number;
  readonly #sizeOf: (value: Value) => number;
  #newer = new Map<string, Value>();
  #older = new Map<string, Value>();
  /** Of the newer half; a value that was replaced counts all the same. */
  #newerSize = 0;

  constructor({ maxCount, maxSize, sizeOf }: RecentMapLimits<Value>) {
    this.#maxCount = Math.max(1, Math.floor(maxCount / 2));
    this.#maxSize = maxSize / 2;
    this.#sizeOf = sizeOf;
  }

  get size(): number {
    return this.#newer.size + this.#older.size;
  }

  get(key: string): Value | undefined {
    const value = this.#newer.get(key);
    if (value !== undefined) return value;
    const old = this.#older.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    const size = this.#sizeOf(value);
    const isFull = this.#newer.size >= this.#maxCount || this.#newerSize + size > this.#maxSize;
    if (isFull && this.#newer.size > 0) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#newerSize = 0;
    }
    this.#older.delete(key);
    this.#newer.set(key, value);
    this.#newerSize += size;
  }

  delete(key: string): void {
    this.#newer.delete(key);
    this.#older.delete(key);
  }
}
