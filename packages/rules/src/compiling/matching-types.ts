import { type EventTypes, everyType, otherTypes, typesOfAll, typesOfAny } from "../event-types.ts";
import type { Checked } from "./checked.ts";
import { createFold } from "./fold.ts";

/**
 * The event types that a condition can be true for. Negations are pushed down to the comparisons: only there is the
 * opposite of a set of types known, and only where the comparison is about types at all.
 */
export function matchingTypes(condition: Checked): EventTypes {
  return createTypeMatching()(condition);
}

/** {@link matchingTypes} for many conditions that share macros: each macro is gone through once. */
export function createTypeMatching(): (condition: Checked) => EventTypes {
  return createFold({
    leaf: (leaf, negated) => {
      if (leaf.kind === "test") return everyType;
      return negated ? otherTypes(leaf.types) : leaf.types;
    },
    all: typesOfAll,
    any: typesOfAny,
  });
}
