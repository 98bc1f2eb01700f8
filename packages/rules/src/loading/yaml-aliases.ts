import {
  type Alias,
  isAlias,
  isCollection,
  isPair,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { YamlLimit } from "./yaml-tokens.ts";

/** Values that a document may have with its aliases written out: the tenth alias of an alias of an alias is an attack. */
const maxValues = 1_000_000;

/**
 * Finds what the aliases of a document stand for, in one pass. The library's own way looks through the document for each,
 * which an attacker can multiply.
 *
 * @throws {YamlLimit} where the document would be too large with its aliases written out.
 */
export function followAliases(root: Node | null, targets: Map<Alias, Node>): void {
  new AliasWalk(targets).size(root);
}

type Anchored = Scalar | YAMLMap | YAMLSeq;

class AliasWalk {
  readonly #targets: Map<Alias, Node>;
  readonly #anchors = new Map<string, Anchored>();
  readonly #sizes = new Map<Anchored, number>();

  constructor(targets: Map<Alias, Node>) {
    this.#targets = targets;
  }

  /** How many values a node is. Nesting is bounded by who reads the text. */
  size(node: unknown): number {
    if (isAlias(node)) return this.#alias(node);
    if (isPair(node)) return this.size(node.key) + this.size(node.value);
    const anchored = node as Anchored | null;
    if (anchored === null) return 1;
    const { anchor } = anchored;
    if (anchor !== undefined) this.#anchors.set(anchor, anchored);
    let size = 1;
    for (const item of isCollection(node) ? node.items : []) size += this.size(item);
    if (size > maxValues) {
      const message = `more than ${maxValues} values, aliases written out: take some aliases out`;
      throw new YamlLimit(message, anchored.range?.[0] ?? 0);
    }
    if (anchor !== undefined) this.#sizes.set(anchored, size);
    return size;
  }

  #alias(alias: Alias): number {
    const target = this.#anchors.get(alias.source);
    if (target === undefined) return 1;
    this.#targets.set(alias, target);
    // What names itself has no size yet, and is not read to any depth.
    return this.#sizes.get(target) ?? 1;
  }
}
