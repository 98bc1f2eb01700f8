import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import type { Diagnostics } from "./diagnostics.ts";
import type { SourceFile } from "./source-file.ts";
import { yamlMend } from "./yaml-mend.ts";

/** A YAML value, aliases followed; `null` for one that is empty, `null` or `~`. */
export type YamlValue =
  | { readonly kind: "scalar"; readonly text: string; readonly scalar: Scalar; readonly offset: number }
  | { readonly kind: "sequence"; readonly items: readonly (Node | null)[]; readonly offset: number }
  | { readonly kind: "map"; readonly map: YAMLMap; readonly offset: number }
  | { readonly kind: "null"; readonly offset: number };

/** The documents of one file. */
export interface YamlDocuments {
  readonly roots: readonly YamlValue[];
  /** What a node says. */
  value(node: unknown, fallbackOffset?: number): YamlValue;
}

/** Parses a file's YAML; its mistakes go to `diagnostics`, and none of its documents is given then. */
export function parseYaml(file: SourceFile, diagnostics: Diagnostics): YamlDocuments | undefined {
  const context = { file, itemKind: undefined, item: "", offset: 0 };
  try {
    const parsed = parseAllDocuments(file.text, {
      // As Falco's YAML library: every scalar a string, no merge keys, the first of two equal keys counts.
      schema: "failsafe",
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
      lineCounter: file.lines,
    });
    const documents: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
    const errors = documents.flatMap((document) => document.errors);
    for (const error of errors.slice(0, 20)) {
      diagnostics.error(
        "LOAD_ERR_YAML_PARSE",
        `not valid YAML: ${error.message}${yamlMend(error.code)}`,
        context,
        error.pos[0],
      );
    }
    if (errors.length > 0) return undefined;
    return createDocuments(documents);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = "YAML nested too deeply: a rules file needs only a few levels";
    diagnostics.error("LOAD_ERR_YAML_PARSE", message, context);
    return undefined;
  }
}

function createDocuments(documents: readonly Document.Parsed[]): YamlDocuments {
  const targets = new Map<Alias, Node>();
  for (const document of documents) followAliases(document, targets);
  const value = (node: unknown, fallback = 0): YamlValue => {
    const target = isAlias(node) ? targets.get(node) : node;
    const own = isAlias(node) ? node.range?.[0] : undefined;
    return toValue(target, own, fallback);
  };
  return { roots: documents.map((document) => value(document.contents satisfies ParsedNode | null)), value };
}

/** One pass for all aliases: the library's own way looks through the document for each, which an attacker can multiply. */
function followAliases(document: Document.Parsed, targets: Map<Alias, Node>): void {
  const anchors = new Map<string, Node>();
  visit(document, {
    Alias(_, alias) {
      const target = anchors.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
}

function toValue(node: unknown, own: number | undefined, fallback: number): YamlValue {
  if (isScalar(node)) {
    const offset = own ?? node.range?.[0] ?? fallback;
    const text = typeof node.value === "string" ? node.value : String(node.value ?? "");
    const plain = node.type === "PLAIN" || node.type === undefined;
    if (plain && /^(?:|~|null|Null|NULL)$/.test(text)) return { kind: "null", offset };
    return { kind: "scalar", text, scalar: node, offset };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) =>
      isScalar(item) || isSeq(item) || isMap(item) || isAlias(item) ? item : null,
    );
    return { kind: "sequence", items, offset: own ?? node.range?.[0] ?? fallback };
  }
  if (isMap(node)) return { kind: "map", map: node, offset: own ?? node.range?.[0] ?? fallback };
  return { kind: "null", offset: fallback };
}
