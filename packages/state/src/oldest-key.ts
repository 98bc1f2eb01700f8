/**
 * Gives the keys of a map that is a queue, oldest first: each key must be deleted before the next is asked for. To begin
 * anew each time would be to step over all that were deleted since the map was last tidied up, tens of thousands.
 */
export class OldestKey<Key> {
  readonly #map: ReadonlyMap<Key, unknown>;
  #keys: Iterator<Key>;

  constructor(map: ReadonlyMap<Key, unknown>) {
    this.#map = map;
    this.#keys = map.keys();
  }

  /** `undefined` where the map is empty. */
  next(): Key | undefined {
    let next = this.#keys.next();
    if (next.done === true) {
      // An iterator that came to the end stays there, whatever is added.
      this.#keys = this.#map.keys();
      next = this.#keys.next();
    }
    return next.done === true ? undefined : next.value;
  }
}
