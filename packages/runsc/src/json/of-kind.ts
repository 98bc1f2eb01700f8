import { type JsonNode, type JsonNodeOf, kindNames } from "./json-node.ts";
import type { Problems } from "./problems.ts";

/** `node`, which must be of `kind`; `undefined` where it is of another, which is told as an error about `what`. */
export function ofKind<Kind extends JsonNode["kind"]>(
  node: JsonNode,
  kind: Kind,
  what: string,
  problems: Problems,
): JsonNodeOf<Kind> | undefined {
  // The kind has been looked at.
  if (node.kind === kind) return node as JsonNodeOf<Kind>;
  problems.error(`${what} must be ${kindNames[kind]}, not ${kindNames[node.kind]}`, node.offset);
  return undefined;
}
