/** Items that wait for the same promise. */
interface Part<T> {
  readonly gate: Promise<unknown>;
  readonly items: T[];
  size: number;
  isOpen: boolean;
  next: Part<T> | undefined;
}

/** The items of one key that wait, each for a promise and for those before it. It is never empty but when let go. */
export class HeldQueue<T> {
  readonly #onOpen: () => void;
  #first: Part<T>;
  #last: Part<T>;
  count = 1;
  /** As whoever adds items counts. */
  size: number;

  /** @param onOpen - called when the promise of a part has settled. */
  constructor(item: T, size: number, gate: Promise<unknown>, onOpen: () => void) {
    this.#onOpen = onOpen;
    this.size = size;
    this.#first = this.#part(item, size, gate);
    this.#last = this.#first;
  }

  add(item: T, size: number, gate: Promise<unknown> | undefined): void {
    this.count++;
    this.size += size;
    if (gate !== undefined && gate !== this.#last.gate) {
      this.#last.next = this.#part(item, size, gate);
      this.#last = this.#last.next;
    } else {
      // Many items that wait for one promise cost no more than it.
      this.#last.items.push(item);
      this.#last.size += size;
    }
  }

  /** Takes out the items that have nothing more to wait for; with `all`, whatever waits. */
  take(into: T[], all: boolean): boolean {
    for (let part: Part<T> | undefined = this.#first; part !== undefined; part = part.next) {
      if (!part.isOpen && !all) {
        this.#first = part;
        return false;
      }
      for (const item of part.items) into.push(item);
      this.count -= part.items.length;
      this.size -= part.size;
    }
    return true;
  }

  #part(item: T, size: number, gate: Promise<unknown>): Part<T> {
    const part: Part<T> = { gate, items: [item], size, isOpen: false, next: undefined };
    const open = (): void => {
      part.isOpen = true;
      this.#onOpen();
    };
    // It may be no promise of ours.
    Promise.resolve(gate).then(open, open);
    return part;
  }
}
