import type { EventTypes } from "../event-types.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { FieldValue } from "../fields/field.ts";
import type { Comparison, Existence, Operator } from "../language/ast.ts";
import type { Predicate } from "./predicate.ts";
import type { ValueNode } from "./value-node.ts";

/** A side of a comparison that is a field, or a function of one. */
export interface CheckedOperand {
  readonly node: ValueNode;
  /** The field that is read, whatever functions are applied to it. */
  readonly field: BoundField;
}

/** One comparison, and what stands in it. */
export interface Test {
  /** As it was written, with its lists filled in. */
  readonly source: Comparison | Existence;
  readonly predicate: Predicate;
  readonly left: CheckedOperand;
  readonly operator: Operator | "exists";
  /** The values that the field is compared with, or the field; nothing where it must only exist. */
  readonly right: readonly FieldValue[] | CheckedOperand;
}

/** Whether the right side of a comparison is a field, and not values. */
export function isOperand(right: Test["right"]): right is CheckedOperand {
  return !Array.isArray(right);
}

/** A condition whose names, operators and values have been found right. Macros that several use are one object. */
export type Checked =
  | { readonly kind: "and" | "or"; readonly operands: readonly Checked[] }
  | { readonly kind: "not"; readonly operand: Checked }
  | { readonly kind: "macro"; readonly name: string; readonly condition: Checked }
  | CheckedTest;

/** A part that has no parts. */
export type CheckedTest =
  /** A comparison that holds for some types of events only, and is certain to hold for them if it is of `evt.type`. */
  | { readonly kind: "type"; readonly types: EventTypes; readonly exact: boolean; readonly test: Test }
  | { readonly kind: "test"; readonly test: Test };

/** The conditions that `condition` is made of; none of a comparison. */
export function childrenOf(condition: Checked): readonly Checked[] {
  switch (condition.kind) {
    case "test":
    case "type":
      return [];
    case "macro":
      return [condition.condition];
    case "not":
      return [condition.operand];
    case "and":
    case "or":
      return condition.operands;
  }
}

/** The comparisons of `condition`, those of its macros included, each macro gone through once. */
export function leavesOf(condition: Checked): readonly CheckedTest[] {
  const seen = new Set<Checked>([condition]);
  // What is added while the set is gone through is gone through as well.
  for (const part of seen) for (const child of childrenOf(part)) seen.add(child);
  return [...seen].filter((part) => part.kind === "test" || part.kind === "type");
}
