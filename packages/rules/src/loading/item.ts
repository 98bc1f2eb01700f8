import type { ItemKind } from "../diagnostic.ts";
import type { Context, Diagnostics } from "./diagnostics.ts";
import { type ScalarText, scalarText } from "./scalar-text.ts";
import type { YamlDocuments, YamlValue } from "./yaml-value.ts";

/** A map of a rules file, read key by key; what is wrong with it is told, and read as absent. */
export interface Item {
  readonly context: Context;
  readonly keys: readonly string[];
  has(key: string): boolean;
  value(key: string): YamlValue | undefined;
  /** Offset of a key's value, or of the item. */
  offset(key: string): number;
  /** A string that must be there. */
  required(key: string): ScalarText | undefined;
  /** A string that may be missing, but not empty. */
  optional(key: string): ScalarText | undefined;
  /** A boolean as YAML 1.1 writes them. */
  boolean(key: string): boolean | undefined;
  /** A whole number that fits 32 bits, in decimal, octal or hexadecimal. */
  count(key: string): number | undefined;
  /** A sequence of strings. */
  strings(key: string): readonly ScalarText[] | undefined;
  /** The same item under a name, once that is known. */
  named(kind: ItemKind, name: string): Item;
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ["y", true],
  ["yes", true],
  ["true", true],
  ["on", true],
  ["n", false],
  ["no", false],
  ["false", false],
  ["off", false],
]);

class MapItem implements Item {
  readonly context: Context;
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #documents: YamlDocuments;
  readonly #diagnostics: Diagnostics;

  constructor(
    values: ReadonlyMap<string, unknown>,
    documents: YamlDocuments,
    diagnostics: Diagnostics,
    context: Context,
  ) {
    this.#values = values;
    this.#documents = documents;
    this.#diagnostics = diagnostics;
    this.context = context;
  }

  get keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  value(key: string): YamlValue | undefined {
    return this.has(key) ? this.#documents.value(this.#values.get(key), this.context.offset) : undefined;
  }

  offset(key: string): number {
    return this.value(key)?.offset ?? this.context.offset;
  }

  required(key: string): ScalarText | undefined {
    if (!this.has(key))
      return this.#wrong(`the key "${key}" is missing: add "${key}: ..."`, this.context.offset);
    return this.optional(key);
  }

  optional(key: string): ScalarText | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (value.kind === "null" || (value.kind === "scalar" && value.text === "")) {
      return this.#wrong(`the value of "${key}" is empty: write one`, value.offset);
    }
    if (value.kind !== "scalar")
      return this.#wrong(`the value of "${key}" must be a string: put it in quotes`, value.offset);
    return scalarText(this.context.file, value.scalar, value.text);
  }

  boolean(key: string): boolean | undefined {
    const text = this.optional(key);
    if (text === undefined) return undefined;
    const { value } = text;
    const known = /^(?:[a-z]+|[A-Z]+|[A-Z][a-z]*)$/.test(value)
      ? booleans.get(value.toLowerCase())
      : undefined;
    return (
      known ?? this.#wrong(`the value of "${key}" must be true or false, not "${value}"`, text.offsetOf(0))
    );
  }

  count(key: string): number | undefined {
    const text = this.optional(key);
    if (text === undefined) return undefined;
    const message = `the value of "${key}" must be a whole number up to 4294967295, not "${text.value}"`;
    return parseCount(text.value) ?? this.#wrong(message, text.offsetOf(0));
  }

  strings(key: string): readonly ScalarText[] | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (value.kind !== "sequence")
      return this.#wrong(`the value of "${key}" must be a sequence, such as [a, b]`, value.offset);
    const strings: ScalarText[] = [];
    for (const node of value.items) {
      const item = this.#documents.value(node, value.offset);
      if (item.kind !== "scalar") {
        return this.#wrong(`every item of "${key}" must be a string: put it in quotes`, item.offset);
      }
      strings.push(scalarText(this.context.file, item.scalar, item.text));
    }
    return strings;
  }

  named(itemKind: ItemKind, item: string): Item {
    return new MapItem(this.#values, this.#documents, this.#diagnostics, { ...this.context, itemKind, item });
  }

  #wrong(message: string, offset: number): undefined {
    this.#diagnostics.error("LOAD_ERR_YAML_VALIDATE", message, this.context, offset);
  }
}

/** A number as C++ streams read it, which is how Falco reads it: `010` is 8. */
export function parseCount(text: string): number | undefined {
  const [, digits = ""] = /^\+?(0[xX][0-9a-fA-F]{1,8}|[0-9]{1,11})$/.exec(text) ?? [];
  if (digits === "") return undefined;
  const isOctal = /^0[0-9]/.test(digits);
  if (isOctal && /[89]/.test(digits)) return undefined;
  const count = isOctal ? Number.parseInt(digits, 8) : Number(digits);
  return count <= 0xffffffff ? count : undefined;
}

/** An item over a map's value; of two equal keys the first counts, as in Falco. */
export function createItem(
  value: YamlValue & { kind: "map" },
  documents: YamlDocuments,
  diagnostics: Diagnostics,
  context: Context,
): Item {
  const values = new Map<string, unknown>();
  for (const { name, value: node } of value.pairs) {
    if (name !== undefined && !values.has(name)) values.set(name, node);
  }
  return new MapItem(values, documents, diagnostics, { ...context, offset: value.offset });
}
