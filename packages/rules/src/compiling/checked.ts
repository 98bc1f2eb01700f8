import type { EventTypes } from "../event-types.ts";
import type { Predicate } from "./predicate.ts";

/** A condition whose names, operators and values have been found right. Macros that several use are one object. */
export type Checked =
  | { readonly kind: "and" | "or"; readonly operands: readonly Checked[] }
  | { readonly kind: "not"; readonly operand: Checked }
  /** A comparison that holds for some types of events only, and is certain to hold for them if it is of `evt.type`. */
  | {
      readonly kind: "type";
      readonly types: EventTypes;
      readonly exact: boolean;
      readonly predicate: Predicate;
    }
  | { readonly kind: "test"; readonly predicate: Predicate };
