import { wordsOf } from "./words.ts";

/** Shorter runs are not kept: they are read as fast as they are found. */
const leastSize = 8;

/**
 * What was made of runs of bytes, found again by the same bytes: most of a message is what an earlier one said, and
 * checking and decoding that again would be most of the work of decoding.
 *
 * Each run has one place, by its hash; another that wants the place takes it. So memory is bounded (two to the power of
 * `bits` places of `maxSize` bytes, and the values), and input that never repeats only gains nothing. The bytes are
 * copied, never referred to, and all of them are compared, so a value is found only under the bytes that it was made of:
 * what one sandbox sends can take a place from another, never change what the other reads.
 */
export class RepeatedBytes<Value> {
  private readonly shift: number;
  private readonly maxSize: number;
  /** Of each place, the last four bytes of its run and then the run from its start, four bytes each. */
  private readonly copies: Int32Array;
  private readonly stride: number;
  /** How many bytes the run of each place has; 0 where there is none. */
  private readonly sizes: Int32Array;
  private readonly values: (Value | undefined)[];

  constructor(bits: number, maxSize: number) {
    const places = 2 ** bits;
    this.shift = 32 - bits;
    this.maxSize = maxSize;
    this.stride = 1 + (maxSize >> 2);
    this.copies = new Int32Array(places * this.stride);
    this.sizes = new Int32Array(places);
    this.values = new Array<Value | undefined>(places).fill(undefined);
  }

  /** Whether a run of `size` bytes can be kept. */
  fits(size: number): boolean {
    return size >= leastSize && size <= this.maxSize;
  }

  /** The value kept for the bytes from `start` to `end`. */
  find(bytes: Uint8Array, start: number, end: number): Value | undefined {
    const size = end - start;
    if (!this.fits(size)) return undefined;
    const words = wordsOf(bytes);
    const place = hash(words, start, end) >>> this.shift;
    if (this.sizes[place] !== size) return undefined;
    return equal(words, start, end, this.copies, place * this.stride) ? this.values[place] : undefined;
  }

  /** Keeps `value` for the bytes from `start` to `end`. */
  keep(bytes: Uint8Array, start: number, end: number, value: Value): void {
    const size = end - start;
    if (!this.fits(size)) return;
    const words = wordsOf(bytes);
    const place = hash(words, start, end) >>> this.shift;
    let at = place * this.stride;
    this.copies[at++] = words.getInt32(end - 4, true);
    for (let i = start; i + 4 <= end; i += 4) this.copies[at++] = words.getInt32(i, true);
    this.sizes[place] = size;
    this.values[place] = value;
  }
}

/** Of the size, of both ends and of the middle: as good as of all, and one multiplication waits for no other. */
function hash(words: DataView, start: number, end: number): number {
  const mixed =
    Math.imul(words.getInt32(start, true) ^ (end - start), 0x9e37_79b1) ^
    Math.imul(words.getInt32(start + 4, true), 0x85eb_ca77) ^
    Math.imul(words.getInt32(start + ((end - start - 4) >> 1), true), 0xc2b2_ae3d) ^
    Math.imul(words.getInt32(end - 8, true), 0x27d4_eb2f) ^
    Math.imul(words.getInt32(end - 4, true), 0x1656_67b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b);
}

/** Whether the bytes are those of the copy. Sixteen a turn, without a branch between: half as long as four a turn. */
function equal(words: DataView, start: number, end: number, copies: Int32Array, copy: number): boolean {
  let differ = words.getInt32(end - 4, true) ^ (copies[copy] as number);
  let at = copy + 1;
  let i = start;
  for (; i + 16 <= end; i += 16, at += 4) {
    differ |=
      (words.getInt32(i, true) ^ (copies[at] as number)) |
      (words.getInt32(i + 4, true) ^ (copies[at + 1] as number)) |
      (words.getInt32(i + 8, true) ^ (copies[at + 2] as number)) |
      (words.getInt32(i + 12, true) ^ (copies[at + 3] as number));
  }
  for (; i + 4 <= end; i += 4) differ |= words.getInt32(i, true) ^ (copies[at++] as number);
  return differ === 0;
}
