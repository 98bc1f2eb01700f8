import { wordsOf } from "./words.ts";

/** Shorter runs are not kept: they are read as fast as they are found. */
const leastSize = 8;

/**
 * The least number that is not subnormal. Two zeros are equal that are not the same, and subnormal numbers are taken for zeros by a
 * processor that was told so, as some native code does. NaN is equal to nothing.
 */
const leastNormal = 2 ** -1022;

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
  /** Of each place, the last eight bytes of its run and then the run from its start, eight bytes each. */
  private readonly copies: Float64Array;
  private readonly stride: number;
  /** How many bytes the run of each place has; 0 where there is none. */
  private readonly sizes: Int32Array;
  private readonly values: (Value | undefined)[];

  constructor(bits: number, maxSize: number) {
    const places = 2 ** bits;
    this.shift = 32 - bits;
    this.maxSize = maxSize;
    this.stride = 1 + (maxSize >> 3);
    this.copies = new Float64Array(places * this.stride);
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
    this.sizes[place] = 0;
    let at = place * this.stride;
    if (!this.write(at++, words.getFloat64(end - 8, true))) return;
    for (let i = start; i + 8 <= end; i += 8) if (!this.write(at++, words.getFloat64(i, true))) return;
    this.sizes[place] = size;
    this.values[place] = value;
  }

  /** Writes eight bytes; whether they are those of a number that equals no other bytes, and its own. */
  private write(at: number, eight: number): boolean {
    this.copies[at] = eight;
    return eight >= leastNormal || eight <= -leastNormal;
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

/**
 * Whether the bytes are those of the copy. Eight at once, as floating-point numbers: where what is kept is neither 0 nor
 * NaN, two are equal if all their bits are. It takes three quarters of the time that integers of four bytes do.
 */
function equal(words: DataView, start: number, end: number, copies: Float64Array, copy: number): boolean {
  if (words.getFloat64(end - 8, true) !== copies[copy]) return false;
  let at = copy + 1;
  let i = start;
  for (; i + 16 <= end; i += 16, at += 2) {
    if (words.getFloat64(i, true) !== copies[at]) return false;
    if (words.getFloat64(i + 8, true) !== copies[at + 1]) return false;
  }
  return i + 8 > end || words.getFloat64(i, true) === copies[at];
}
