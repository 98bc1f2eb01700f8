/** Combinations that are remembered: more are found anew, and numbered anew. */
const maxCombined = 10_000;

/** The numbers of classes. 0 is that of what no comparison holds for. None is ever given twice. */
export interface ClassNumbers {
  next(): number;
  /** The class of what is in both of two classes; where one is 0, the other. */
  both(a: number, b: number): number;
}

class CountedNumbers implements ClassNumbers {
  readonly #combined = new Map<string, number>();
  #last = 0;

  next(): number {
    return ++this.#last;
  }

  both(a: number, b: number): number {
    if (a === 0) return b;
    if (b === 0) return a;
    const key = `${a} ${b}`;
    const known = this.#combined.get(key);
    if (known !== undefined) return known;
    const made = this.next();
    if (this.#combined.size >= maxCombined) this.#combined.clear();
    this.#combined.set(key, made);
    return made;
  }
}

export function createClassNumbers(): ClassNumbers {
  return new CountedNumbers();
}

/** Numbers the members of `sets` so that two have the same number where they are in the same sets. */
export function partition<Member>(
  sets: Iterable<readonly Member[]>,
  numbers: ClassNumbers,
): Map<Member, number> {
  const classes = new Map<Member, number>();
  for (const set of sets) {
    /** What becomes of a class where it lies in the set. */
    const split = new Map<number, number>();
    for (const member of new Set(set)) {
      const before = classes.get(member) ?? 0;
      const after = split.get(before) ?? numbers.next();
      split.set(before, after);
      classes.set(member, after);
    }
  }
  return classes;
}
