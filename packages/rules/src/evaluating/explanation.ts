import type { FieldValue } from "../fields/field.ts";
import type { Operator } from "../language/ast.ts";

/** What a field or a function of one said: a value, several, or `undefined` where there is none. */
export type SeenValue = FieldValue | readonly FieldValue[] | undefined;

/** All operands must hold, or one of them. */
export interface ExplainedJunction {
  readonly kind: "and" | "or";
  readonly holds: boolean;
  /** In the order of the text. Each has been evaluated, also where an earlier one settled it. */
  readonly operands: readonly ExplainedCondition[];
}

/** The opposite of its operand. */
export interface ExplainedNegation {
  readonly kind: "not";
  readonly holds: boolean;
  readonly operand: ExplainedCondition;
}

/** A macro, and what it stands for. */
export interface ExplainedMacro {
  readonly kind: "macro";
  readonly holds: boolean;
  readonly name: string;
  readonly condition: ExplainedCondition;
}

/** One comparison. */
export interface ExplainedComparison {
  readonly kind: "compare";
  readonly holds: boolean;
  /** As it is written, with its lists filled in: `fd.name in (/etc/shadow, /etc/sudoers)`. */
  readonly text: string;
  /** The left side: a field, or a function of one: `tolower(proc.name)`. */
  readonly field: string;
  readonly operator: Operator | "exists";
  /** What the left side said. No comparison holds where that is `undefined`. */
  readonly actual: SeenValue;
  /** The values that it is compared with; none for `exists`, and where it is compared with a field. */
  readonly expected: readonly FieldValue[];
  /** The right side where that is a field, or a function of one. */
  readonly other?: { readonly field: string; readonly actual: SeenValue };
  /** Why the field has no value, where it has none and that is known: `gVisor has no tracepoint that ...`. */
  readonly absence?: string;
  /** What was thrown while it was evaluated: it does not hold then. */
  readonly failure?: unknown;
}

/** A part that is left out, the explanation having grown too large. */
export interface ExplainedCut {
  readonly kind: "cut";
  readonly holds: boolean;
}

/** A part of a condition, whether it held, and what it is made of. */
export type ExplainedCondition =
  | ExplainedJunction
  | ExplainedNegation
  | ExplainedMacro
  | ExplainedComparison
  | ExplainedCut;

/** What became of one event with one condition. */
export type Explanation =
  | {
      readonly judged: true;
      /** Whether the event matches. Where judging it throws, it does not. */
      readonly holds: boolean;
      readonly condition: ExplainedCondition;
    }
  /** Calls are judged when they return, and this is the event of one that has just begun. */
  | { readonly judged: false; readonly holds: false; readonly reason: "enter" };

/** Options of an explanation. */
export interface ExplainOptions {
  /**
   * Parts that an explanation may have, those of macros counted wherever they stand; the rest is cut. A comparison whose text
   * is longer than a thousand characters counts as several. Default 10,000.
   */
  readonly maxParts?: number;
}
