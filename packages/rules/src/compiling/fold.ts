import type { Checked, CheckedTest } from "./checked.ts";

/** What a condition comes to, from its comparisons up. */
export interface Fold<Result> {
  /** A comparison, or, `negated`, its opposite. */
  leaf(leaf: CheckedTest, negated: boolean): Result;
  /** All of the parts must hold. */
  all(parts: readonly Result[]): Result;
  /** One of the parts must hold. */
  any(parts: readonly Result[]): Result;
}

class FoldedConditions<Result> {
  readonly #fold: Fold<Result>;
  readonly #plain = new Map<Checked, Result>();
  readonly #negated = new Map<Checked, Result>();

  constructor(fold: Fold<Result>) {
    this.#fold = fold;
  }

  result(condition: Checked, negated: boolean): Result {
    switch (condition.kind) {
      case "test":
      case "type":
        return this.#fold.leaf(condition, negated);
      case "macro":
        return this.#ofMacro(condition.condition, negated);
      case "not":
        return this.result(condition.operand, !negated);
      case "and":
      case "or": {
        const parts = condition.operands.map((operand) => this.result(operand, negated));
        return (condition.kind === "and") === negated ? this.#fold.any(parts) : this.#fold.all(parts);
      }
    }
  }

  /** Only macros are parts of several conditions. */
  #ofMacro(condition: Checked, negated: boolean): Result {
    const results = negated ? this.#negated : this.#plain;
    const known = results.get(condition);
    if (known !== undefined) return known;
    const result = this.result(condition, negated);
    results.set(condition, result);
    return result;
  }
}

/**
 * Folds conditions that share macros: each macro is gone through once, and once negated. Negations are pushed down to the
 * comparisons.
 */
export function createFold<Result>(fold: Fold<Result>): (condition: Checked) => Result {
  const folded = new FoldedConditions(fold);
  return (condition) => folded.result(condition, false);
}
