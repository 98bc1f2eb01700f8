import type { Budget, Held } from "./budget.ts";
import type { Coverage } from "./coverage.ts";
import type { Descriptor } from "./descriptor.ts";
import type { KnownSockets } from "./known-sockets.ts";
import { NumberIndex } from "./number-index.ts";
import { NumberSet } from "./number-set.ts";
import { OldestKey } from "./oldest-key.ts";

/** Estimated bytes of an entry beside its names. */
const entrySize = 128;

/** In tables up to this size, numbers of a range are found by looking at all. */
const smallTable = 512;

/** One more than the largest number of which it is noted that it was closed; more than most processes may have open. */
const maxClosed = 1024;

/** Entries, which several tables read until one of them changes. */
class Entries implements Held {
  /** What was looked for or made last, which most often is looked for next; -1 for nothing. */
  #lastFd = -1;
  #last: Descriptor | undefined;
  readonly map: Map<number, Descriptor>;
  /** Tables that read these. */
  readers = 1;
  bytes = 0;
  /** The numbers in order, of a large table once it was asked for a range: a call that closes one costs little to make. */
  #index: NumberIndex | undefined;
  /** Made when the table is full for the first time. */
  #oldest: OldestKey<number> | undefined;

  constructor(map: Map<number, Descriptor>, index: NumberIndex | undefined = undefined) {
    this.#last = undefined;
    this.map = map;
    this.#index = index;
    this.#oldest = undefined;
  }

  copy(): Entries {
    return new Entries(new Map(this.map), this.#index?.copy());
  }

  get(fd: number): Descriptor | undefined {
    if (fd === this.#lastFd) return this.#last;
    const found = this.map.get(fd);
    if (fd >= 0) {
      this.#lastFd = fd;
      this.#last = found;
    }
    return found;
  }

  set(fd: number, descriptor: Descriptor): void {
    this.map.set(fd, descriptor);
    this.#lastFd = fd;
    this.#last = descriptor;
    this.#index?.add(fd);
  }

  delete(fd: number): void {
    this.map.delete(fd);
    if (fd === this.#lastFd) this.#last = undefined;
    this.#index?.delete(fd);
    this.#oldest?.deleted(fd);
  }

  /** The number that has been in use for longest, which is to be deleted. */
  oldest(): number | undefined {
    this.#oldest ??= new OldestKey(this.map);
    return this.#oldest.next();
  }

  /** The numbers in use from `first` to `last`. */
  range(first: number, last: number): readonly number[] {
    const { map } = this;
    if (map.size <= smallTable) return [...map.keys()].filter((fd) => fd >= first && fd <= last);
    this.#index ??= new NumberIndex(map.keys());
    return this.#index.range(first, last);
  }

  forget(): void {
    this.map.clear();
    this.#lastFd = -1;
    this.#last = undefined;
    this.#index = undefined;
    this.#oldest = undefined;
  }
}

/** What the tables of one sandbox share. */
export interface SharedByTables {
  readonly sockets: KnownSockets;
  readonly coverage: Coverage;
}

/**
 * The open descriptors of a process or thread, or of several that share them. A copy costs nothing until one of the two
 * changes.
 */
export class DescriptorTable {
  readonly #limit: number;
  readonly #budget: Budget;
  /** What is known of the whole sandbox. */
  readonly shared: SharedByTables;
  #entries: Entries;
  /** What was closed, while what was open before is still to be told. */
  #closed: NumberSet | undefined;
  /** Processes, and threads that do not share their process's table, which share this one. */
  #users = 1;

  constructor(
    limit: number,
    budget: Budget,
    shared: SharedByTables,
    entries: Entries = new Entries(new Map()),
  ) {
    this.#limit = limit;
    this.#budget = budget;
    this.shared = shared;
    this.#entries = entries;
    this.#closed = undefined;
  }

  get size(): number {
    return this.#entries.map.size;
  }

  [Symbol.iterator](): Iterator<readonly [number, Descriptor]> {
    return this.#entries.map.entries();
  }

  get(fd: number): Descriptor | undefined {
    return this.#entries.get(fd);
  }

  set(fd: number, descriptor: Descriptor): void {
    if (fd < 0) return;
    const entries = this.#own();
    const { map } = entries;
    const before = entries.get(fd);
    if (before === undefined && map.size >= this.#limit) this.#evictOldest(entries);
    entries.set(fd, descriptor);
    this.#budget.charge(entries, sizeOf(descriptor) - (before === undefined ? 0 : sizeOf(before)));
  }

  delete(fd: number): void {
    this.#closed?.add(fd);
    const descriptor = this.#entries.get(fd);
    if (descriptor !== undefined) remove(this.#own(), fd, descriptor, this.#budget);
  }

  /** Closes all from `first` to `last`. */
  deleteRange(first: number, last: number): void {
    this.#closed?.addRange(first, last);
    for (const fd of this.#entries.range(first, last)) this.delete(fd);
  }

  /** Marks all from `first` to `last` to be closed on exec. */
  closeRangeOnExec(first: number, last: number): void {
    for (const fd of this.#entries.range(first, last)) {
      const descriptor = this.get(fd);
      if (descriptor?.closeOnExec === false) this.set(fd, { ...descriptor, closeOnExec: true });
    }
  }

  /** It begins in the midst: what was open before may be told later, see {@link complete}. */
  expectMore(): void {
    this.#closed ??= new NumberSet(maxClosed);
  }

  /** Takes `fd`, told late, for open, unless events have said by then what it is or that it was closed. */
  complete(fd: number, descriptor: Descriptor): void {
    if (this.get(fd) === undefined && this.#closed?.has(fd) !== true) this.set(fd, descriptor);
  }

  /** The same table for one more process or thread (CLONE_FILES). */
  share(): DescriptorTable {
    this.#users++;
    return this;
  }

  /** The table of a child that does not share this one. */
  fork(): DescriptorTable {
    this.#entries.readers++;
    return new DescriptorTable(this.#limit, this.#budget, this.shared, this.#entries);
  }

  /** The table of one that shares it with none from now on: this one, where it never did. */
  unshare(): DescriptorTable {
    if (this.#users === 1) return this;
    this.#users--;
    return this.fork();
  }

  /** Closes what an exec closes. */
  closeOnExec(): void {
    for (const [fd, descriptor] of this.#entries.map) if (descriptor.closeOnExec) this.delete(fd);
  }

  /** One that used it has ended. */
  release(): void {
    if (--this.#users === 0) this.#leave(new Entries(new Map()));
  }

  /** The same, and what that one uses should it turn out to live: an empty table. */
  leave(): DescriptorTable {
    if (--this.#users > 0) return new DescriptorTable(this.#limit, this.#budget, this.shared);
    this.#leave(new Entries(new Map()));
    this.#closed = undefined;
    this.#users = 1;
    return this;
  }

  #own(): Entries {
    const shared = this.#entries;
    if (shared.readers > 1) {
      this.#leave(shared.copy());
      this.#budget.charge(this.#entries, shared.bytes);
    }
    return this.#entries;
  }

  #leave(next: Entries): void {
    if (--this.#entries.readers === 0) this.#budget.release(this.#entries);
    this.#entries = next;
  }

  #evictOldest(entries: Entries): void {
    const oldest = entries.oldest();
    const descriptor = oldest === undefined ? undefined : entries.map.get(oldest);
    if (oldest === undefined || descriptor === undefined) return;
    remove(entries, oldest, descriptor, this.#budget);
    this.#budget.evictedDescriptors++;
  }
}

function remove(entries: Entries, fd: number, descriptor: Descriptor, budget: Budget): void {
  entries.delete(fd);
  budget.charge(entries, -sizeOf(descriptor));
}

function sizeOf({ name, fdPath }: Descriptor): number {
  return entrySize + name.length + (fdPath === undefined || fdPath === name ? 0 : fdPath.length);
}
