import { didYouMean } from "../nearest.ts";
import type {
  Definition,
  Definitions,
  ListDefinition,
  MacroDefinition,
  RuleDefinition,
} from "./definitions.ts";
import type { Context, Diagnostics } from "./diagnostics.ts";

/** Definitions of one kind, by name: a later one replaces, or changes, the earlier. */
export interface DefinitionTable<D extends Definition> {
  get(name: string): D | undefined;
  define(definition: D): void;
  /** Notes that a definition was there, but wrong: nobody is told then that it is missing. */
  broken(name: string): void;
  /** The earlier definition, to be changed; where there is none, that is told. */
  change(name: string, context: Context): D | undefined;
}

/** Takes definitions in the order of the files. */
export interface Collector {
  readonly lists: DefinitionTable<ListDefinition>;
  readonly macros: DefinitionTable<MacroDefinition>;
  readonly rules: DefinitionTable<RuleDefinition>;
  readonly definitions: Definitions;
}

class Table<D extends Definition> implements DefinitionTable<D> {
  readonly all = new Map<string, D>();
  readonly allBroken = new Set<string>();
  readonly #what: string;
  readonly #clock: { now: number };
  readonly #diagnostics: Diagnostics;

  constructor(what: string, clock: { now: number }, diagnostics: Diagnostics) {
    this.#what = what;
    this.#clock = clock;
    this.#diagnostics = diagnostics;
  }

  get(name: string): D | undefined {
    return this.all.get(name);
  }

  define(definition: D): void {
    const now = this.#clock.now++;
    definition.index = this.all.get(definition.name)?.index ?? now;
    definition.visibility = now;
    this.all.set(definition.name, definition);
  }

  broken(name: string): void {
    this.allBroken.add(name);
  }

  change(name: string, context: Context): D | undefined {
    const definition = this.all.get(name);
    if (definition !== undefined) {
      definition.visibility = this.#clock.now++;
    } else if (!this.allBroken.has(name)) {
      const message = `there is no earlier ${this.#what} "${name}" to change`;
      const hint = (): string => didYouMean(name, this.all.keys(), "define it first, or in an earlier file");
      this.#diagnostics.error("LOAD_ERR_VALIDATE", message, context, undefined, hint);
    }
    return definition;
  }
}

export function createCollector(diagnostics: Diagnostics): Collector {
  const clock = { now: 0 };
  const lists = new Table<ListDefinition>("list", clock, diagnostics);
  const macros = new Table<MacroDefinition>("macro", clock, diagnostics);
  const rules = new Table<RuleDefinition>("rule", clock, diagnostics);
  const definitions: Definitions = {
    lists: lists.all,
    macros: macros.all,
    brokenMacros: macros.allBroken,
    rules: rules.all,
  };
  return { lists, macros, rules, definitions };
}
