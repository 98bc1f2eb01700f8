import { regexSize } from "./regex-size.ts";

/** Steps of one regular expression that are worth compiling to count them. */
const maxSize = 10_000;

/** Steps of all regular expressions that are compiled together: a quarter of a second's work. */
const maxTotalSize = 200_000;

/** Bounds the time that compiling regular expressions takes. */
export interface PatternBudget {
  /** Why an expression is not to be compiled; asked again for the same one, it gives the same answer. */
  problem(pattern: string): string | undefined;
}

class Budget implements PatternBudget {
  readonly #known = new Map<string, string | undefined>();
  #left = maxTotalSize;

  problem(pattern: string): string | undefined {
    if (this.#known.has(pattern)) return this.#known.get(pattern);
    const problem = this.#charge(regexSize(pattern));
    this.#known.set(pattern, problem);
    return problem;
  }

  #charge(size: number): string | undefined {
    if (size > maxSize) return "the regular expression is too large: shorten it, or repeat less in it";
    this.#left -= size;
    return this.#left >= 0
      ? undefined
      : "all regular expressions together are too large: use fewer, or shorter ones";
  }
}

export function createPatternBudget(): PatternBudget {
  return new Budget();
}
