import type { Condition } from "../language/ast.ts";

/** Comparisons of all conditions, and uses of macros. Falco's public rules have 1,500. */
const maxParts = 150_000;

/** Fields that conditions take over from their macros, summed over all. */
const maxInherited = 1_000_000;

/** Bounds what all conditions of one load come to, so that a small file cannot take all time and memory. */
export interface ConditionBudget {
  /** Whether a condition may be checked: all that were asked for so far are within the bounds. */
  allows(condition: Condition): boolean;
  /** Whether the fields of a macro may be taken over by who uses it. */
  allowsFields(count: number): boolean;
}

class Budget implements ConditionBudget {
  #parts = maxParts;
  #inherited = maxInherited;

  allows(condition: Condition): boolean {
    this.#parts -= partsOf(condition);
    return this.#parts >= 0;
  }

  allowsFields(count: number): boolean {
    this.#inherited -= count;
    return this.#inherited >= 0;
  }
}

function partsOf(condition: Condition): number {
  switch (condition.kind) {
    case "and":
    case "or": {
      let parts = 0;
      for (const operand of condition.operands) parts += partsOf(operand);
      return parts;
    }
    case "not":
      return partsOf(condition.operand);
    default:
      return 1;
  }
}

export function createConditionBudget(): ConditionBudget {
  return new Budget();
}
