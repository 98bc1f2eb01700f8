/** Keys looked up at once: stepping over all that was deleted since the map was last tidied up is shared by so many. */
const lookedUp = 256;

/** What has keys in the order in which they were added. */
interface Queue<Key> {
  keys(): Iterable<Key>;
}

/**
 * Gives the keys of a map that is a queue, oldest first: each key must be deleted before the next is asked for. It costs
 * the same however full the map is. No iterator is kept: one that waits keeps alive every table that the map has outgrown
 * since, with all that was in it.
 */
export class OldestKey<Key> {
  readonly #map: Queue<Key>;
  /** The oldest keys, as far as they were looked up. */
  readonly #next: Set<Key> = new Set();

  constructor(map: Queue<Key>) {
    this.#map = map;
  }

  /** `undefined` where the map is empty. */
  next(): Key | undefined {
    if (this.#next.size === 0) this.#lookUp();
    for (const key of this.#next) {
      this.#next.delete(key);
      return key;
    }
    return undefined;
  }

  /** `key` was deleted from the map: should it come back, it is the newest. */
  deleted(key: Key): void {
    this.#next.delete(key);
  }

  #lookUp(): void {
    for (const key of this.#map.keys()) {
      this.#next.add(key);
      if (this.#next.size === lookedUp) return;
    }
  }
}
