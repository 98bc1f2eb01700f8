import { createGraph } from "./compiling/graph.ts";
import type { Diagnostic, WarningDiagnostic } from "./diagnostic.ts";
import { createFilter, type Filter } from "./evaluating/filter.ts";
import { surroundingsOf } from "./evaluating/stream-context.ts";
import type { FieldOptions } from "./fields/field-options.ts";
import { lookupOf } from "./fields/field-registry.ts";
import { createConditionCompiler } from "./loading/condition-compiler.ts";
import { tellProblems } from "./loading/condition-problems.ts";
import type { Definitions, ListDefinition, MacroDefinition } from "./loading/definitions.ts";
import { type Context, contextOfFile, createDiagnostics } from "./loading/diagnostics.ts";
import { createListExpansion } from "./loading/expand-lists.ts";
import { joinTexts, wholeText } from "./loading/scalar-text.ts";
import { createSourceFile } from "./loading/source-file.ts";

/** Options of {@link compile}. */
export interface CompileOptions extends FieldOptions {
  /** What diagnostics call the condition, as they do a file. Default `condition`. */
  readonly name?: string;
  /** Conditions that it may use by name; they may use each other. */
  readonly macros?: Readonly<Record<string, string>>;
  /** Values that it and the macros may use by name; lists may name lists. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
}

/** The outcome of {@link compile}. */
export type CompileResult =
  | { readonly ok: true; readonly filter: Filter; readonly warnings: readonly WarningDiagnostic[] }
  /** At least one is an error. That of a macro has `macro` and its name for a file. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Compiles one condition outside any file. What is wrong comes back as a value, with line and column; nothing is thrown.
 *
 * @example
 * const compiled = compile("opens and fd.name startswith /etc", { macros: { opens: "evt.type in (open, openat)" } });
 * if (!compiled.ok) throw new Error(compiled.diagnostics.map(formatDiagnostic).join("\n"));
 * if (compiled.filter.matches(event)) console.log(event.type);
 */
export function compile(condition: string, options: CompileOptions = {}): CompileResult {
  const { name = "condition", macros = {}, lists = {} } = options;
  const graph = createGraph();
  const fields = lookupOf(options.fields);
  const diagnostics = createDiagnostics();
  const definitions: Definitions = {
    macros: new Map(Object.entries(macros).map(([key, text], index) => [key, macro(key, text, index)])),
    brokenMacros: new Set(),
    lists: new Map(Object.entries(lists).map(([key, items], index) => [key, list(key, items, index)])),
    rules: new Map(),
  };
  const expansion = createListExpansion(definitions);
  const compiler = createConditionCompiler(definitions, expansion, graph, fields, diagnostics);
  const context = contextOf(name, condition);
  const compiled = compiler.compile(joinTexts([wholeText(context.file)]), context);
  if (compiled.ok) {
    const { checked, fields: used } = compiled;
    const filter = createFilter(condition, checked, used, graph, surroundingsOf(options));
    return { ok: true, filter, warnings: diagnostics.warnings };
  }
  tellProblems(compiled.problems, diagnostics);
  return { ok: false, diagnostics: diagnostics.all };
}

/** Those of an object have no order: all can be seen by all. */
const visibleToAll = Number.POSITIVE_INFINITY;

function macro(name: string, text: string, index: number): MacroDefinition {
  const context = contextOf(`macro ${name}`, text);
  return { name, context, condition: [wholeText(context.file)], index, visibility: visibleToAll };
}

function list(name: string, items: readonly string[], index: number): ListDefinition {
  const context = contextOf(`list ${name}`, "");
  const texts = items.map((text) => wholeText(createSourceFile({ name: context.file.name, text })));
  return { name, context, items: texts, index, visibility: visibleToAll };
}

function contextOf(name: string, text: string): Context {
  return contextOfFile(createSourceFile({ name, text }));
}
