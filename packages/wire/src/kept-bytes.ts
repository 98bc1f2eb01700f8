import { keepWordsOf, wordsOf } from "./words.ts";

/** Bytes of each array that copies lie in: what keeps one of them alive keeps no more. */
const chunkSize = 4_096;

/** Copies of short runs of bytes, many in one array: an array for each would cost more than reading what is in it. */
export class KeptBytes {
  /** Where the last copy lies. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(chunkSize);
  #words: DataView = keepWordsOf(this.bytes);
  #used = 0;

  /** Copies the bytes from `start` to `end`, four at least and no more than a chunk has; returns where in {@link bytes} they lie now. */
  copy(bytes: Uint8Array, start: number, end: number): number {
    const size = end - start;
    if (this.#used + size > chunkSize) {
      this.bytes = new Uint8Array(chunkSize);
      this.#words = keepWordsOf(this.bytes);
      this.#used = 0;
    }
    const from = wordsOf(bytes);
    const words = this.#words;
    const at = this.#used;
    for (let i = 0; i + 4 <= size; i += 4) words.setInt32(at + i, from.getInt32(start + i, true), true);
    words.setInt32(at + size - 4, from.getInt32(end - 4, true), true);
    this.#used += size;
    return at;
  }
}
