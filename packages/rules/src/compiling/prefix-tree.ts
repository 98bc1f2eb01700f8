import type { ClassNumbers } from "./class-numbers.ts";

/** Finds which of many texts another begins with, in steps as many as there are of them that branch within it. */
export interface PrefixTree {
  /** The class of what stands at `at` in `text`: that of all that it begins with. 0 for none. */
  find(text: string, at: number): number;
}

/** What some texts have in common behind the branch before. */
interface Branch {
  readonly text: string;
  readonly number: number;
  /** By the first character of their texts. */
  readonly branches: ReadonlyMap<number, Branch>;
}

class BranchedPrefixes implements PrefixTree {
  readonly #root: Branch;

  constructor(root: Branch) {
    this.#root = root;
  }

  find(text: string, from: number): number {
    let { number, branches } = this.#root;
    let at = from;
    for (;;) {
      // NaN behind the end, which no text begins with.
      const branch = branches.get(text.charCodeAt(at));
      if (branch === undefined || !text.startsWith(branch.text, at)) return number;
      at += branch.text.length;
      ({ number, branches } = branch);
    }
  }
}

/** `classes`: of each text. */
export function createPrefixTree(classes: ReadonlyMap<string, number>, numbers: ClassNumbers): PrefixTree {
  const texts = [...classes.keys()].sort();
  /** The branch of `texts` from `low` to before `high`, which have the first `depth` characters in common with their parent. */
  const grow = (low: number, high: number, depth: number, outer: number): Branch => {
    const [first = "", last = ""] = [texts[low], texts[high - 1]];
    const end = commonLength(first, last);
    const number = first.length === end ? numbers.both(outer, classes.get(first) ?? 0) : outer;
    const branches = new Map<number, Branch>();
    for (let from = first.length === end ? low + 1 : low; from < high; ) {
      const char = texts[from]?.charCodeAt(end) ?? 0;
      let to = from + 1;
      while (to < high && texts[to]?.charCodeAt(end) === char) to++;
      branches.set(char, grow(from, to, end, number));
      from = to;
    }
    return { text: first.slice(depth, end), number, branches };
  };
  // The root has no text of its own, even where all texts begin alike.
  return new BranchedPrefixes(texts.length === 0 ? empty : underRoot(grow(0, texts.length, 0, 0)));
}

const empty: Branch = { text: "", number: 0, branches: new Map() };

function underRoot(branch: Branch): Branch {
  if (branch.text === "") return branch;
  return { ...empty, branches: new Map([[branch.text.charCodeAt(0), branch]]) };
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
