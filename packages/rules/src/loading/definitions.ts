import type { Priority } from "../priority.ts";
import type { Context } from "./diagnostics.ts";
import type { ScalarText } from "./scalar-text.ts";

/** What lists, macros and rules have in common. */
interface Definition {
  readonly name: string;
  readonly context: Context;
  /** When the name was first defined: what came before a definition can be seen by it. */
  index: number;
  /** When it was last changed. */
  visibility: number;
}

export interface ListDefinition extends Definition {
  items: readonly ScalarText[];
}

export interface MacroDefinition extends Definition {
  /** The condition, and what was appended to it. */
  condition: readonly ScalarText[];
}

/** A value of an exception: one, or several where the operator takes a list. */
export type ExceptionValue =
  | { readonly kind: "one"; readonly text: ScalarText }
  | { readonly kind: "several"; readonly items: readonly ExceptionValue[]; readonly offset: number };

/** A named hole in a rule: where all fields compare so with one row of values, the rule does not match. */
export interface RuleException {
  readonly name: string;
  readonly context: Context;
  readonly fields: ExceptionValue | undefined;
  readonly comps: ExceptionValue | undefined;
  values: readonly ExceptionValue[];
}

export interface RuleDefinition extends Definition {
  description: string;
  condition: readonly ScalarText[];
  output: readonly ScalarText[];
  priority: Priority;
  source: string;
  tags: ReadonlySet<string>;
  enabled: boolean;
  exceptions: readonly RuleException[];
  warnEventTypes: boolean;
  skipIfUnknownFilter: boolean;
}

/** All that rules files define, by name, in the order of their first definition. */
export interface Definitions {
  readonly lists: ReadonlyMap<string, ListDefinition>;
  readonly macros: ReadonlyMap<string, MacroDefinition>;
  readonly rules: ReadonlyMap<string, RuleDefinition>;
}
