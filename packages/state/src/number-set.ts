/** Numbers from 0 up to a limit, a bit for each. Of others it says that it has them: what is not known is not denied. */
export class NumberSet {
  readonly #limit: number;
  readonly #bits: Uint32Array;

  /** `limit`: one more than the largest number that is noted. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#bits = new Uint32Array(Math.ceil(limit / 32));
  }

  add(number: number): void {
    if (number < 0 || number >= this.#limit) return;
    this.#bits[number >>> 5] = (this.#bits[number >>> 5] ?? 0) | (1 << (number & 31));
  }

  /** All from `first` to `last`. */
  addRange(first: number, last: number): void {
    for (let number = Math.max(first, 0); number <= last && number < this.#limit; number++) this.add(number);
  }

  has(number: number): boolean {
    if (number < 0 || number >= this.#limit) return true;
    return ((this.#bits[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0;
  }
}
