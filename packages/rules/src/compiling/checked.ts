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
  /** A comparison that holds for some types of events only, and is certain to hold for them if it is of `evt.type`. */
  | { readonly kind: "type"; readonly types: EventTypes; readonly exact: boolean; readonly test: Test }
  | { readonly kind: "test"; readonly test: Test };
