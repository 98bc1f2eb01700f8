import { type ClassNumbers, partition } from "./class-numbers.ts";
import { createPrefixTree, type PrefixTree } from "./prefix-tree.ts";

/** Classes of texts by which of many texts they begin with, end with or contain: looked up, and not compared with each. */
export interface TextIndex {
  /** 0 where it is none of them. */
  classOf(text: string): number;
}

class Prefixes implements TextIndex {
  readonly #tree: PrefixTree;

  constructor(sets: Sets, numbers: ClassNumbers) {
    this.#tree = createPrefixTree(partition(sets, numbers), numbers);
  }

  classOf(text: string): number {
    return this.#tree.find(text, 0);
  }
}

class Suffixes implements TextIndex {
  readonly #numbers: ClassNumbers;
  readonly #classes: ReadonlyMap<string, number>;
  /** Of the texts that end with a character. */
  readonly #lengths = new Map<number, Set<number>>();
  /** What all texts end with. */
  readonly #always: number;

  constructor(sets: Sets, numbers: ClassNumbers) {
    this.#numbers = numbers;
    this.#classes = partition(sets, numbers);
    this.#always = this.#classes.get("") ?? 0;
    for (const text of this.#classes.keys()) {
      if (text === "") continue;
      const last = text.charCodeAt(text.length - 1);
      const lengths = this.#lengths.get(last) ?? new Set();
      this.#lengths.set(last, lengths.add(text.length));
    }
  }

  classOf(text: string): number {
    let found = this.#always;
    const lengths = this.#lengths.get(text.charCodeAt(text.length - 1));
    if (lengths === undefined) return found;
    for (const length of lengths) {
      const ending = length <= text.length ? this.#classes.get(text.slice(text.length - length)) : undefined;
      if (ending !== undefined) found = this.#numbers.both(found, ending);
    }
    return found;
  }
}

/** Looks where a text may begin one of the others by the two characters there, of a hash of which a bit is kept. */
class Contained implements TextIndex {
  readonly #numbers: ClassNumbers;
  readonly #tree: PrefixTree;
  readonly #pairs = new Uint8Array(1 << 12);
  /** Those that are no pair are looked for one by one. */
  readonly #short: readonly (readonly [text: string, number: number])[];

  constructor(sets: Sets, numbers: ClassNumbers) {
    const classes = [...partition(sets, numbers)];
    const long = classes.filter(([text]) => text.length > 1);
    this.#numbers = numbers;
    this.#tree = createPrefixTree(new Map(long), numbers);
    this.#short = classes.filter(([text]) => text.length <= 1);
    for (const [text] of long) this.#pairs[hash(text.charCodeAt(0), text.charCodeAt(1))] = 1;
  }

  classOf(text: string): number {
    let found = 0;
    for (const [short, number] of this.#short) {
      if (text.includes(short)) found = this.#numbers.both(found, number);
    }
    let begun: Set<number> | undefined;
    let first = text.charCodeAt(0);
    for (let next = 1; next < text.length; next++) {
      const second = text.charCodeAt(next);
      const mayBegin = this.#pairs[hash(first, second)] === 1;
      first = second;
      if (!mayBegin) continue;
      const number = this.#tree.find(text, next - 1);
      if (number === 0) continue;
      begun ??= new Set();
      begun.add(number);
    }
    if (begun === undefined) return found;
    for (const number of [...begun].sort((a, b) => a - b)) found = this.#numbers.both(found, number);
    return found;
  }
}

function hash(first: number, second: number): number {
  return ((first << 5) ^ second) & 0xfff;
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
