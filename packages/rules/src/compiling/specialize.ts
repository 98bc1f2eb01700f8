import { includesType } from "../event-types.ts";
import type { Checked } from "./checked.ts";
import type { Graph } from "./graph.ts";
import type { Predicate } from "./predicate.ts";

/**
 * The predicate of a condition for events of one type: what it asks of `evt.type` is settled here, and not for every
 * event. `memo` is shared by all conditions of that type.
 */
export function specialize(
  condition: Checked,
  type: string,
  graph: Graph,
  memo: Map<Checked, Predicate>,
): Predicate {
  const known = memo.get(condition);
  if (known !== undefined) return known;
  const predicate = compute(condition, type, graph, memo);
  memo.set(condition, predicate);
  return predicate;
}

function compute(condition: Checked, type: string, graph: Graph, memo: Map<Checked, Predicate>): Predicate {
  switch (condition.kind) {
    case "test":
      return condition.test.predicate;
    case "type":
      if (!condition.exact) return condition.test.predicate;
      return includesType(condition.types, type) ? graph.always : graph.never;
    case "macro":
      return specialize(condition.condition, type, graph, memo);
    case "not":
      return graph.not(specialize(condition.operand, type, graph, memo));
    case "and":
    case "or": {
      const operands = condition.operands.map((operand) => specialize(operand, type, graph, memo));
      return condition.kind === "and" ? graph.all(operands) : graph.any(operands);
    }
  }
}
