/** One more than the largest number of descriptor that is noted; more than most processes may have open. */
const limit = 1024;

/** Numbers of descriptors that were closed. Of large ones it says so too: what is not known is not open. */
export class ClosedNumbers {
  readonly #bits: Uint32Array = new Uint32Array(limit / 32);

  add(fd: number): void {
    if (fd < 0 || fd >= limit) return;
    this.#bits[fd >>> 5] = (this.#bits[fd >>> 5] ?? 0) | (1 << (fd & 31));
  }

  /** All from `first` to `last`. */
  addRange(first: number, last: number): void {
    for (let fd = Math.max(first, 0); fd <= last && fd < limit; fd++) this.add(fd);
  }

  has(fd: number): boolean {
    return fd >= limit || ((this.#bits[fd >>> 5] ?? 0) & (1 << (fd & 31))) !== 0;
  }
}
