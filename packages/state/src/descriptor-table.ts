import type { Descriptor } from "./descriptor.ts";

/**
 * The open descriptors of a process, or of several that share them. A fork's copy costs nothing until one of the two
 * changes.
 */
export class DescriptorTable {
  readonly #limit: number;
  #entries: Map<number, Descriptor>;
  /** Whether another table reads the same entries, so that a change needs a copy first. */
  #shared: boolean;
  /** Descriptors forgotten because the table was full. */
  evicted = 0;

  constructor(limit: number, entries: Map<number, Descriptor> = new Map()) {
    this.#limit = limit;
    this.#entries = entries;
    this.#shared = entries.size > 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(fd: number): Descriptor | undefined {
    return this.#entries.get(fd);
  }

  set(fd: number, descriptor: Descriptor): void {
    const entries = this.#own();
    if (entries.size >= this.#limit && !entries.has(fd)) this.#evictOldest(entries);
    entries.set(fd, descriptor);
  }

  delete(fd: number): void {
    if (this.#entries.has(fd)) this.#own().delete(fd);
  }

  /** The table of a child that does not share this one. */
  fork(): DescriptorTable {
    this.#shared = true;
    return new DescriptorTable(this.#limit, this.#entries);
  }

  /** Closes what an exec closes. */
  closeOnExec(): void {
    for (const [fd, descriptor] of this.#entries) if (descriptor.closeOnExec) this.delete(fd);
  }

  #own(): Map<number, Descriptor> {
    if (this.#shared) {
      this.#entries = new Map(this.#entries);
      this.#shared = false;
    }
    return this.#entries;
  }

  #evictOldest(entries: Map<number, Descriptor>): void {
    for (const oldest of entries.keys()) {
      entries.delete(oldest);
      this.evicted++;
      return;
    }
  }
}
