import { check } from "../compiling/check.ts";
import type { Checked } from "../compiling/checked.ts";
import type { Graph } from "../compiling/graph.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { FieldLookup } from "../fields/field-registry.ts";
import type { Span } from "../language/ast.ts";
import { parse } from "../language/parse.ts";
import { depthOf, maxDepth } from "./condition-depth.ts";
import type { Definitions, MacroDefinition } from "./definitions.ts";
import type { Context, Diagnostics } from "./diagnostics.ts";
import type { ListExpansion } from "./expand-lists.ts";
import { createLocatedTextBuilder, type LocatedText, type Location } from "./located-text.ts";
import type { ScalarText } from "./scalar-text.ts";

/** What became of a condition. */
export type CompiledCondition =
  | { readonly ok: true; readonly checked: Checked; readonly fields: ReadonlySet<string> }
  /** `unknown`: nothing but unknown fields and event types was wrong with it. */
  | { readonly ok: false; readonly unknown: boolean; readonly problems: readonly Problem[] };

/** Something wrong with a condition, not yet told: a rule may ask to be skipped instead. */
export interface Problem {
  readonly code: "LOAD_ERR_COMPILE_CONDITION" | "LOAD_ERR_VALIDATE";
  readonly message: string;
  readonly context: Context;
  readonly at: Location | number;
  /** It does not parse, names a macro that is not there, or its fields, operators and values do not fit together. */
  readonly stage: "parse" | "resolve" | "check";
  /** A field or event type does not exist. */
  readonly unknown: boolean;
}

/** Compiles the conditions of rules, and once only those of the macros that they use. */
export interface ConditionCompiler {
  /** Names of macros that some condition has used. */
  readonly used: ReadonlySet<string>;
  compile(text: LocatedText, context: Context): CompiledCondition;
  /** A macro by itself: whether or not a rule uses it, it must parse, and its names be defined. */
  compileMacro(macro: MacroDefinition): CompiledCondition;
}

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
    const compiled = this.#compile(joinTexts(macro.condition), macro.context, macro.visibility);
    this.#open.pop();
    this.#macros.set(macro.name, compiled);
    return compiled;
  }

  #compile(condition: LocatedText, context: Context, visibility: number): CompiledCondition {
    const problems: Problem[] = [];
    const add = (stage: Problem["stage"], message: string, at: Location | number, unknown = false): void => {
      const code = stage === "resolve" ? "LOAD_ERR_VALIDATE" : "LOAD_ERR_COMPILE_CONDITION";
      problems.push({ code, message, context, at, stage, unknown });
    };
    const failed = (): CompiledCondition => {
      return {
        ok: false,
        unknown: problems.length > 0 && problems.every(({ unknown }) => unknown),
        problems,
      };
    };
    const text = this.#lists.expand(condition);
    if (text === undefined) {
      add("parse", "the lists make the conditions too long", context.offset);
      return failed();
    }
    const parsed = parse(text.text);
    if (!parsed.ok) {
      const { message, offset } = parsed.problem;
      add("parse", message, text.locate(offset));
      return failed();
    }
    const fields = new Set<string>();
    const deprecated = new Set<string>();
    const checked = check(parsed.condition, {
      graph: this.#graph,
      fields: this.#fields,
      macro: (name, at) => this.#macro(name, visibility, text, at, add, problems, fields),
      error: (message, at, kind) => {
        add("check", message, text.locate(at.start), kind === "unknown");
      },
      warning: (message, at) => {
        this.#diagnostics.warning("LOAD_COMPILE_CONDITION", message, context, text.locate(at.start));
      },
      uses: (field, at) => {
        fields.add(field.name);
        if (field.deprecated && !deprecated.has(field.name)) {
          deprecated.add(field.name);
          this.#warnDeprecated(field, context, text.locate(at.start));
        }
      },
    });
    if (checked === undefined) return failed();
    const depth = depthOf(checked, this.#depths);
    if (depth <= maxDepth) return { ok: true, checked, fields };
    add("parse", `nested ${depth} levels deep, macros included: ${maxDepth} is the most`, context.offset);
    return failed();
  }

  #macro(
    name: string,
    visibility: number,
    text: LocatedText,
    at: Span,
    add: (stage: Problem["stage"], message: string, at: Location) => void,
    problems: Problem[],
    fields: Set<string>,
  ): Checked | undefined {
    const wrong = (message: string): undefined => {
      add("resolve", message, text.locate(at.start));
    };
    const macro = this.#definitions.macros.get(name);
    if (macro === undefined) return wrong(`there is no macro "${name}"`);
    this.used.add(name);
    if (macro.index >= visibility) {
      return wrong(`the macro "${name}" is defined later: a macro can only use those before it`);
    }
    const loop = this.#open.indexOf(name);
    if (loop >= 0)
      return wrong(`macros use each other in a circle: ${[...this.#open.slice(loop), name].join(" > ")}`);
    if (this.#open.length >= maxMacroNesting) {
      return wrong(`macros nested more than ${maxMacroNesting} levels deep`);
    }
    const compiled = this.compileMacro(macro);
    if (!compiled.ok) {
      // The macro's own problems are told where they are.
      problems.push(...compiled.problems);
      return undefined;
    }
    for (const field of compiled.fields) fields.add(field);
    return compiled.checked;
  }

  #warnDeprecated(field: BoundField, context: Context, at: Location): void {
    const message = `the field ${field.name} is deprecated: it says nothing here`;
    this.#diagnostics.warning("LOAD_DEPRECATED_ITEM", message, context, at);
  }
}

/** A condition and what was appended to it, with blanks between. */
export function joinTexts(texts: readonly ScalarText[]): LocatedText {
  const out = createLocatedTextBuilder();
  for (const [i, text] of texts.entries()) {
    if (i > 0) out.insert(" ", text);
    out.append(text.value, text);
  }
  return out.build();
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
