/** What has come and waits to be taken, in order. It holds what is put into it: whoever puts keeps it small. */
export class Arrivals<T> {
  readonly #all: T[] = [];
  #wake: (() => void) | undefined;

  put(arrival: T): void {
    this.#all.push(arrival);
    this.wake();
  }

  /** Has {@link next} ask again whether there is an end. */
  wake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** The next one, waiting for it; `undefined` where none is left and `isOver` says so. */
  async next(isOver: () => boolean): Promise<T | undefined> {
    while (this.#all.length === 0 && !isOver()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#all.shift();
  }
}
