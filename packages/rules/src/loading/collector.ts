import { didYouMean } from "../nearest.ts";
import type { Definitions, ListDefinition, MacroDefinition, RuleDefinition } from "./definitions.ts";
import type { Context, Diagnostics } from "./diagnostics.ts";

type Table = "lists" | "macros" | "rules";

/** Takes definitions in the order of the files: a later one of the same name replaces, or changes, the earlier. */
export interface Collector {
  readonly definitions: Definitions;
  /** Whether the context of the item at hand has failed, so that what builds on it should keep quiet. */
  defineList(list: ListDefinition): void;
  defineMacro(macro: MacroDefinition): void;
  defineRule(rule: RuleDefinition): void;
  /** Notes that a definition was there, but wrong: nobody is told then that it is missing. */
  broken(table: Table, name: string): void;
  changeList(name: string, context: Context, change: (list: ListDefinition) => void): void;
  changeMacro(name: string, context: Context, change: (macro: MacroDefinition) => void): void;
  changeRule(name: string, context: Context, change: (rule: RuleDefinition) => void): void;
}

class DefinitionCollector implements Collector {
  readonly #lists = new Map<string, ListDefinition>();
  readonly #macros = new Map<string, MacroDefinition>();
  readonly #rules = new Map<string, RuleDefinition>();
  readonly #broken = new Set<string>();
  readonly #diagnostics: Diagnostics;
  #count = 0;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  get definitions(): Definitions {
    return { lists: this.#lists, macros: this.#macros, rules: this.#rules };
  }

  defineList(list: ListDefinition): void {
    this.#define(this.#lists, list);
  }

  defineMacro(macro: MacroDefinition): void {
    this.#define(this.#macros, macro);
  }

  defineRule(rule: RuleDefinition): void {
    const { context, source, name } = rule;
    const previous = this.#rules.get(name);
    if (previous !== undefined && previous.source !== source) {
      const message = `the rule is defined again, for source ${source} instead of ${previous.source}: name it otherwise`;
      this.#diagnostics.error("LOAD_ERR_VALIDATE", message, context);
    } else {
      this.#define(this.#rules, rule);
    }
  }

  broken(table: Table, name: string): void {
    this.#broken.add(`${table} ${name}`);
  }

  changeList(name: string, context: Context, change: (list: ListDefinition) => void): void {
    this.#change("lists", this.#lists, name, context, change);
  }

  changeMacro(name: string, context: Context, change: (macro: MacroDefinition) => void): void {
    this.#change("macros", this.#macros, name, context, change);
  }

  changeRule(name: string, context: Context, change: (rule: RuleDefinition) => void): void {
    this.#change("rules", this.#rules, name, context, change);
  }

  #define<D extends { readonly name: string; index: number; visibility: number }>(
    table: Map<string, D>,
    definition: D,
  ): void {
    const now = this.#count++;
    definition.index = table.get(definition.name)?.index ?? now;
    definition.visibility = now;
    table.set(definition.name, definition);
  }

  #change<D extends { visibility: number }>(
    kind: Table,
    table: Map<string, D>,
    name: string,
    context: Context,
    change: (definition: D) => void,
  ): void {
    const definition = table.get(name);
    if (definition !== undefined) {
      change(definition);
      definition.visibility = this.#count++;
    } else if (!this.#broken.has(`${kind} ${name}`)) {
      const what = kind.slice(0, -1);
      const message = `there is no earlier ${what} "${name}" to change`;
      const hint = (): string => didYouMean(name, table.keys(), "define it first, or in an earlier file");
      this.#diagnostics.error("LOAD_ERR_VALIDATE", message, context, undefined, hint);
    }
  }
}

export function createCollector(diagnostics: Diagnostics): Collector {
  return new DefinitionCollector(diagnostics);
}
