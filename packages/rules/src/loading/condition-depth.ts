import { type Checked, childrenOf } from "../compiling/checked.ts";
import type { Condition } from "../language/ast.ts";

/** Levels of a condition that evaluation, which calls itself for each, certainly has stack for. */
export const maxDepth = 1000;

/** Levels of a condition, those of its macros included. What `known` has is not gone through again. */
export function depthOf(condition: Checked, known: Map<Checked, number>): number {
  // Only macros are parts of several conditions.
  if (condition.kind !== "macro") return 1 + below(condition, known);
  const found = known.get(condition);
  if (found !== undefined) return found;
  const depth = 1 + below(condition, known);
  known.set(condition, depth);
  return depth;
}

function below(condition: Checked, known: Map<Checked, number>): number {
  let deepest = 0;
  for (const child of childrenOf(condition)) deepest = Math.max(deepest, depthOf(child, known));
  return deepest;
}

/** Levels of a condition as it is written, without those of its macros. */
export function writtenDepth(condition: Condition): number {
  switch (condition.kind) {
    case "and":
    case "or": {
      let deepest = 0;
      for (const operand of condition.operands) deepest = Math.max(deepest, writtenDepth(operand));
      return 1 + deepest;
    }
    case "not":
      return 1 + writtenDepth(condition.operand);
    default:
      return 1;
  }
}
