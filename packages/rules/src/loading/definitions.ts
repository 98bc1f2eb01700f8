import type { Priority } from "../priority.ts";
import type { Context } from "./diagnostics.ts";
import type { ExceptionTable } from "./exception-table.ts";
import type { ScalarText } from "./scalar-text.ts";

/** What lists, macros and rules have in common. */
export interface Definition {
  readonly name: string;
  readonly context: Context;
  /** When the name was first defined: what came before a definition can be seen by it. */
  index: number;
  /** When it was last changed. */
  visibility: number;
}

export interface ListDefinition extends Definition {
  readonly items: ScalarText[];
}

export interface MacroDefinition extends Definition {
  /** The condition, and what was appended to it. */
  readonly condition: ScalarText[];
}

/** A value of an exception: one, several where the operator takes a list, or nothing where it is empty. */
export type ExceptionValue =
  | { readonly kind: "one"; readonly text: ScalarText }
  | { readonly kind: "several"; readonly items: readonly ExceptionValue[]; readonly offset: number }
  | { readonly kind: "none"; readonly offset: number };

/** A named hole in a rule: where all fields compare so with one row of values, the rule does not match. */
export interface RuleException {
  readonly name: string;
  readonly context: Context;
  readonly fields: ExceptionValue | undefined;
  readonly comps: ExceptionValue | undefined;
  readonly values: ExceptionValue[];
}

export interface RuleDefinition extends Definition {
  description: string[];
  condition: ScalarText[];
  output: ScalarText[];
  priority: Priority;
  readonly source: string;
  tags: Set<string>;
  enabled: boolean;
  exceptions: ExceptionTable;
  capture: boolean;
  /** In milliseconds; 0 is the usual one. */
  captureDuration: number;
  warnEventTypes: boolean;
  skipIfUnknownFilter: boolean;
}

/** All that rules files define, by name, in the order of their first definition. */
export interface Definitions {
  readonly lists: ReadonlyMap<string, ListDefinition>;
  readonly macros: ReadonlyMap<string, MacroDefinition>;
  /** Names of macros that were there, but wrong: nobody is told then that they are missing. */
  readonly brokenMacros: ReadonlySet<string>;
  readonly rules: ReadonlyMap<string, RuleDefinition>;
}
