import { type ClassNumbers, partition } from "./class-numbers.ts";

/** Classes of texts by which of many texts they begin with, end with or contain: looked up, and not compared with each. */
export interface TextIndex {
  /** 0 where it is none of them. */
  classOf(text: string): number;
}

/** The texts in order. Those that begin a text stand in front of it, the longest among the nearest. */
class Prefixes implements TextIndex {
  readonly #texts: readonly string[];
  /** The longest of the others that begins a text, by its place; -1 for none. */
  readonly #within: Int32Array;
  readonly #classes: readonly number[];

  constructor(sets: Iterable<readonly string[]>, numbers: ClassNumbers) {
    const own = partition(sets, numbers);
    const texts = [...own.keys()].sort();
    const within = new Int32Array(texts.length);
    const classes: number[] = [];
    for (const [i, text] of texts.entries()) {
      const outer = nearestPrefix(texts, within, i - 1, text);
      within[i] = outer;
      classes.push(numbers.both(classes[outer] ?? 0, own.get(text) ?? 0));
    }
    this.#texts = texts;
    this.#within = within;
    this.#classes = classes;
  }

  classOf(text: string): number {
    const texts = this.#texts;
    let low = 0;
    let high = texts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((texts[middle] ?? "") <= text) low = middle + 1;
      else high = middle;
    }
    return this.#classes[nearestPrefix(texts, this.#within, low - 1, text)] ?? 0;
  }
}

/** Goes from the place in front of `text` to the longest that begins it; -1 where there is none. */
function nearestPrefix(texts: readonly string[], within: Int32Array, from: number, text: string): number {
  let at = from;
  while (at >= 0 && !text.startsWith(texts[at] ?? "")) at = within[at] ?? -1;
  return at;
}

class Suffixes implements TextIndex {
  readonly #numbers: ClassNumbers;
  readonly #classes: ReadonlyMap<string, number>;
  readonly #lengths: readonly number[];

  constructor(sets: Iterable<readonly string[]>, numbers: ClassNumbers) {
    this.#numbers = numbers;
    this.#classes = partition(sets, numbers);
    this.#lengths = [...new Set(Array.from(this.#classes.keys(), ({ length }) => length))].sort(
      (a, b) => a - b,
    );
  }

  classOf(text: string): number {
    let found = 0;
    for (const length of this.#lengths) {
      if (length > text.length) break;
      const ending = this.#classes.get(text.slice(text.length - length));
      if (ending !== undefined) found = this.#numbers.both(found, ending);
    }
    return found;
  }
}

/** Texts shorter than this are looked for one by one. */
const gram = 4;

/** Looks where a text may begin one of the others by the first characters there, of which a bit is kept for each of a hash. */
class Contained implements TextIndex {
  readonly #numbers: ClassNumbers;
  readonly #beginnings: Prefixes;
  readonly #grams = new Uint8Array(1 << 12);
  readonly #short: readonly (readonly [text: string, number: number])[];

  constructor(sets: readonly (readonly string[])[], numbers: ClassNumbers) {
    this.#numbers = numbers;
    const isLong = (text: string): boolean => text.length >= gram;
    const long = sets.map((set) => set.filter(isLong));
    const short = sets.map((set) => set.filter((text) => !isLong(text)));
    this.#beginnings = new Prefixes(long, numbers);
    this.#short = [...partition(short, numbers)];
    for (const text of long.flat()) this.#grams[hashAt(text, 0)] = 1;
  }

  classOf(text: string): number {
    let found = 0;
    for (const [short, number] of this.#short) {
      if (text.includes(short)) found = this.#numbers.both(found, number);
    }
    let begun: Set<number> | undefined;
    for (let at = 0; at + gram <= text.length; at++) {
      if (this.#grams[hashAt(text, at)] === 0) continue;
      const beginning = this.#beginnings.classOf(text.slice(at));
      if (beginning === 0) continue;
      begun ??= new Set();
      begun.add(beginning);
    }
    if (begun === undefined) return found;
    for (const number of [...begun].sort((a, b) => a - b)) found = this.#numbers.both(found, number);
    return found;
  }
}

function hashAt(text: string, at: number): number {
  const first = (text.charCodeAt(at) << 3) ^ text.charCodeAt(at + 1);
  const second = (text.charCodeAt(at + 2) << 3) ^ text.charCodeAt(at + 3);
  return ((first * 31) ^ second) & 0xfff;
}

type Sets = readonly (readonly string[])[];

export function indexPrefixes(sets: Sets, numbers: ClassNumbers): TextIndex {
  return new Prefixes(sets, numbers);
}

export function indexSuffixes(sets: Sets, numbers: ClassNumbers): TextIndex {
  return new Suffixes(sets, numbers);
}

export function indexContained(sets: Sets, numbers: ClassNumbers): TextIndex {
  return new Contained(sets, numbers);
}
