/** Lets a number of tasks run at once; others wait for their turn, as many as there is room for. Urgent ones have room of their own. */
export class Turns {
  readonly #atOnce: number;
  readonly #room: number;
  readonly #waiting: (() => void)[] = [];
  readonly #urgent: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, room: number) {
    this.#atOnce = atOnce;
    this.#room = room;
  }

  /** Whether no more such can wait. */
  isFull(isUrgent: boolean): boolean {
    return this.#running >= this.#atOnce && this.#lineOf(isUrgent).length >= this.#room;
  }

  /** Runs a task in its turn: before all that are not, where it is urgent. */
  async run<T>(task: () => Promise<T>, isUrgent: boolean): Promise<T> {
    if (this.#running < this.#atOnce) this.#running++;
    else await new Promise<void>((resolve) => this.#lineOf(isUrgent).push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#urgent.shift() ?? this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next(); // it has our place
    }
  }

  #lineOf(isUrgent: boolean): (() => void)[] {
    return isUrgent ? this.#urgent : this.#waiting;
  }
}
