import { includesType } from "../event-types.ts";
import { type Checked, childrenOf, isOperand, type Test } from "./checked.ts";
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
  if (condition.kind === "test" || condition.kind === "type") return compute(condition, type, graph, memo);
  // Of what asks for the type only macros are remembered: only they are parts of several conditions.
  const kept = asksForType(condition) ? (condition.kind === "macro" ? memo : undefined) : untyped;
  const known = kept?.get(condition);
  if (known !== undefined) return known;
  const predicate = compute(condition, type, graph, memo);
  kept?.set(condition, predicate);
  return predicate;
}

/** Predicates of conditions that ask for no type: one for all types. Each condition belongs to one graph. */
const untyped = new WeakMap<Checked, Predicate>();

function compute(condition: Checked, type: string, graph: Graph, memo: Map<Checked, Predicate>): Predicate {
  switch (condition.kind) {
    case "test":
      return isOfNoEvent(condition.test) ? graph.never : condition.test.predicate;
    case "type":
      if (!condition.exact) return condition.test.predicate;
      return includesType(condition.types, type) ? graph.always : graph.never;
    case "macro":
      return specialize(condition.condition, type, graph, memo);
    case "not":
      return graph.not(specialize(condition.operand, type, graph, memo));
    case "and":
    case "or": {
      const [decides, joined] =
        condition.kind === "and" ? [graph.never, graph.all] : [graph.always, graph.any];
      const operands: Predicate[] = [];
      for (const part of partsOf(condition)) {
        const operand = specialize(part, type, graph, memo);
        if (operand === decides) return decides;
        operands.push(operand);
      }
      return joined.call(graph, operands);
    }
  }
}

/** How public rules say that something is never true: events are counted from 1 on. */
function isOfNoEvent({ left, operator, right }: Test): boolean {
  return left.node.key === "evt.num" && operator === "=" && !isOperand(right) && right[0] === 0;
}

const typed = new WeakMap<Checked, boolean>();

/** Whether what `condition` comes to may depend on the type. */
function asksForType(condition: Checked): boolean {
  if (condition.kind === "test") return false;
  if (condition.kind === "type") return condition.exact;
  const known = typed.get(condition);
  if (known !== undefined) return known;
  const asks = childrenOf(condition).some(asksForType);
  typed.set(condition, asks);
  return asks;
}

type Junction = Checked & { readonly kind: "and" | "or" };

/** Longer junctions are made in two parts. */
const manyOperands = 64;

const parts = new WeakMap<Junction, readonly Checked[]>();

/** The operands. Of many, those that ask for no type are put into one, so that not every type has a list of them all. */
function partsOf(junction: Junction): readonly Checked[] {
  const { kind, operands } = junction;
  if (operands.length <= manyOperands || !asksForType(junction)) return operands;
  const known = parts.get(junction);
  if (known !== undefined) return known;
  const rest = operands.filter((operand) => !asksForType(operand));
  const asking = operands.filter(asksForType);
  const made: readonly Checked[] = rest.length > 1 ? [...asking, { kind, operands: rest }] : operands;
  parts.set(junction, made);
  return made;
}
