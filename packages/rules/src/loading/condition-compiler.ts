import { check } from "../compiling/check.ts";
import type { Checked } from "../compiling/checked.ts";
import type { Graph } from "../compiling/graph.ts";
import type { FieldLookup } from "../fields/field-registry.ts";
import { parse } from "../language/parse.ts";
import { didYouMean } from "../nearest.ts";
import { type ConditionBudget, createConditionBudget } from "./condition-budget.ts";
import { depthOf, maxDepth, writtenDepth } from "./condition-depth.ts";
import { ConditionProblems } from "./condition-problems.ts";
import { type CompiledCondition, createConditionScope, type NoMacro } from "./condition-scope.ts";
import type { Definitions, MacroDefinition } from "./definitions.ts";
import type { Context, Diagnostics } from "./diagnostics.ts";
import type { ListExpansion } from "./expand-lists.ts";
import type { LocatedText } from "./located-text.ts";
import { joinTexts } from "./scalar-text.ts";

/** Compiles the conditions of rules, and once only those of the macros that they use. */
export interface ConditionCompiler {
  /** Names of macros that some condition has used. */
  readonly used: ReadonlySet<string>;
  compile(text: LocatedText, context: Context): CompiledCondition;
  /** A macro by itself: whether or not a rule uses it, it must parse, and its names be defined. */
  compileMacro(macro: MacroDefinition): CompiledCondition;
}

/** What is wrong where lists, exceptions and aliases have made the conditions too long. */
export const tooLong = "the lists make the conditions too long: name fewer of them, or shorter ones";

/** What is wrong where all conditions together have too many parts. */
const tooMany = "all conditions together have too many comparisons: use lists, or load fewer rules";

/** Macros in macros in macros: more than anybody needs, less than the stack holds. */
const maxMacroNesting = 100;

class Compiler implements ConditionCompiler {
  readonly #definitions: Definitions;
  readonly #lists: ListExpansion;
  readonly #graph: Graph;
  readonly #fields: FieldLookup;
  readonly #diagnostics: Diagnostics;
  readonly #macros = new Map<string, CompiledCondition>();
  readonly #open: string[] = [];
  readonly #depths = new Map<Checked, number>();
  readonly #budget: ConditionBudget = createConditionBudget();
  /** Levels of the conditions that are being checked, each in one of the one before. */
  #openDepth = 0;
  readonly used = new Set<string>();

  constructor(
    definitions: Definitions,
    lists: ListExpansion,
    graph: Graph,
    fields: FieldLookup,
    diagnostics: Diagnostics,
  ) {
    this.#definitions = definitions;
    this.#lists = lists;
    this.#graph = graph;
    this.#fields = fields;
    this.#diagnostics = diagnostics;
  }

  compile(text: LocatedText, context: Context): CompiledCondition {
    return this.#compile(text, context, Number.POSITIVE_INFINITY);
  }

  compileMacro(macro: MacroDefinition): CompiledCondition {
    const known = this.#macros.get(macro.name);
    if (known !== undefined) return known;
    this.#open.push(macro.name);
    const compiled = named(
      macro.name,
      this.#compile(joinTexts(macro.condition), macro.context, macro.visibility),
    );
    this.#open.pop();
    this.#macros.set(macro.name, compiled);
    return compiled;
  }

  #compile(condition: LocatedText, context: Context, visibility: number): CompiledCondition {
    const text = this.#lists.expand(condition);
    const scope = createConditionScope({
      text: text ?? condition,
      context,
      graph: this.#graph,
      fields: this.#fields,
      diagnostics: this.#diagnostics,
      budget: this.#budget,
      macro: (name) => this.#macro(name, visibility),
    });
    if (text === undefined) {
      return scope.fail(tooLong, 0);
    }
    const parsed = parse(text.text);
    if (!parsed.ok) {
      const { message, offset, opening } = parsed.problem;
      return scope.fail(message, offset, opening);
    }
    if (!this.#budget.allows(parsed.condition)) return scope.fail(tooMany, 0);
    const written = writtenDepth(parsed.condition);
    // Macros that stand behind those that use them are checked within these: that needs the stack of both.
    if (this.#openDepth + written > maxDepth) return scope.fail(tooDeep(this.#openDepth + written), 0);
    this.#openDepth += written;
    const checked = check(parsed.condition, scope);
    this.#openDepth -= written;
    if (checked === undefined) return scope.failed();
    const depth = depthOf(checked, this.#depths);
    return depth <= maxDepth ? { ok: true, checked, fields: scope.used } : scope.fail(tooDeep(depth), 0);
  }

  /** A macro as a condition that sees it finds it, or why it cannot be used. */
  #macro(name: string, visibility: number): CompiledCondition | NoMacro {
    const macro = this.#definitions.macros.get(name);
    if (macro === undefined) {
      // What is wrong with it has been told.
      if (this.#definitions.brokenMacros.has(name)) return { ok: false, problems: new ConditionProblems() };
      const hint = (): string =>
        didYouMean(name, this.#visible(visibility), "define it, or look for the name it has");
      return { message: `there is no macro "${name}"`, hint };
    }
    this.used.add(name);
    if (macro.index >= visibility) {
      return {
        message: `the macro "${name}" is defined later: move it up, a macro can only use those before it`,
      };
    }
    const loop = this.#open.indexOf(name);
    if (loop >= 0) {
      const circle = [...this.#open.slice(loop), name];
      const hint = (): string => `: ${circle.join(" > ")}: take one out of another`;
      return { message: "macros use each other in a circle", hint };
    }
    if (this.#open.length < maxMacroNesting) return this.compileMacro(macro);
    return { message: `macros nested more than ${maxMacroNesting} levels deep: use fewer in one another` };
  }

  /** Names of the macros that a condition can see, which stand first. */
  *#visible(visibility: number): Generator<string> {
    for (const { name, index } of this.#definitions.macros.values()) {
      if (index >= visibility) return;
      yield name;
    }
  }
}

function tooDeep(depth: number): string {
  return `nested ${depth} levels deep, macros included: ${maxDepth} is the most, so make it flatter`;
}

/** A condition that is a macro's, marked as such. */
function named(name: string, compiled: CompiledCondition): CompiledCondition {
  if (!compiled.ok) return compiled;
  return { ...compiled, checked: { kind: "macro", name, condition: compiled.checked } };
}

export function createConditionCompiler(
  definitions: Definitions,
  lists: ListExpansion,
  graph: Graph,
  fields: FieldLookup,
  diagnostics: Diagnostics,
): ConditionCompiler {
  return new Compiler(definitions, lists, graph, fields, diagnostics);
}
