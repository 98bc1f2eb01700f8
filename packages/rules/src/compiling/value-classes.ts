import type { FieldType, FieldValue } from "../fields/field.ts";
import type { Operator } from "../language/ast.ts";
import { type ClassNumbers, createClassNumbers, partition } from "./class-numbers.ts";
import type { ValueTest } from "./comparison.ts";
import { closedPath, hasGlob } from "./path-prefixes.ts";
import { unanswered } from "./question.ts";
import { indexContained, indexPrefixes, indexSuffixes, type TextIndex } from "./text-index.ts";
import { createValueMemo, type ValueMemo } from "./value-memo.ts";

/** Longer texts are left to the comparisons themselves. */
const maxLength = 16_384;

/**
 * Which values of a field the comparisons of all rules tell apart: values of one class are the same to all of them. What
 * class a value is of takes about as long whether there are ten comparisons or ten thousand.
 */
export interface ValueClasses {
  /** Counts a comparison in, of which `test` is what it makes of a value; false where it is of a kind that is not. */
  distinguish(operator: Operator, values: readonly FieldValue[], test: ValueTest): boolean;
  /** The class of a value, 1 or more; {@link unanswered} where it takes too long to find out. */
  classOf(value: FieldValue): number;
}

type Texts = readonly string[];

/** Finds the class of a value by some of the comparisons. */
type Part = (value: FieldValue) => number;

class IndexedClasses implements ValueClasses {
  readonly #type: FieldType;
  readonly #numbers: ClassNumbers = createClassNumbers();
  #memo: ValueMemo | undefined = undefined;
  readonly #equal: (readonly FieldValue[])[] = [];
  readonly #beginnings: Texts[] = [];
  readonly #paths: Texts[] = [];
  readonly #endings: Texts[] = [];
  readonly #contained: Texts[] = [];
  readonly #bounds = new Set<FieldValue>();
  readonly #others: ValueTest[] = [];
  #equalClasses: ReadonlyMap<FieldValue, number> | undefined = undefined;
  /** Of all but equality. */
  #parts: readonly Part[] = [];

  constructor(type: FieldType) {
    this.#type = type;
  }

  distinguish(operator: Operator, values: readonly FieldValue[], test: ValueTest): boolean {
    if (this.#type === "net") return false;
    this.#equalClasses = undefined;
    switch (operator) {
      case "=":
      case "!=":
      case "in":
      case "intersects":
        this.#equal.push(values);
        return true;
      case "<":
      case "<=":
      case ">":
      case ">=":
        if (this.#type === "string") return false;
        for (const value of values) this.#bounds.add(value);
        return true;
      case "startswith":
        this.#beginnings.push(values.map(String));
        return true;
      case "endswith":
        this.#endings.push(values.map(String));
        return true;
      case "contains":
        this.#contained.push(values.map(String));
        return true;
      case "pmatch":
        if (values.some((value) => hasGlob(String(value)))) this.#others.push(test);
        else this.#paths.push(values.map((value) => closedPath(String(value))));
        return true;
      case "icontains":
      case "glob":
      case "iglob":
        this.#others.push(test);
        return true;
      // Takes too long to be tried where no rule may come to it, or is of data, which is always another.
      case "regex":
      case "bcontains":
      case "bstartswith":
        return false;
    }
  }

  classOf(value: FieldValue): number {
    const equal = this.#equalClasses ?? this.#build();
    if (this.#parts.length === 0) return 1 + (equal.get(value) ?? 0);
    if (typeof value !== "string") return this.#find(value, equal);
    if (value.length > maxLength) return unanswered;
    this.#memo ??= createValueMemo();
    const known = this.#memo.get(value);
    if (known !== undefined) return known;
    const found = this.#find(value, equal);
    this.#memo.set(value, found);
    return found;
  }

  #find(value: FieldValue, equal: ReadonlyMap<FieldValue, number>): number {
    let found = equal.get(value) ?? 0;
    for (const part of this.#parts) {
      const number = part(value);
      if (number === unanswered) return unanswered;
      found = this.#numbers.both(found, number);
    }
    return 1 + found;
  }

  /** Done when a value is first seen, and not when rules are loaded. */
  #build(): ReadonlyMap<FieldValue, number> {
    const numbers = this.#numbers;
    const parts: Part[] = [];
    const index = (sets: readonly Texts[], make: typeof indexPrefixes): void => {
      if (sets.length > 0) parts.push(ofText(make(sets, numbers)));
    };
    index(this.#beginnings, indexPrefixes);
    index(this.#endings, indexSuffixes);
    index(this.#contained, indexContained);
    index(this.#paths, indexPaths);
    if (this.#bounds.size > 0) parts.push(byBounds([...this.#bounds], numbers));
    if (this.#others.length > 0) parts.push(byTests(this.#others, numbers));
    const equal = partition(this.#equal, numbers);
    this.#parts = parts;
    this.#equalClasses = equal;
    this.#memo = undefined;
    return equal;
  }
}

function ofText(index: TextIndex): Part {
  return (value) => (typeof value === "string" ? index.classOf(value) : 0);
}

function indexPaths(sets: readonly Texts[], numbers: ClassNumbers): TextIndex {
  const index = indexPrefixes(sets, numbers);
  return { classOf: (path) => index.classOf(closedPath(path)) };
}

/** By between which of `bounds` a number lies, or which it is. */
function byBounds(bounds: readonly FieldValue[], numbers: ClassNumbers): Part {
  const sorted = [...bounds].sort((a, b) => (a < b ? -1 : 1));
  const below = [...sorted, undefined].map(() => numbers.next());
  const same = sorted.map(() => numbers.next());
  return (value) => {
    // What has no order, such as NaN.
    if (typeof value === "string" || Number.isNaN(value)) return unanswered;
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    const bound = sorted[low];
    return (bound !== undefined && bound <= value ? same[low] : below[low]) ?? unanswered;
  };
}

function byTests(tests: readonly ValueTest[], numbers: ClassNumbers): Part {
  const numbered = tests.map((test) => ({ test, number: numbers.next() }));
  return (value) => {
    let found = 0;
    for (const { test, number } of numbered) if (test(value)) found = numbers.both(found, number);
    return found;
  };
}

/** `type`: that of the field. */
export function createValueClasses(type: FieldType): ValueClasses {
  return new IndexedClasses(type);
}
