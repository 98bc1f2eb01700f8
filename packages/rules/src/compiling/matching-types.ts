import { type EventTypes, everyType, otherTypes, typesOfAll, typesOfAny } from "../event-types.ts";
import type { Checked } from "./checked.ts";

/**
 * The event types that a condition can be true for. Negations are pushed down to the comparisons: only there is the
 * opposite of a set of types known, and only where the comparison is about types at all.
 */
export function matchingTypes(condition: Checked): EventTypes {
  return createTypeMatching()(condition);
}

/** {@link matchingTypes} for many conditions that share macros: each macro is gone through once. */
export function createTypeMatching(): (condition: Checked) => EventTypes {
  const memo: Memo = { plain: new Map(), negated: new Map() };
  return (condition) => typesOf(condition, false, memo);
}

interface Memo {
  readonly plain: Map<Checked, EventTypes>;
  readonly negated: Map<Checked, EventTypes>;
}

function typesOf(condition: Checked, negated: boolean, memo: Memo): EventTypes {
  // Only macros are parts of several conditions.
  if (condition.kind !== "macro") return compute(condition, negated, memo);
  const known = memo[negated ? "negated" : "plain"];
  const found = known.get(condition);
  if (found !== undefined) return found;
  const types = compute(condition, negated, memo);
  known.set(condition, types);
  return types;
}

function compute(condition: Checked, negated: boolean, memo: Memo): EventTypes {
  switch (condition.kind) {
    case "test":
      return everyType;
    case "type":
      return negated ? otherTypes(condition.types) : condition.types;
    case "macro":
      return typesOf(condition.condition, negated, memo);
    case "not":
      return typesOf(condition.operand, !negated, memo);
    case "and":
    case "or": {
      const sets = condition.operands.map((operand) => typesOf(operand, negated, memo));
      return (condition.kind === "and") === negated ? typesOfAny(sets) : typesOfAll(sets);
    }
  }
}
