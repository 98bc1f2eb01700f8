/** Numbers in ascending order: finds those of a range without looking at the others. */
export class NumberIndex {
  #numbers: Float64Array;
  #size: number;

  constructor(numbers: Iterable<number>) {
    this.#numbers = Float64Array.from(numbers).sort();
    this.#size = this.#numbers.length;
  }

  /** A copy, which changes by itself. It costs no sorting. */
  copy(): NumberIndex {
    const copy = new NumberIndex([]);
    copy.#numbers = this.#numbers.slice();
    copy.#size = this.#size;
    return copy;
  }

  add(number: number): void {
    const at = this.#position(number);
    if (at < this.#size && this.#numbers[at] === number) return;
    if (this.#size === this.#numbers.length) this.#grow();
    this.#numbers.copyWithin(at + 1, at, this.#size);
    this.#numbers[at] = number;
    this.#size++;
  }

  delete(number: number): void {
    const at = this.#position(number);
    if (at === this.#size || this.#numbers[at] !== number) return;
    this.#numbers.copyWithin(at, at + 1, this.#size);
    this.#size--;
  }

  /** Those from `first` to `last`, both included. */
  range(first: number, last: number): readonly number[] {
    return Array.from(this.#numbers.subarray(this.#position(first), this.#position(last + 1)));
  }

  /** Where the first number is that is not below `number`. */
  #position(number: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] as number) < number)
        low = middle + 1; // in bounds: below the size
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const grown = new Float64Array(this.#size * 2 + 16);
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}
