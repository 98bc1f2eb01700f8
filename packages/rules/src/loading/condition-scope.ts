import type { CheckContext } from "../compiling/check.ts";
import type { Checked } from "../compiling/checked.ts";
import type { Graph } from "../compiling/graph.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { FieldLookup } from "../fields/field-registry.ts";
import type { Span } from "../language/ast.ts";
import type { Hint } from "../nearest.ts";
import type { ConditionBudget } from "./condition-budget.ts";
import { ConditionProblems, type Problem } from "./condition-problems.ts";
import type { Context, Diagnostics } from "./diagnostics.ts";
import type { LocatedText, Location } from "./located-text.ts";
import { positionAt } from "./source-file.ts";

/** What became of a condition. */
export type CompiledCondition =
  | { readonly ok: true; readonly checked: Checked; readonly fields: ReadonlySet<string> }
  | { readonly ok: false; readonly problems: ConditionProblems };

/** Why a macro cannot be used. */
export interface NoMacro {
  readonly message: string;
  readonly hint?: Hint;
}

/** Where a condition is compiled. */
export interface ConditionSurroundings {
  readonly text: LocatedText;
  readonly context: Context;
  readonly graph: Graph;
  readonly fields: FieldLookup;
  readonly diagnostics: Diagnostics;
  readonly budget: ConditionBudget;
  /** The macro of a name, or why it cannot be used here. */
  readonly macro: (name: string) => CompiledCondition | NoMacro;
}

/** Gathers what a check finds out about one condition. */
export interface ConditionScope extends CheckContext {
  /** The fields that it uses, those of its macros included. */
  readonly used: ReadonlySet<string>;
  failed(): CompiledCondition;
  /** Fails for one reason, at an offset; `opening` is that of a parenthesis which is not closed. */
  fail(message: string, offset: number, opening?: number): CompiledCondition;
}

class Scope implements ConditionScope {
  readonly graph: Graph;
  readonly fields: FieldLookup;
  readonly #used = new Set<string>();
  readonly #macros = new Set<CompiledCondition>();
  readonly #problems = new ConditionProblems();
  readonly #surroundings: ConditionSurroundings;

  constructor(surroundings: ConditionSurroundings) {
    this.#surroundings = surroundings;
    this.graph = surroundings.graph;
    this.fields = surroundings.fields;
  }

  get used(): ReadonlySet<string> {
    // Macros that only wrap others use the same: of thousands there is one set then.
    for (const macro of this.#macros) {
      if (macro.ok && macro.fields.size === this.#used.size) return macro.fields;
    }
    return this.#used;
  }

  failed(): CompiledCondition {
    return { ok: false, problems: this.#problems };
  }

  fail(message: string, offset: number, opening?: number): CompiledCondition {
    const { text } = this.#surroundings;
    const hint = opening === undefined ? undefined : () => closes(text.locate(opening), text.locate(offset));
    this.#add("parse", message, offset, hint);
    return this.failed();
  }

  macro(name: string, { start }: Span): Checked | undefined {
    const compiled = this.#surroundings.macro(name);
    if ("message" in compiled) {
      this.#add("resolve", compiled.message, start, compiled.hint);
      return undefined;
    }
    const isNew = !this.#macros.has(compiled);
    this.#macros.add(compiled);
    if (!compiled.ok) {
      // The macro's own problems are told where they are.
      this.#problems.addMacro(compiled.problems);
      return undefined;
    }
    if (!isNew) return compiled.checked;
    if (!this.#surroundings.budget.allowsFields(compiled.fields.size)) {
      const message = "the macros use too many fields, summed over all that use them: use fewer in a macro";
      this.#add("resolve", message, start);
      return undefined;
    }
    for (const field of compiled.fields) this.#used.add(field);
    return compiled.checked;
  }

  error(message: string, { start }: Span, unknown?: Hint): void {
    this.#add("check", message, start, unknown, unknown !== undefined);
  }

  warning(message: string, { start }: Span): void {
    const { diagnostics, context, text } = this.#surroundings;
    diagnostics.warning("LOAD_COMPILE_CONDITION", message, context, () => text.locate(start));
  }

  uses(field: BoundField, { start }: Span): void {
    const isNew = !this.#used.has(field.name);
    this.#used.add(field.name);
    if (!field.deprecated || !isNew) return;
    const { diagnostics, context, text } = this.#surroundings;
    const message = `the field ${field.name} is deprecated, it says nothing here: take it out`;
    diagnostics.warning("LOAD_DEPRECATED_ITEM", message, context, () => text.locate(start));
  }

  #add(stage: Problem["stage"], message: string, offset: number, hint?: Hint, unknown = false): void {
    const { context, text } = this.#surroundings;
    const code = stage === "resolve" ? "LOAD_ERR_VALIDATE" : "LOAD_ERR_COMPILE_CONDITION";
    this.#problems.add({ code, message, hint, context, at: () => text.locate(offset), stage, unknown });
  }
}

/** Where the parenthesis is that a missing one would close, seen from where it is missing. */
function closes(opening: Location | undefined, from: Location | undefined): string {
  if (opening === undefined || from === undefined) return "";
  const { line, column } = positionAt(opening.file, opening.offset);
  const sameFile = opening.file === from.file;
  const sameLine = sameFile && line === positionAt(from.file, from.offset).line;
  const inFile = sameFile ? "" : `${opening.file.name} `;
  const where = sameLine ? `column ${column}` : `${inFile}line ${line}, column ${column}`;
  return `: it closes the "(" at ${where}`;
}

export function createConditionScope(surroundings: ConditionSurroundings): ConditionScope {
  return new Scope(surroundings);
}
