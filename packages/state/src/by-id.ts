/** Ids that have a place in a page, which is a little array; there are not many above in any sandbox that is what it seems. */
const maxPaged = 2 ** 17;
const pageBits = 5;
const pageSize = 2 ** pageBits;

type Page<Value> = (Value | undefined)[];

/**
 * A map by ids that are small and lie close together, as those of threads do: found by two loads, where a hash table takes five
 * times as long, and in one of 100,000 threads, none of them in the processor's caches, more. Any others are found as in
 * a map. In the order in which they were first added.
 */
export class ById<Value> {
  readonly #pages: (Page<Value> | undefined)[] = [];
  readonly #all: Map<number, Value> = new Map();

  get size(): number {
    return this.#all.size;
  }

  get(id: number): Value | undefined {
    if (id >= 0 && id < maxPaged) return this.#pages[id >>> pageBits]?.[id & (pageSize - 1)];
    return this.#all.get(id);
  }

  set(id: number, value: Value): void {
    this.#all.set(id, value);
    if (id < 0 || id >= maxPaged) return;
    const number = id >>> pageBits;
    while (this.#pages.length <= number) this.#pages.push(undefined);
    this.#pages[number] ??= new Array<Value | undefined>(pageSize).fill(undefined);
    (this.#pages[number] as Page<Value>)[id & (pageSize - 1)] = value; // just made, where it was missing
  }

  delete(id: number): void {
    if (!this.#all.delete(id) || id < 0 || id >= maxPaged) return;
    const number = id >>> pageBits;
    const page = this.#pages[number];
    if (page === undefined) return;
    page[id & (pageSize - 1)] = undefined;
    if (page.every((value) => value === undefined)) this.#pages[number] = undefined;
  }

  keys(): IterableIterator<number> {
    return this.#all.keys();
  }

  values(): IterableIterator<Value> {
    return this.#all.values();
  }
}
