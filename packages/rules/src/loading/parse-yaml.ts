import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
} from "yaml";
import { contextOfFile, type Diagnostics } from "./diagnostics.ts";
import type { SourceFile } from "./source-file.ts";
import { followAliases } from "./yaml-aliases.ts";
import { yamlMend } from "./yaml-mend.ts";
import { type TokenBudget, YamlLimit, yamlTokens } from "./yaml-tokens.ts";
import { saysNothing, type YamlDocuments, type YamlValue } from "./yaml-value.ts";

/** How many of a file's mistakes in YAML are told: the later ones mostly follow from the first. */
const maxErrors = 20;

/** Parses a file's YAML; its mistakes go to `diagnostics`, and none of its documents is given then. */
export function parseYaml(
  file: SourceFile,
  budget: TokenBudget,
  diagnostics: Diagnostics,
): YamlDocuments | undefined {
  const context = contextOfFile(file);
  const wrong = (message: string, offset: number): undefined => {
    diagnostics.error("LOAD_ERR_YAML_PARSE", message, context, offset);
  };
  try {
    const composer = new Composer({
      // As Falco's YAML library: every scalar a string, no merge keys, the first of two equal keys counts.
      schema: "failsafe",
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
      keepSourceTokens: false,
    });
    const documents = withoutStacks(() => Array.from(composer.compose(yamlTokens(file, budget))));
    const errors = documents.flatMap((document) => document.errors);
    for (const error of errors.slice(0, maxErrors)) {
      wrong(`not valid YAML: ${error.message}${yamlMend(error.code)}`, error.pos[0]);
    }
    return errors.length > 0 ? undefined : createDocuments(documents);
  } catch (error) {
    if (error instanceof YamlLimit) return wrong(error.message, error.offset);
    throw error;
  }
}

/** Each mistake is an Error, of which a hostile file has half a million: to tell where in our code each was made took seconds. */
function withoutStacks<Result>(work: () => Result): Result {
  const { stackTraceLimit } = Error;
  // Where programs have frozen it, it stays.
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return work();
  } finally {
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  }
}

/** @throws {YamlLimit} where aliases multiply what is written. */
function createDocuments(documents: readonly Document.Parsed[]): YamlDocuments {
  const targets = new Map<Alias, Node>();
  for (const { contents } of documents) followAliases(contents satisfies ParsedNode | null, targets);
  const value = (node: unknown, fallback = 0): YamlValue => {
    const target = isAlias(node) ? targets.get(node) : node;
    const own = isAlias(node) ? node.range?.[0] : undefined;
    return toValue(target, own, fallback);
  };
  return { roots: documents.map((document) => value(document.contents satisfies ParsedNode | null)), value };
}

function toValue(node: unknown, own: number | undefined, fallback: number): YamlValue {
  if (isScalar(node)) {
    const offset = own ?? node.range?.[0] ?? fallback;
    const text = typeof node.value === "string" ? node.value : String(node.value ?? "");
    const plain = node.type === "PLAIN" || node.type === undefined;
    if (plain && saysNothing(text)) return { kind: "null", offset };
    return { kind: "scalar", text, scalar: node, offset };
  }
  if (isSeq(node)) {
    return { kind: "sequence", items: node.items, offset: own ?? node.range?.[0] ?? fallback };
  }
  if (isMap(node)) {
    const pairs = node.items.map(({ key, value }) => ({ key, name: nameOf(key), value }));
    return { kind: "map", pairs, offset: own ?? node.range?.[0] ?? fallback };
  }
  return { kind: "null", offset: fallback };
}

function nameOf(key: unknown): string | undefined {
  return isScalar(key) && typeof key.value === "string" ? key.value : undefined;
}
